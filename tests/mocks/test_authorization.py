"""Who may pass the mock: keys and tokens, what they are for, and how the others are challenged."""

import asyncio
import json
import sys
import time
from importlib import resources

import httpx2
import jsonschema_rs
import jwt
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from oauth_walk import BASE, MCP, Walk

from mcp_proof_contracts.contract_authorization import read_authorization
from mcp_proof_mocks.authorization import Authorization, MissingExtraError
from mcp_proof_mocks.authorization.misbehaviours import MISBEHAVIOURS
from mcp_proof_mocks.authorization.variants import VARIANTS
from mcp_proof_mocks.http.messages import HttpRequest
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

SCHEMA = json.loads(
    resources.files("mcp_proof_contracts")
    .joinpath("contract_schema", "authorization.json")
    .read_text()
)
SECRET = "a secret of the user's, long enough for every algorithm that shares one"


def walk(scheme: str, **contract) -> Walk:
    return Walk(scheme=scheme, **contract)


@pytest.mark.parametrize("scheme", ["bearer", "jwt", "oauth"])
def test_a_bearer_token_passes_and_nothing_else_does(scheme):
    mock = walk(scheme)
    assert mock.call(mock.authorization.issue()).passed
    assert mock.send("POST", "/mcp", **lower(mock.authorization.headers())).passed
    for wrong in (None, "", "garbage", "a b c", "a.b.c", mock.authorization.issue() + "x"):
        assert mock.call(wrong).status == 401, wrong


def test_an_api_key_passes_in_its_own_header_only():
    mock = walk("api-key", keys=["first", "second"])
    assert mock.authorization.headers() == {"X-API-Key": "first"}
    assert mock.send("POST", "/mcp", x_api_key="second").passed
    assert mock.send("POST", "/mcp", x_api_key="third").status == 401
    assert mock.call("first").challenge == 'ApiKey realm="mcp", scope="read"'


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): text for name, text in headers.items()}


def test_keys_are_made_at_start_unless_the_contract_gives_them():
    one, other = walk("bearer").authorization.keys, walk("bearer").authorization.keys
    assert one != other
    assert all(len(key) >= 32 for key in one + other)
    assert walk("bearer", keys=["given"]).call("given").passed
    assert walk("jwt").authorization.secret != walk("jwt").authorization.secret


@pytest.mark.parametrize("scheme", ["bearer", "jwt", "oauth"])
def test_a_token_expires_by_the_clock(scheme):
    mock = walk(scheme)
    token = mock.authorization.issue(expires_in=10)
    mock.time += 9
    assert mock.call(token).passed
    mock.time += 2
    expired = mock.call(token)
    assert expired.status == 401
    assert expired.json["error"] == "invalid_token"
    assert 'error="invalid_token", error_description="The ' in str(expired.challenge)
    assert "has expired" in str(expired.challenge)


def test_who_presents_nothing_is_told_what_it_takes_and_of_no_error():
    answer = walk("oauth").call()
    assert answer.status == 401
    assert answer.challenge == (
        f'Bearer realm="mcp", resource_metadata="{BASE}/.well-known/oauth-protected-resource/mcp", '
        'scope="read"'
    )
    assert answer.response is not None
    assert answer.response.body == b""


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_every_method_needs_authorization(method):
    assert walk("oauth").send(method, "/mcp").status == 401


def test_a_token_in_the_url_is_not_looked_at():
    mock = walk("bearer", keys=["key"])
    assert mock.send("POST", "/mcp?access_token=key").status == 401
    assert mock.send("POST", "/mcp?access_token=key", authorization="BEARER key").passed


def test_other_paths_are_left_to_the_endpoint():
    mock = walk("oauth")
    assert mock.get("/nothing").passed
    assert mock.get("/.well-known/oauth-protected-resource/other").passed


# Scopes


@pytest.mark.parametrize("scheme", ["bearer", "jwt", "oauth"])
def test_a_token_without_the_scope_is_told_which_one_it_takes(scheme):
    mock = walk(scheme)
    token = mock.authorization.issue(["read"])
    assert mock.call(token).passed
    assert mock.call(token, "look").passed
    refused = mock.call(token, "delete")
    assert (refused.status, refused.json["error"]) == (403, "insufficient_scope")
    assert 'error="insufficient_scope"' in str(refused.challenge)
    assert 'scope="write"' in str(refused.challenge)
    assert mock.call(mock.authorization.issue(["write"]), "delete").passed
    assert mock.call(mock.authorization.issue(["write"]), "look").status == 403


def test_who_presents_nothing_is_told_the_scopes_of_this_very_request():
    assert 'scope="write"' in str(walk("oauth").call(tool="delete").challenge)


@pytest.mark.parametrize(
    ("method", "name", "scopes"),
    [
        ("tools/list", "", ("read",)),
        ("tools/call", "look", ("read",)),
        ("tools/call", "delete", ("write",)),
        ("prompts/get", "delete", ("read",)),
    ],
)
def test_the_contract_says_which_scopes_a_message_needs(method, name, scopes):
    assert walk("oauth").authorization._scopes.required(method, name) == scopes


def test_a_batch_needs_the_scopes_of_all_its_members_at_once():
    mock = walk("bearer")
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "delete"}}
    batch = json.dumps([call, {"jsonrpc": "2.0", "id": 2, "method": "ping"}]).encode()
    token = mock.authorization.issue(["read"])
    refused = mock.send("POST", "/mcp", batch, authorization=f"Bearer {token}")
    assert 'scope="write read"' in str(refused.challenge)
    both = mock.authorization.issue(["read", "write"])
    assert mock.send("POST", "/mcp", batch, authorization=f"Bearer {both}").passed


@pytest.mark.parametrize("body", [b"", b"\xff", b"[" * 100_000, b'{"params": 1}', b"[]", b"null"])
def test_a_body_that_is_no_message_needs_what_every_request_needs(body):
    mock = walk("bearer")
    read, nothing = mock.authorization.issue(["read"]), mock.authorization.issue([])
    assert mock.send("POST", "/mcp", body, authorization=f"Bearer {read}").passed
    assert mock.send("POST", "/mcp", body, authorization=f"Bearer {nothing}").status == 403


# JSON Web Tokens


def test_a_token_of_the_users_own_passes_when_the_secret_is_his():
    mock = walk("jwt", secret=SECRET)
    assert mock.authorization.secret == SECRET
    claims = {"scope": "read", "exp": mock.time + 60}
    assert mock.call(jwt.encode(claims, SECRET)).passed
    assert mock.call(jwt.encode(claims, SECRET + "x")).status == 401
    assert mock.call(jwt.encode(claims, SECRET, "HS512")).status == 401


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"exp": None},
        {"exp": "2000000"},
        {"exp": [2_000_000]},
        {"exp": 2_000_000, "nbf": 1_000_001},
        {"exp": 2_000_000, "nbf": "now"},
        {"exp": 2_000_000, "aud": "https://another.example"},
        {"exp": 2_000_000, "aud": ["https://another.example"]},
    ],
)
def test_a_token_says_how_long_it_is_valid_and_not_that_it_is_for_another(claims):
    mock = walk("jwt", secret=SECRET)
    refused = mock.call(jwt.encode({"scope": "read", **claims}, SECRET))
    assert (refused.status, refused.json["error"]) == (401, "invalid_token")


def test_a_token_signed_with_the_public_key_or_nothing_is_refused():
    mock = walk("jwt", algorithm="RS256")
    token = mock.authorization.issue()
    assert mock.call(token).passed
    [key] = mock.get("/.well-known/jwks.json").json["keys"]
    claims = {"scope": "read", "exp": mock.time + 60}
    assert mock.call(jwt.encode(claims, None, "none")).status == 401
    assert mock.call(jwt.encode(claims, key["n"], "HS256")).status == 401
    read = jwt.decode(
        token,
        jwt.PyJWK(key),
        options={"verify_exp": False, "verify_aud": False, "verify_iat": False},
    )
    assert read["scope"] == "read write"


def test_a_shared_secret_is_not_published():
    assert walk("jwt", secret=SECRET).get("/.well-known/jwks.json").json == {"keys": []}


def test_the_audience_of_an_oauth_token_must_be_this_server():
    mock = walk("oauth")
    assert mock.call(mock.authorization.issue(aud=MCP)).passed
    assert mock.call(mock.authorization.issue(aud=[BASE, "https://another.example"])).passed
    for audience in (None, "https://another.example/mcp", f"{MCP}/more", []):
        assert mock.call(mock.authorization.issue(aud=audience)).status == 401, audience
    assert mock.call(mock.authorization.issue(iss="https://another.example")).status == 401


def test_a_fixed_key_carries_no_claims():
    with pytest.raises(TypeError, match="no claims, got aud"):
        walk("bearer").authorization.issue(aud=MCP)


def test_without_the_extra_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "jwt", None)
    for module in ("signing_key", "signed_tokens"):
        monkeypatch.delitem(sys.modules, f"mcp_proof_mocks.authorization.{module}", raising=False)
        monkeypatch.delattr(f"mcp_proof_mocks.authorization.{module}", raising=False)
    with pytest.raises(MissingExtraError, match=r"scheme jwt needs jwt.*mcp-proof\[auth\]"):
        walk("jwt")
    assert walk("bearer").call("no key").status == 401


# What strangers send


@given(st.text(max_size=200))
def test_no_credential_breaks_the_guard(text):
    for mock in GUARDS:
        answer = mock.send("POST", "/mcp", authorization=f"Bearer {text}", x_api_key=text)
        assert answer.status == 401


GUARDS = [walk("bearer"), walk("api-key"), walk("jwt")]


def test_a_deeply_nested_token_is_refused():
    nested = jwt.utils.base64url_encode(b"[" * 100_000).decode()
    assert walk("jwt").call(f"{nested}.e30.e30").status == 401


def test_keys_without_number_do_not_fill_the_memory():
    mock = walk("bearer")
    first = mock.authorization.issue()
    for _ in range(10_000):
        mock.authorization.issue()
    assert mock.call(first).status == 401
    assert mock.call(mock.authorization.keys[0]).passed


def test_a_quotation_mark_in_the_host_stays_inside_the_challenge():
    authorization = walk("oauth").authorization
    request = HttpRequest(method="POST", path="/mcp", headers={})
    response = asyncio.run(authorization.respond(request, 'http://a", evil="b'))
    assert response is not None
    assert r'"http://a\", evil=\"b/.well-known' in response.headers["WWW-Authenticate"]


def test_what_is_kept_of_a_request_holds_no_secret():
    authorization = walk("oauth").authorization
    request = HttpRequest(
        method="POST",
        path="/mcp",
        headers={"authorization": "Bearer tok", "x-api-key": "key", "accept": "a/b"},
        fields=[("Authorization", "Bearer tok"), ("X-API-Key", "key"), ("Accept", "a/b")],
        body=b"{}",
    )
    kept = authorization.redacted(request)
    assert "tok" not in repr(kept)
    assert "key'" not in repr(list(kept.headers.values()) + [text for _, text in kept.fields])
    assert (kept.headers["accept"], kept.body) == ("a/b", b"{}")
    exchange = HttpRequest(method="POST", path="/token?x=sec", headers={}, body=b"code=sec")
    assert "sec" not in repr(authorization.redacted(exchange))
    nowhere = HttpRequest(
        method="POST", path="/not/served/register", headers={}, body=b'{"a":"sec"}'
    )
    assert "sec" not in repr(authorization.redacted(nowhere))


@pytest.mark.parametrize("scheme", ["bearer", "jwt", "oauth"])
def test_what_is_beside_the_endpoint_belongs_to_oauth_where_there_is_oauth(scheme):
    authorization = walk(scheme).authorization
    request = HttpRequest(method="POST", path="/health", headers={}, body=b"{}")
    assert authorization.is_beside(request) is (scheme == "oauth")
    assert authorization.redacted(request).body == (b"" if scheme == "oauth" else b"{}")
    assert not authorization.is_beside(HttpRequest(method="GET", path="/mcp?x=y", headers={}))


def test_secrets_of_the_contract_are_not_shown():
    contract = read_authorization(
        {
            "scheme": "oauth",
            "secret": SECRET,
            "keys": ["the-key"],
            "clients": [
                {"client_id": "c", "client_secret": "hush", "redirect_uris": ["https://a"]}
            ],
        }
    )
    assert not any(secret in repr(contract) for secret in (SECRET, "the-key", "hush"))


# The contract file


def problems(document: object) -> str:
    return "\n".join(
        e.message for e in jsonschema_rs.Draft202012Validator(SCHEMA).iter_errors(document)
    )


def test_the_schema_knows_every_variant_and_misbehaviour_and_no_other():
    properties = SCHEMA["properties"]
    assert properties["variants"]["items"]["enum"] == sorted(VARIANTS)
    assert properties["misbehave"]["items"]["enum"] == sorted(MISBEHAVIOURS)
    assert all(member["description"] for member in properties.values())


def test_the_examples_of_the_documentation_are_contracts(repository):
    text = (repository / "docs/authorization.md").read_text(encoding="utf-8")
    examples = [block.split("```")[0] for block in text.split("```yaml\n")[1:]]
    assert len(examples) >= 2
    for example in examples:
        for document in yaml.safe_load_all(example):
            assert problems(document["authorization"]) == ""
            Authorization(read_authorization(document["authorization"]))


def test_the_python_example_of_the_documentation_does_what_it_says(repository):
    text = (repository / "docs/authorization.md").read_text(encoding="utf-8")
    names = {}
    exec(text.split("```python\n")[1].split("```")[0], names)

    def status(**headers):
        request = HttpRequest(method="POST", path="/mcp", headers=headers)
        response = names["authorization"].answer(request, BASE)
        return None if response is None else response.status

    assert status(**lower(names["headers"])) is None
    assert status(authorization=f"Bearer {names['token']}") == 401
    assert status(authorization=f"Bearer {names['foreign']}") == 401


def test_the_documentation_names_every_variant_and_misbehaviour(repository):
    text = (repository / "docs/authorization.md").read_text(encoding="utf-8")
    for name, deviation in {**VARIANTS, **MISBEHAVIOURS}.items():
        assert f"| `{name}` | {deviation.what} |" in text


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, '"scheme" is a required property'),
        ({"scheme": "basic"}, '"basic" is not one of'),
        ({"scheme": "bearer", "secret": SECRET}, '"secret" is not one of'),
        ({"scheme": "bearer", "misbehave": ["iss-wrong"]}, '"iss-wrong" is not one of'),
        ({"scheme": "jwt", "keys": ["k"]}, '"keys" is not one of'),
        ({"scheme": "jwt", "secret": "short"}, "shorter than 32"),
        ({"scheme": "jwt", "secret": SECRET, "algorithm": "RS256"}, '"HS256" was expected'),
        ({"scheme": "oauth", "keys": ["k"]}, '"keys" is not one of'),
        ({"scheme": "oauth", "variants": ["iss-wrong"]}, '"iss-wrong" is not one of'),
        ({"scheme": "oauth", "scopes": ["two words"]}, "does not match"),
        ({"scheme": "oauth", "clients": [{"client_id": "c"}]}, '"redirect_uris" is a required'),
        ({"scheme": "oauth", "expires_in": 0}, "less than the minimum"),
    ],
)
def test_a_wrong_member_is_refused_by_the_schema(document, expected):
    assert expected in problems(document)


def test_the_clock_is_the_real_one_unless_it_is_set():
    authorization = Authorization(read_authorization({"scheme": "jwt"}))
    claims = jwt.decode(
        authorization.issue(expires_in=60),
        authorization.secret,
        ["HS256"],
        options={"verify_aud": False},
    )
    assert abs(claims["exp"] - 60 - time.time()) < 30


@pytest.mark.parametrize("path", ["/mcp", "/sse", "/messages?session_id=1"])
def test_every_endpoint_of_the_mock_is_guarded(path: str):
    mock = MockServer({"authorization": {"scheme": "bearer", "keys": ["a-long-enough-key"]}})
    with running(mock) as url:
        base = url.removesuffix("/mcp")
        method = "GET" if path == "/sse" else "POST"
        assert httpx2.request(method, base + path, json={}).status_code == 401
        passed = {"authorization": "Bearer a-long-enough-key"}
        with httpx2.stream(method, base + path, json={}, headers=passed) as answer:
            assert answer.status_code != 401
