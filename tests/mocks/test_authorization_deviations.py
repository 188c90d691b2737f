"""Each variant and each misbehaviour shows where a client meets it, and nowhere else."""

import pytest
from oauth_walk import BASE, MCP, REDIRECT, Walk

from mcp_proof_mocks.authorization.misbehaviours import MISBEHAVIOURS, STRANGER
from mcp_proof_mocks.authorization.variants import VARIANTS

RESOURCE = "/.well-known/oauth-protected-resource"
SERVER = "/.well-known/oauth-authorization-server"
OPENID = "/.well-known/openid-configuration"
ISS = "authorization_response_iss_parameter_supported"
SHOWN = {}


def shows(name):
    """Register the test of a deviation; it gets a mock that has it."""

    def register(test):
        SHOWN[name] = test
        return test

    return register


@pytest.mark.parametrize("name", [*VARIANTS, *MISBEHAVIOURS])
def test_a_deviation_shows(name):
    SHOWN[name](Walk(**{"variants" if name in VARIANTS else "misbehave": [name]}))


@pytest.mark.parametrize("name", [*VARIANTS, *MISBEHAVIOURS])
def test_without_a_deviation_its_test_fails(name):
    with pytest.raises((AssertionError, KeyError)):
        SHOWN[name](Walk())


def test_every_test_is_of_a_deviation():
    assert SHOWN.keys() == {**VARIANTS, **MISBEHAVIOURS}.keys()


def redirected(mock: Walk) -> dict[str, str]:
    return mock.authorize(mock.register().json["client_id"]).redirect


def access(mock: Walk) -> str:
    return mock.tokens()[1]["access_token"]


# Variants of how a client finds out


@shows("metadata-not-in-challenge")
def _(mock):
    assert mock.call().challenge == 'Bearer realm="mcp", scope="read"'
    assert mock.get(f"{RESOURCE}/mcp").status == 200


@shows("metadata-at-root")
def _(mock):
    assert f'resource_metadata="{BASE}{RESOURCE}"' in mock.call().challenge
    assert mock.get(f"{RESOURCE}/mcp").passed
    assert mock.get(RESOURCE).json["resource"] == BASE


@shows("metadata-elsewhere")
def _(mock):
    assert f'resource_metadata="{BASE}/metadata/mcp"' in mock.call().challenge
    assert mock.get(f"{RESOURCE}/mcp").passed
    assert mock.get(RESOURCE).passed
    assert mock.get("/metadata/mcp").json["resource"] == MCP


@shows("no-resource-metadata")
def _(mock):
    assert "resource_metadata" not in mock.call().challenge
    assert mock.get(f"{RESOURCE}/mcp").passed
    assert mock.get(RESOURCE).passed


@shows("openid-only")
def _(mock):
    assert mock.get(SERVER).passed
    assert mock.get(OPENID).json["issuer"] == BASE


@shows("issuer-with-path")
def _(mock):
    issuer = f"{BASE}/tenant1"
    assert mock.get(RESOURCE).json["authorization_servers"] == [issuer]
    for location in (f"{SERVER}/tenant1", f"{OPENID}/tenant1", f"/tenant1{OPENID}"):
        document = mock.get(location).json
        assert (document["issuer"], document["token_endpoint"]) == (issuer, f"{issuer}/token")
    assert mock.get(SERVER).passed


@shows("no-server-metadata")
def _(mock):
    assert mock.get(SERVER).passed
    assert mock.get(OPENID).passed
    assert mock.call(access(mock)).passed
    assert "iss" not in redirected(mock)


@shows("server-moves")
def _(mock):
    client_id, tokens = mock.tokens()
    assert mock.call(tokens["access_token"]).passed
    assert mock.call(tokens["access_token"]).status == 401
    assert mock.get(RESOURCE).json["authorization_servers"] == [f"{BASE}/moved"]
    assert mock.get(f"{SERVER}/moved").json["issuer"] == f"{BASE}/moved"
    assert mock.authorize(client_id, at="/moved/authorize").json["error"] == "invalid_client"


# Variants of scopes


@shows("scope-not-in-challenge")
def _(mock):
    assert "scope" not in mock.call().challenge
    assert mock.get(RESOURCE).json["scopes_supported"] == ["read"]
    assert 'scope="write"' in mock.call(access(mock), "delete").challenge


@shows("no-scopes-supported")
def _(mock):
    assert 'scope="read"' in mock.call().challenge
    assert "scopes_supported" not in mock.get(RESOURCE).json


# Variants of registration


@shows("no-client-documents")
def _(mock):
    assert "client_id_metadata_document_supported" not in mock.get(SERVER).json
    unknown = mock.authorize("https://app.example/client.json").json["error_description"]
    assert unknown == "This client is not known here."


@shows("no-registration")
def _(mock):
    assert "registration_endpoint" not in mock.get(SERVER).json
    assert mock.register().passed


@shows("registration-refused")
def _(mock):
    assert "registration_endpoint" in mock.get(SERVER).json
    assert mock.register().json["error"] == "invalid_client_metadata"


@shows("openid-registration")
def _(mock):
    for kind in (None, "web"):
        assert mock.register(application_type=kind).json["error"] == "invalid_redirect_uri"
    assert mock.register(application_type="native").status == 201
    assert mock.register(application_type=None, redirect_uris=["https://a.example/"]).status == 201


# Variants of authorization and tokens


@shows("access-denied")
def _(mock):
    answer = redirected(mock)
    assert (answer["error"], answer["iss"], answer["state"]) == ("access_denied", BASE, "s")


@shows("no-iss")
def _(mock):
    assert ISS not in mock.get(SERVER).json
    assert redirected(mock).keys() == {"code", "state"}


@shows("no-refresh-tokens")
def _(mock):
    assert mock.get(SERVER).json["grant_types_supported"] == ["authorization_code"]
    assert "refresh_token" not in mock.tokens()[1]


@shows("offline-access")
def _(mock):
    assert mock.get(SERVER).json["scopes_supported"] == ["read", "write", "offline_access"]
    assert "offline_access" not in mock.get(RESOURCE).json["scopes_supported"]
    assert "refresh_token" not in mock.tokens()[1]
    assert "refresh_token" in mock.tokens(scope="read offline_access")[1]


@shows("refresh-refused")
def _(mock):
    client_id, tokens = mock.tokens()
    assert mock.refresh(client_id, tokens["refresh_token"]).json["error"] == "invalid_grant"


# Misbehaviour of the MCP server


@shows("no-challenge")
def _(mock):
    assert (mock.call().status, mock.call().challenge) == (401, None)
    assert mock.call(access(mock), "delete").challenge is None


@shows("any-audience")
def _(mock):
    assert mock.call(mock.authorization.issue(aud=f"{STRANGER}/mcp")).passed


@shows("expiry-ignored")
def _(mock):
    token = access(mock)
    mock.time += 10_000
    assert mock.call(token).passed


@shows("token-optional")
def _(mock):
    assert mock.call().passed
    assert mock.call("garbage").status == 401


@shows("signature-ignored")
def _(mock):
    stranger = Walk(scheme="jwt", secret="another secret, long enough for an algorithm")
    token = stranger.authorization.issue(["read"], iss=BASE, aud=MCP)
    assert mock.call(token).passed
    assert mock.call(token.rpartition(".")[0] + ".").passed
    assert mock.call("garbage").status == 401


@shows("session-trusted")
def _(mock):
    assert mock.call().status == 401
    assert mock.send("POST", "/mcp", b"{}", mcp_session_id="any").passed


@shows("scopes-literal")
def _(mock):
    narrow = Walk(**{**mock.document, "scopes": ["notes:read"]})
    assert narrow.call(narrow.authorization.issue(["notes"])).status == 403
    assert narrow.call(narrow.authorization.issue(["notes:read"])).passed


@shows("scopes-never-suffice")
def _(mock):
    _, tokens = mock.tokens(scope="read never-enough")
    assert tokens["scope"] == "read never-enough"
    assert mock.call(tokens["access_token"]).passed
    refused = mock.call(tokens["access_token"], "look")
    assert refused.status == 403
    assert 'scope="read never-enough"' in refused.challenge


@shows("offline-access-challenged")
def _(mock):
    assert 'scope="read offline_access"' in mock.call().challenge
    assert mock.get(RESOURCE).json["scopes_supported"] == ["read", "offline_access"]


@shows("resource-mismatch")
def _(mock):
    assert mock.get(f"{RESOURCE}/mcp").json["resource"] == f"{STRANGER}/mcp"


@shows("no-authorization-servers")
def _(mock):
    assert "authorization_servers" not in mock.get(RESOURCE).json


# Misbehaviour of the authorization server


@shows("wrong-issuer")
def _(mock):
    for location in (SERVER, OPENID):
        assert mock.get(location).json["issuer"] == STRANGER


@shows("no-pkce")
def _(mock):
    for location in (SERVER, OPENID):
        assert "code_challenge_methods_supported" not in mock.get(location).json


@shows("iss-missing")
def _(mock):
    assert mock.get(SERVER).json[ISS] is True
    assert redirected(mock).keys() == {"code", "state"}


@shows("iss-wrong")
def _(mock):
    assert mock.get(SERVER).json[ISS] is True
    assert redirected(mock)["iss"] == STRANGER


@shows("iss-unadvertised")
def _(mock):
    assert ISS not in mock.get(SERVER).json
    assert redirected(mock)["iss"] == STRANGER


@shows("iss-equivalent")
def _(mock):
    assert redirected(mock)["iss"] == "HTTP://127.0.0.1:8000"


@shows("state-wrong")
def _(mock):
    assert redirected(mock)["state"] == "a-state-nobody-sent"


@shows("redirect-unchecked")
def _(mock):
    client_id = mock.register().json["client_id"]
    answer = mock.authorize(client_id, redirect_uri="https://attacker.example/callback")
    assert "code" in answer.redirect
    assert mock.authorize(client_id, redirect_uri=f"{REDIRECT}\r\nX: y").status == 400


@shows("tokens-expired")
def _(mock):
    _, tokens = mock.tokens()
    assert tokens["expires_in"] == 3600
    assert "has expired" in mock.call(tokens["access_token"]).challenge


@shows("tokens-for-another")
def _(mock):
    assert "another audience" in mock.call(access(mock)).challenge


@shows("refresh-not-rotated")
def _(mock):
    client_id, tokens = mock.tokens()
    for _ in range(2):
        again = mock.refresh(client_id, tokens["refresh_token"]).json
        assert again["refresh_token"] == tokens["refresh_token"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["iss-wrong"], {"error": "access_denied", "iss": STRANGER}),
        (["state-wrong"], {"error": "access_denied", "state": "a-state-nobody-sent"}),
    ],
)
def test_misbehaviours_go_together_with_variants(names, expected):
    answer = redirected(Walk(variants=["access-denied"], misbehave=names))
    assert expected.items() <= answer.items()
