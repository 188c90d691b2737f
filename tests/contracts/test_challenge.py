"""What a `WWW-Authenticate` says."""

import pytest

from mcp_proof_contracts.authorization_metadata import named_metadata
from mcp_proof_contracts.challenge import Challenge, challenges
from mcp_proof_contracts.hosts import is_local, same_server


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("", []),
        ("Bearer", [("bearer", {})]),
        ('BEARER Realm="a, b", scope=read', [("bearer", {"realm": "a, b", "scope": "read"})]),
        (
            'Basic realm="x", Bearer scope = "a b"',
            [("basic", {"realm": "x"}), ("bearer", {"scope": "a b"})],
        ),
        (r'Bearer error="a \"word\" and \\"', [("bearer", {"error": 'a "word" and \\'})]),
        ('Bearer scope="a", scope="b"', [("bearer", {"scope": "a"})]),
        ('Bearer scope="never closed', [("bearer", {}), ("scope", {}), ("never", {})]),
    ],
)
def test_challenges_are_told_apart(field, expected):
    found = list(challenges(field))
    assert found[: len(expected)] == [Challenge(scheme, given) for scheme, given in expected]


def test_a_challenge_of_many_quotes_is_read_at_once():
    assert len(list(challenges('Bearer x="' + '\\"' * 100_000))) == 2


def test_the_metadata_are_named_by_whatever_scheme():
    field = 'Basic realm="x", DPoP resource_metadata="https://a.example/b"'
    assert named_metadata(field) == "https://a.example/b"
    assert named_metadata("Bearer resource=x") == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://127.0.0.1:80/a", "http://localhost/b", True),
        ("http://[::1]:8000", "http://127.0.0.1:8000/mcp", True),
        ("https://a.example", "https://A.example:443/x", True),
        ("https://a.example", "https://b.example", False),
        ("https://a.example", "http://a.example", False),
        ("http://a.example", "http://a.example:8080", False),
        ("http://localhost", "http://localhost.example", False),
        ("http://a.example@b.example", "http://a.example", False),
        ("", "http://a.example", False),
        ("http://a.example:port", "http://a.example", False),
        ("http://[", "http://[", False),
    ],
)
def test_urls_lead_to_the_same_server_by_scheme_host_and_port(one, other, same):
    assert same_server(one, other) is same


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.9/", True),
        ("http://x.localhost:1", True),
        ("http://10.0.0.1", False),
        ("localhost", False),
    ],
)
def test_some_hosts_are_this_machine(url, local):
    assert is_local(url) is local
