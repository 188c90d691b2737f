"""The mock authorization server keeps its rules: each test differs from a correct client in one."""

import base64
import json

import pytest
from oauth_walk import BASE, FORM, MCP, REDIRECT, Walk, unreachable

from mcp_proof_mocks.http.messages import HttpResponse

DOCUMENT = "https://app.example/client.json"


def test_the_whole_way_leads_to_a_token_that_passes():
    mock = Walk()
    client_id, tokens = mock.tokens()
    assert tokens["token_type"] == "Bearer"
    assert (tokens["expires_in"], tokens["scope"]) == (3600, "read")
    assert mock.call(tokens["access_token"]).passed
    assert mock.call(tokens["access_token"], "delete").status == 403
    _, wider = mock.tokens(client_id, scope="read write")
    assert mock.call(wider["access_token"], "delete").passed


# Metadata


@pytest.mark.parametrize(("form", "resource"), [("/mcp", MCP), ("", BASE)])
def test_each_well_known_form_describes_the_resource_it_is_made_from(form, resource):
    document = Walk().get(f"/.well-known/oauth-protected-resource{form}").json
    assert document == {
        "resource": resource,
        "authorization_servers": [BASE],
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["read"],
    }


@pytest.mark.parametrize("form", ["oauth-authorization-server", "openid-configuration"])
def test_both_kinds_of_server_metadata_are_there(form):
    mock = Walk()
    document = mock.get(f"/.well-known/{form}").json
    assert document["issuer"] == BASE
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["client_id_metadata_document_supported"] is True
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["scopes_supported"] == ["read", "write"]
    assert ("subject_types_supported" in document) is (form == "openid-configuration")
    for endpoint in ("authorization_endpoint", "token_endpoint", "registration_endpoint"):
        path = document[endpoint].removeprefix(BASE)
        assert mock.send("PUT", path).status == 405, endpoint
    assert mock.get(document["jwks_uri"].removeprefix(BASE)).json["keys"][0]["alg"] == "RS256"


def test_nobody_asks_for_scopes_where_there_are_none():
    mock = Walk(scopes=[], tools={})
    assert "scope" not in str(mock.call().challenge)
    assert "scopes_supported" not in mock.get("/.well-known/oauth-protected-resource").json
    assert "scopes_supported" not in mock.get("/.well-known/openid-configuration").json
    _, tokens = mock.tokens(scope=None)
    assert "scope" not in tokens
    assert mock.call(tokens["access_token"]).passed


# The authorization endpoint


def test_the_redirect_carries_code_state_and_issuer():
    mock = Walk()
    client_id = mock.register().json["client_id"]
    answer = mock.authorize(client_id)
    assert answer.status == 302
    assert answer.redirect.keys() == {"code", "state", "iss"}
    assert (answer.redirect["state"], answer.redirect["iss"]) == ("s", BASE)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "é" * 43}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": "nothing known"}, "invalid_scope"),
        ({"resource": "https://another.example/mcp"}, "invalid_target"),
    ],
)
def test_a_wrong_request_is_told_in_the_redirect_with_the_issuer(changes, error):
    mock = Walk()
    client_id = mock.register().json["client_id"]
    answer = mock.authorize(client_id, **changes)
    assert answer.status == 302
    assert (answer.redirect["error"], answer.redirect["iss"]) == (error, BASE)
    assert answer.redirect["state"] == "s"
    assert "code" not in answer.redirect


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://attacker.example/callback",
        "http://localhost:3000/callback/more",
        "http://localhost:3000/callback?x=1",
        "http://127.0.0.1:3000/callback",
        "https://localhost:3000/callback",
        "http://localhost.attacker.example:3000/callback",
        "http://localhost:3000/callback\r\nX: y",
        "http://localhost:99999/callback",
        None,
    ],
)
def test_nobody_is_redirected_to_where_was_not_registered(redirect_uri):
    mock = Walk()
    registered = mock.register(redirect_uris=[REDIRECT, "https://app.example/callback"])
    answer = mock.authorize(registered.json["client_id"], redirect_uri=redirect_uri)
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_on_loopback_the_port_may_differ_and_the_only_redirect_uri_goes_without_saying():
    mock = Walk()
    client_id = mock.register().json["client_id"]
    for redirect_uri in ("http://localhost:41234/callback", None):
        code = mock.authorize(client_id, redirect_uri=redirect_uri).redirect["code"]
        assert mock.redeem(client_id, code, redirect_uri=redirect_uri).status == 200


def test_a_redirect_uri_keeps_its_query():
    mock = Walk()
    client_id = mock.register(redirect_uris=[f"{REDIRECT}?a=b"]).json["client_id"]
    answer = mock.authorize(client_id, redirect_uri=f"{REDIRECT}?a=b")
    assert answer.redirect.keys() == {"a", "code", "state", "iss"}


def test_an_unknown_client_is_not_redirected():
    answer = Walk().authorize("nobody")
    assert (answer.status, answer.json["error"]) == (400, "invalid_client")


def test_a_scope_that_does_not_exist_is_not_granted():
    _, tokens = Walk().tokens(scope="read admin read")
    assert tokens["scope"] == "read"


def test_who_asks_for_no_scope_is_granted_what_requests_need():
    _, tokens = Walk().tokens(scope=None)
    assert tokens["scope"] == "read"


@pytest.mark.parametrize("resource", [MCP, BASE, f"{MCP}/", "HTTP://127.0.0.1:8000/mcp", None])
def test_a_resource_may_be_the_endpoint_or_its_origin_in_any_spelling(resource):
    mock = Walk()
    client_id = mock.register().json["client_id"]
    code = mock.authorize(client_id, resource=resource).redirect["code"]
    tokens = mock.redeem(client_id, code, resource=resource).json
    assert mock.call(tokens["access_token"]).passed


def test_a_parameter_that_is_there_twice_is_refused():
    mock = Walk()
    client_id = mock.register().json["client_id"]
    answer = mock.get(f"/authorize?client_id={client_id}&client_id={client_id}")
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")
    assert mock.get("/authorize?" + "a=b&" * 100).status == 400


# The token endpoint


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "unknown"}, "invalid_grant"),
        ({"code": None}, "invalid_grant"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": "short"}, "invalid_grant"),
        ({"code_verifier": "é" * 43}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_grant"),
        ({"redirect_uri": "http://localhost:3001/callback"}, "invalid_grant"),
        ({"resource": BASE}, "invalid_target"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_id": None}, "invalid_client"),
        ({"client_secret": "none was given"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": None}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_token_request_gets_no_token(changes, error):
    mock = Walk()
    client_id = mock.register().json["client_id"]
    code = mock.authorize(client_id).redirect["code"]
    answer = mock.redeem(client_id, code, **changes)
    assert (answer.status, answer.json["error"]) == (400, error)
    assert "access_token" not in answer.json


def test_a_code_is_good_once_and_its_tokens_end_when_it_is_used_again():
    mock = Walk()
    client_id = mock.register().json["client_id"]
    code = mock.authorize(client_id).redirect["code"]
    tokens = mock.redeem(client_id, code).json
    assert mock.redeem(client_id, code).json["error"] == "invalid_grant"
    refreshed = mock.refresh(client_id, tokens["refresh_token"])
    assert refreshed.json["error"] == "invalid_grant"


def test_a_code_expires_and_belongs_to_its_client():
    mock = Walk()
    client_id, other = (mock.register().json["client_id"] for _ in range(2))
    code = mock.authorize(client_id).redirect["code"]
    assert mock.redeem(other, code).json["error"] == "invalid_grant"
    mock.time += 61
    assert mock.redeem(client_id, code).json["error"] == "invalid_grant"


def test_a_token_request_is_a_form():
    answer = Walk().send("POST", "/token", b"{}", content_type="application/json")
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")
    assert Walk().send("POST", "/token", b"\xff=%ff&=", content_type=FORM).status == 400


def test_tokens_are_not_to_be_stored():
    mock = Walk()
    client_id = mock.register().json["client_id"]
    response = mock.redeem(client_id, mock.authorize(client_id).redirect["code"]).response
    assert response is not None
    assert response.headers["Cache-Control"] == "no-store"


# Refresh


def test_a_refresh_token_is_replaced_at_each_use_and_all_end_when_one_is_used_twice():
    mock = Walk()
    client_id, tokens = mock.tokens(scope="read write")
    mock.time += 3601
    assert mock.call(tokens["access_token"]).status == 401
    second = mock.refresh(client_id, tokens["refresh_token"]).json
    assert second["refresh_token"] != tokens["refresh_token"]
    assert second["scope"] == "read write"
    assert mock.call(second["access_token"]).passed
    assert mock.refresh(client_id, tokens["refresh_token"]).json["error"] == "invalid_grant"
    assert mock.refresh(client_id, second["refresh_token"]).json["error"] == "invalid_grant"


def test_a_refresh_may_narrow_the_scopes_and_not_widen_them():
    mock = Walk()
    client_id, tokens = mock.tokens(scope="read write")
    narrower = mock.refresh(client_id, tokens["refresh_token"], scope="read").json
    assert narrower["scope"] == "read"
    wider = mock.refresh(client_id, narrower["refresh_token"], scope="read admin")
    assert wider.json["error"] == "invalid_scope"
    again = mock.refresh(client_id, narrower["refresh_token"]).json
    assert again["scope"] == "read write"


def test_a_refresh_token_belongs_to_its_client_and_resource():
    mock = Walk()
    client_id, tokens = mock.tokens()
    other = mock.register().json["client_id"]
    assert mock.refresh(other, tokens["refresh_token"]).json["error"] == "invalid_grant"
    elsewhere = mock.refresh(client_id, tokens["refresh_token"], resource=BASE)
    assert elsewhere.json["error"] == "invalid_target"
    assert mock.refresh(client_id, tokens["refresh_token"]).status == 200


def test_a_client_that_does_not_name_the_grant_gets_no_refresh_token():
    mock = Walk()
    client_id = mock.register(grant_types=None).json["client_id"]
    _, tokens = mock.tokens(client_id)
    assert "refresh_token" not in tokens


# Clients


def basic(client_id: str, secret: str) -> list[tuple[str, str]]:
    encoded = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return [("authorization", f"Basic {encoded}")]


def test_a_registration_returns_what_was_registered():
    answer = Walk().register(client_name="me", client_secret="chosen")
    assert answer.status == 201
    assert answer.json["client_name"] == "me"
    assert answer.json["redirect_uris"] == [REDIRECT]
    assert answer.json["client_id_issued_at"] == 1_000_000
    assert "client_secret" not in answer.json


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": "http://localhost/"}, "invalid_redirect_uri"),
        ({"redirect_uris": [3]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://app.example/callback"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://app.example/#here"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://app.example/\r\nX: y"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://äpp.example/"]}, "invalid_redirect_uri"),
        ({"client_name": "x" * 20_000}, "invalid_client_metadata"),
    ],
)
def test_a_client_that_cannot_be_trusted_is_not_registered(metadata, error):
    answer = Walk().register(**metadata)
    assert (answer.status, answer.json["error"]) == (400, error)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 10_000])
def test_a_registration_is_an_object(body):
    answer = Walk().send("POST", "/register", body)
    assert answer.json["error"] == "invalid_client_metadata"


def test_a_client_with_a_secret_proves_itself_in_the_way_it_registered():
    mock = Walk()
    client = mock.register(token_endpoint_auth_method=None).json
    assert client["token_endpoint_auth_method"] == "client_secret_basic"
    client_id, secret = client["client_id"], client["client_secret"]

    def redeemed(**changes):
        return mock.redeem(client_id, mock.authorize(client_id).redirect["code"], **changes)

    assert redeemed(headers=basic(client_id, secret)).status == 200
    assert redeemed().json["error"] == "invalid_client"
    assert redeemed(client_secret=secret).json["error"] == "invalid_client"
    both = redeemed(headers=basic(client_id, secret), client_secret=secret)
    assert both.json["error"] == "invalid_request"
    another = redeemed(headers=basic("another", secret))
    assert another.json["error"] == "invalid_request"
    wrong = redeemed(headers=basic(client_id, "wrong"))
    assert (wrong.status, wrong.challenge) == (401, 'Basic realm="mcp"')
    unreadable = redeemed(headers=[("authorization", "Basic !")])
    assert (unreadable.status, unreadable.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("method", ["none", "client_secret_basic", "client_secret_post"])
def test_the_server_decides_how_clients_authenticate(method):
    mock = Walk(client_authentication=[method])
    document = mock.get("/.well-known/oauth-authorization-server").json
    assert document["token_endpoint_auth_methods_supported"] == [method]
    answer = mock.register(token_endpoint_auth_method="private_key_jwt").json
    assert answer["token_endpoint_auth_method"] == method
    assert ("client_secret" in answer) is (method != "none")


def test_a_client_of_the_contract_needs_no_registration():
    secret = "a:b c&d"
    known = {"client_id": "known app", "client_secret": secret, "redirect_uris": [REDIRECT]}
    mock = Walk(clients=[known])
    code = mock.authorize("known app").redirect["code"]
    assert mock.redeem("known app", code).json["error"] == "invalid_client"
    assert mock.redeem("known app", code, client_secret=secret).status == 200
    code = mock.authorize("known app").redirect["code"]
    encoded = basic("known+app", "a%3Ab+c%26d")
    assert mock.redeem("known app", code, headers=encoded).status == 200


# Client id metadata documents


class Site:
    """Where a client hosts its document."""

    def __init__(self, changes=None, status=200, **headers):
        document = {"client_id": DOCUMENT, "client_name": "app", "redirect_uris": [REDIRECT]}
        kept = {n: value for n, value in {**document, **(changes or {})}.items() if value}
        self.response = HttpResponse(status=status, headers=headers, body=json.dumps(kept).encode())
        self.fetched = []

    async def __call__(self, url):
        self.fetched.append(url)
        return self.response


def test_a_client_may_describe_itself_under_its_id():
    site = Site({"grant_types": ["authorization_code", "refresh_token"]})
    mock = Walk(site)
    _, tokens = mock.tokens(DOCUMENT)
    assert mock.call(tokens["access_token"]).passed
    assert mock.refresh(DOCUMENT, tokens["refresh_token"]).status == 200
    assert site.fetched == [DOCUMENT]
    denied = mock.authorize(DOCUMENT, redirect_uri="https://attacker.example/")
    assert denied.json["error"] == "invalid_request"


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "https://app.example/another.json"},
        {"client_id": None},
        {"client_name": None},
        {"redirect_uris": None},
        {"redirect_uris": ["http://app.example/"]},
        {"client_secret": "everybody knows"},
        {"token_endpoint_auth_method": "client_secret_post"},
    ],
)
def test_a_wrong_document_makes_no_client_and_is_not_kept(changes):
    site = Site(changes, **{"cache-control": "max-age=600"})
    mock = Walk(site)
    for _ in range(2):
        answer = mock.authorize(DOCUMENT)
        assert answer.status == 400
        assert answer.json["error"] in ("invalid_client", "invalid_redirect_uri")
    assert len(site.fetched) == 2


def test_a_document_that_does_not_come_is_told():
    assert "nobody is at" in Walk(unreachable).authorize(DOCUMENT).json["error_description"]
    assert "got 404" in Walk(Site(status=404)).authorize(DOCUMENT).json["error_description"]


@pytest.mark.parametrize(
    ("control", "fetches"),
    [("max-age=600", 1), ("public, MAX-AGE=600", 1), ("no-store, max-age=600", 2), ("", 2)],
)
def test_a_document_is_kept_for_as_long_as_its_cache_control_says(control, fetches):
    site = Site(**{"cache-control": control})
    mock = Walk(site)
    mock.tokens(DOCUMENT)
    mock.tokens(DOCUMENT)
    assert len(site.fetched) == fetches
    mock.time += 601
    mock.tokens(DOCUMENT)
    assert len(site.fetched) == fetches + 1


@pytest.mark.parametrize(
    "client_id",
    [
        "http://app.example/client.json",
        "https://app.example",
        "https://app.example/",
        "https://app.example/client.json#part",
        "https://user@app.example/client.json",
        "https://app.example/../client.json",
        "ftp://app.example/client.json",
        "file:///etc/passwd",
        "https://app.example/client json",
    ],
)
def test_an_id_that_is_no_address_of_a_document_is_not_fetched(client_id):
    site = Site({"client_id": client_id})
    assert Walk(site).authorize(client_id).json["error"] == "invalid_client"
    assert site.fetched == []


def test_the_document_of_a_client_in_the_contract_is_not_fetched():
    mock = Walk(clients=[{"client_id": DOCUMENT, "redirect_uris": [REDIRECT]}])
    _, tokens = mock.tokens(DOCUMENT)
    assert mock.call(tokens["access_token"]).passed
