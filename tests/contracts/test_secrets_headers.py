"""Headers, URLs and forms as they may be recorded."""

import pytest

from mcp_proof_contracts.secrets.headers import shown_headers
from mcp_proof_contracts.secrets.oauth import oauth_secrets
from mcp_proof_contracts.secrets.parameters import secrets_in_form, shown_form, shown_query

SECRET = "Zx9-token-of-somebody"


@pytest.mark.parametrize(
    "name",
    ["X-Auth-Token", "X-Vault-Token", "PRIVATE-TOKEN", "X-Amz-Security-Token", "Authorization"],
)
def test_a_header_that_carries_a_credential_is_hidden(name: str):
    assert shown_headers([(name, SECRET)]) == {name.lower(): "[hidden]"}


@pytest.mark.parametrize(
    "name",
    [
        *("Mcp-Session-Id", "Last-Event-ID", "traceparent", "Mcp-Param-Token", "WWW-Authenticate"),
        *("Sec-WebSocket-Key", "X-Request-Id", "Idempotency-Key", "ETag"),
    ],
)
def test_a_header_that_the_protocol_needs_is_kept(name: str):
    assert shown_headers([(name, SECRET)]) == {name.lower(): SECRET}


def test_a_header_about_credentials_that_says_a_word_is_kept():
    fields = [("Access-Control-Allow-Credentials", "true"), ("X-RateLimit-Tokens", "1000")]
    assert list(shown_headers(fields).values()) == ["true", "1000"]


@pytest.mark.parametrize("name", ["Location", "Referer", "Content-Location"])
@pytest.mark.parametrize("parameter", ["?access_token=", "?code=", "?a=b&code=", "#access_token="])
def test_the_secrets_in_a_link_are_hidden(name: str, parameter: str):
    shown = shown_headers([(name, f"https://a.test/b{parameter}{SECRET}")])
    assert shown == {name.lower(): f"https://a.test/b{parameter}[hidden]"}


def test_what_of_a_query_is_no_secret_is_kept():
    assert shown_query("/mcp?page=2&cursor=abc#top") == "/mcp?page=2&cursor=abc#top"


def test_a_form_is_kept_without_its_secrets():
    form = f"client_secret={SECRET}&grant_type=authorization_code&code=ab&code_verifier={SECRET}"
    hidden = "client_secret=[hidden]&grant_type=authorization_code&code=[hidden]"
    assert shown_form(form) == f"{hidden}&code_verifier=[hidden]"
    assert [*secrets_in_form(form)] == [SECRET, SECRET]


def test_the_credentials_of_a_token_endpoint_are_known_and_those_of_messages_are_not():
    assert [*oauth_secrets({"access_token": SECRET, "expires_in": 3600})] == [SECRET]
    assert [*oauth_secrets({"jsonrpc": "2.0", "access_token": SECRET})] == []
    assert [*oauth_secrets([SECRET])] == []
