"""What of all that a user gives is taken for a secret, and what is not."""

import base64
import shlex

import pytest

from mcp_proof_contracts.secrets.given import (
    secrets_in_command,
    secrets_in_headers,
    secrets_in_url,
    secrets_in_variables,
    shown_command,
)

RANDOM = "AbCdEf0123456789abcdefZ9"
DECODED = ("user-123", "pass-word")
BASIC = base64.b64encode(":".join(DECODED).encode()).decode()
UUID = "3f2b8c1e-9d4a-4f6b-8a2c-1e5d7f9b3a60"
KEY = "MIIEowIBAAKCAQEAtY"


@pytest.mark.parametrize(
    ("command", "secrets", "shown"),
    [
        ("serve --token abc-123-x", {"abc-123-x"}, "serve --token [hidden]"),
        ("serve -token abc-123-x -v", {"abc-123-x"}, "serve -token [hidden] -v"),
        ("serve --api-key=abc-123-x", {"abc-123-x"}, "serve --api-key=[hidden]"),
        ("serve --apiKey abc-123-x", {"abc-123-x"}, "serve --apiKey [hidden]"),
        ("serve --pin 1234", set(), "serve --pin 1234"),
        ("serve --password 1a2b", set(), "serve --password [hidden]"),
        ("env API_KEY=abc-123-x serve", {"abc-123-x"}, "env API_KEY=[hidden] serve"),
        ("docker run -e DB_PASSWORD=swordfish i", {"swordfish"}, None),
        ("docker run -eDB_PASSWORD=swordfish i", {"swordfish"}, None),
        ("docker run --env=DB_PASSWORD=swordfish i", {"swordfish"}, None),
        ("docker run -e GITHUB_TOKEN ghcr.io/owner/server", set(), None),
        ("java -Ddb.password=swordfish -jar x", {"swordfish"}, None),
        ("serve --key fingerprint", set(), "serve --key fingerprint"),
        ("serve --key 7f3a-99b1", {"7f3a-99b1"}, "serve --key [hidden]"),
        (f"serve {RANDOM}", {RANDOM}, "serve [hidden]"),
        ("curl -H 'X-Tenant: acme-corp' u", {"acme-corp"}, "curl -H 'X-Tenant: [hidden]' u"),
        ("mcp-remote --header 'Authorization: Bearer tok-en-1'", {"tok-en-1"}, None),
        (f"mcp-remote --header='Authorization: Basic {BASIC}'", {BASIC, *DECODED}, None),
        ("mcp-remote --header Authorization: Bearer tok-en-1", {"tok-en-1"}, None),
        ("mcp-remote --header 'Authorization:${AUTH_HEADER}'", set(), None),
        ("serve '{\"key\": 1, \"apiKey\": \"abc-123-x\"}'", {"abc-123-x"}, None),
        ("serve '{\"apiKey\": \"abc,d e;\\\"f\"}'", {'abc,d e;"f'}, None),
        ("serve '{\"env\": \"A=1 API_KEY=abc-123-x\"}'", {"abc-123-x"}, None),
        ("serve '{\"apiKey\": \"${API_KEY} or so\"}'", set(), None),
        ("sh -c 'TOKEN=abc-123-x serve --secret def-456-y'", {"abc-123-x", "def-456-y"}, None),
        ("bash -lc 'TOKEN=abc-123-x serve --secret def-456-y'", {"abc-123-x", "def-456-y"}, None),
        ("serve postgres://app:s3cret-x@db/app", {"s3cret-x"}, "serve postgres://app:[hidden]@db/app"),
        # What is no secret
        ("npx -y @scope/server@1.2.3 my-package@latest", set(), None),
        ("python -m serve --token-file /run/secrets/token --auth-mode oauth-device", set(), None),
        ("serve --no-auth standalone --use-credentials workload", set(), None),
        ("serve --max-tokens 200000 --token-limit 12345678", set(), None),
        ("serve --password ${PASSWORD} --token <your-token> --api-key changeme", set(), None),
        ("serve --credentials /home/me/credentials.json", set(), None),
        ("serve --header-env X-Api-Key=MY_API_KEY", set(), None),
        (f"/home/me/.cache/{RANDOM}/bin/serve x", set(), None),
        ("python -c 'print(1)' --port 8080 --root /srv/data", set(), None),
    ],
)  # fmt: skip
def test_the_arguments_of_a_command(command, secrets, shown):
    arguments = shlex.split(command)
    assert secrets_in_command(arguments).values == secrets
    without = shown_command(arguments)
    assert not any(secret in without for secret in secrets)
    assert shown in (None, without)
    if not secrets and "[hidden]" not in without:
        assert shlex.split(without) == arguments


def test_a_secret_of_a_known_kind_is_one_wherever_it_stands():
    token = "xoxb-12345678-" + "a1B2" * 4
    assert secrets_in_command(["serve", f"with {token}"]).values == {token}
    assert secrets_in_variables({"ANY": token}).values == {token}
    assert shown_command(["serve", token]) == "serve [hidden]"


@pytest.mark.parametrize(
    ("name", "value", "secrets"),
    [
        ("GITHUB_TOKEN", "abc-123-x", {"abc-123-x"}),
        ("DB_PASSWORD_MAIN", "swordfish", {"swordfish"}),
        ("SECRET_KEY_BASE", "abc-123-x", {"abc-123-x"}),
        ("AWS_SECRET_ACCESS_KEY", "a/b+c1-2", {"a/b+c1-2"}),
        ("HTTP_AUTH", "user:pass-1", {"user:pass-1"}),
        ("AUTH_HEADER", "Bearer tok-en-12", {"tok-en-12"}),
        ("DATABASE_URL", "postgres://app:p%40ss-1@db/app", {"p%40ss-1", "p@ss-1"}),
        ("SERVER_ARGS", "--token abc-123-x", {"abc-123-x"}),
        ("PRIVATE_KEY", f"-----BEGIN\n{KEY}\nx", {f"-----BEGIN\n{KEY}\nx", KEY}),
        ("DB_PASSWORD", "postgres", set()),
        ("API_KEY", "your-api-key", set()),
        ("PASSWORD", "12345", set()),
        ("SSH_AUTH_SOCK", "/tmp/ssh-XXXX/agent.12", set()),
        ("XDG_SESSION_ID", "session-12", set()),
        ("SESSION_MANAGER", "local/machine:@/tmp/.ICE-unix/1", set()),
        ("TOKENIZERS_PARALLELISM", "disabled-1", set()),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/home/me/key.json", set()),
        ("TOKEN_EXPIRY", "2026-01-01", set()),
        ("AUTH", "required", set()),
        ("PWD", "/home/me/my project (2)", set()),
        ("LANG", "en_US.UTF-8", set()),
        ("BUILD", "0123456789abcdef0123456789abcdef", set()),
    ],
)  # fmt: skip
def test_the_variables_of_an_environment(name, value, secrets):
    assert secrets_in_variables({name: value}).values == secrets


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("https://user-1:p%40ss-1@h/mcp", {"user-1", "p%40ss-1", "p@ss-1"}),
        ("https://tok-en-123@h/mcp", {"tok-en-123"}),
        ("https://h/mcp?api_key=a%2Fb-12&mode=stateless-1", {"a%2Fb-12", "a/b-12"}),
        ("https://h/mcp?sig=abc-123#access_token=def-456", {"abc-123", "def-456"}),
        (f"https://h/s/{RANDOM}/mcp", {RANDOM}),
        (f"https://h/{UUID}", {UUID}),
        ("http//user-1:pass-1@h?token=abc-123", {"user-1", "pass-1", "abc-123"}),
        ("user-1:pass-1@h", {"user-1", "pass-1"}),
        ("https://h:8080/mcp/v1?revision=2025-11-25&tools=everything", set()),
    ],
)  # fmt: skip
def test_a_url(url, secrets):
    assert secrets_in_url(url).values == secrets


@pytest.mark.parametrize(
    ("name", "value", "secrets"),
    [
        ("Authorization", "Bearer tok-en-1", {"tok-en-1"}),
        ("Authorization", "tok-en-1", {"tok-en-1"}),
        ("Authorization", f"Basic {BASIC}", {BASIC, *DECODED}),
        ("Authorization", "Basic no-base64", {"no-base64"}),
        ("Cookie", 'sid="abc-123"; theme=dark; csrf_token=swordfish', {"abc-123", "swordfish"}),
        ("X-Api-Key", "swordfish", {"swordfish"}),
        ("X-Tenant", "acme-corp", {"acme-corp"}),
        ("X-Tenant", "production", set()),
        ("X-Flavour", "strawberry", set()),
        ("Accept-Language", "en", set()),
    ],
)
def test_headers(name, value, secrets):
    found = secrets_in_headers({name: value})
    assert (found.values, found.headers) == (secrets, {name.lower()})


def test_a_long_argument_is_read_in_one_go():
    assert secrets_in_command(["--data", "aB3" * 30_000, "x" * 100_000]).values == {"aB3" * 30_000}


def test_the_representation_of_secrets_tells_none():
    assert "abc-123-x" not in repr(secrets_in_command(["--token", "abc-123-x"]))
