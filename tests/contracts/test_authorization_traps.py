"""What the specification permits of authorization must not be called a violation."""

import itertools
import json
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import REVISIONS, Era, Revision
from mcp_proof_contracts.rule import Outcome, registry
from mcp_proof_contracts.transcript import EventKind, Sender

R2503, R2506, R2511, R2607 = REVISIONS[1:]
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
LOCAL, PUBLIC = "http://127.0.0.1:8000/mcp", "https://mcp.example.com/mcp"
WELL_KNOWN = "https://mcp.example.com/.well-known/oauth-protected-resource"
NAMED = f'Bearer resource_metadata="{WELL_KNOWN}"'
ERROR: dict[str, Json] = {"error": {"code": -32600, "message": "no"}}
RESULT: dict[str, Json] = {"result": {"resultType": "complete"}}
AREA = [rule for rule in registry if rule.area == "authorization"]
DOCUMENT: dict[str, Json] = {
    "resource": PUBLIC,
    "authorization_servers": ["https://auth.example.com"],
    "scopes_supported": ["read"],
}


class Door(Tape):
    """What a server says to those who ask with a token and without, written down."""

    def __init__(self, revision: Revision = R2607, url: str = PUBLIC) -> None:
        super().__init__("http")
        self.revision = revision
        self._numbers = itertools.count(1)
        self.add(EventKind.OPEN, Sender.CLIENT, channel="http", data={"target": url})
        if revision.era is Era.STATEFUL:
            opened: dict[str, Json] = {"protocolVersion": str(revision), "capabilities": {}}
            self.ask("initialize", result=opened)
        self.opening = "initialize" if revision.era is Era.STATEFUL else "server/discover"
        self.control = revision.control_method

    def ask(
        self, method: str, probe: str = "", status: int = 200, challenge: str = "", **reply: Any
    ) -> None:
        number = next(self._numbers)
        where: dict[str, Any] = {"channel": f"post-{number}", "probe": probe}
        data = {"method": "POST", "headers": {}}
        self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data=data, **where)
        frame: dict[str, Any] = {"jsonrpc": "2.0", "id": number}
        self.say(Sender.CLIENT, {**frame, "method": method}, **where)
        headers = {"www-authenticate": challenge} if challenge else {}
        told = {"status": status, "headers": headers}
        self.add(EventKind.HTTP_RESPONSE, Sender.SERVER, data=told, **where)
        if reply:
            self.say(Sender.SERVER, {**frame, **reply}, **where)
        self.add(EventKind.END, Sender.SERVER, data={"how": "complete"}, **where)

    def tokens(
        self, without: int = 401, newcomer: int = 401, challenge: str = NAMED, **reply: Any
    ) -> "Door":
        """Ask with a token, and without; who is let in gets a result."""
        self.ask(self.control, "authorization/the token", **RESULT)
        given = RESULT if without == 200 and not reply else reply
        self.ask(self.control, "authorization/no token", without, challenge, **given)
        given = RESULT if newcomer == 200 else {}
        self.ask(self.opening, "authorization/newcomer", newcomer, challenge, **given)
        return self

    def challenged(self, challenge: str = NAMED) -> "Door":
        self.ask(self.opening, "authorization-metadata/challenge", 401, challenge)
        return self

    def document(
        self,
        case: str,
        value: Json = None,
        status: int | None = None,
        probe: str = "authorization-metadata",
    ) -> "Door":
        """Fetch a document; without a value it is not there."""
        number = next(self._numbers)
        where: dict[str, Any] = {"channel": f"document-{number}", "probe": f"{probe}/{case}"}
        data = {"method": "GET", "path": f"/{case}", "headers": {}}
        self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data=data, **where)
        told = {"status": status or (404 if value is None else 200), "headers": {}}
        self.add(EventKind.HTTP_RESPONSE, Sender.SERVER, data=told, **where)
        if value is not None:
            text = value if isinstance(value, str) else json.dumps(value)
            self.add(EventKind.BODY, Sender.SERVER, data={"text": text}, **where)
        self.add(EventKind.END, Sender.SERVER, data={"how": "complete"}, **where)
        return self

    def says(self, rule_id: str) -> Outcome:
        return self.outcome(rule_id, self.revision)


def metadata(revision: Revision = R2607, url: str = PUBLIC, **members: Json) -> Door:
    document = {name: v for name, v in {**DOCUMENT, **members}.items() if v != "left out"}
    return Door(revision, url).challenged().document("named", document)


@pytest.mark.parametrize("revision", [R2503, R2506, R2511, R2607])
def test_of_a_server_that_serves_everybody_nothing_is_said(revision):
    door = Door(revision).tokens(without=200, newcomer=200, challenge="")
    rules = [rule.id for rule in AREA if rule.holds_for(revision)]
    assert {rule_id: door.says(rule_id) for rule_id in rules} == dict.fromkeys(rules, UNTESTED)


@pytest.mark.parametrize("revision", [R2503, R2506, R2511, R2607])
def test_of_a_run_without_a_token_nothing_is_said(revision):
    rules = [rule.id for rule in AREA if rule.holds_for(revision)]
    assert {Door(revision).says(rule_id) for rule_id in rules} == {UNTESTED}


@pytest.mark.parametrize("revision", [R2506, R2511, R2607])
def test_a_server_that_demands_a_key_of_its_own_need_not_have_metadata(revision):
    """Authorization is optional, and this specification of it SHOULD be conformed to."""
    door = Door(revision).tokens(challenge="Bearer").challenged('Bearer error="invalid_token"')
    for case in ("path", "root", "server"):
        door.document(case)
    assert door.says("auth-unauthenticated-401") is PASSED
    documents = ("auth-prm-served", "auth-www-authenticate-metadata", "auth-prm-resource-identity")
    assert {door.says(rule_id) for rule_id in documents} == {UNTESTED}


@pytest.mark.parametrize(
    ("without", "outcome"),
    [
        (401, PASSED),
        (403, VIOLATED),
        (400, VIOLATED),
        (302, VIOLATED),
        (429, PASSED),
        (500, PASSED),
    ],
)
def test_who_has_no_token_gets_401_where_the_server_is_in_order(without, outcome):
    assert Door().tokens(without=without).says("auth-unauthenticated-401") is outcome


def test_an_error_of_json_rpc_is_no_401():
    door = Door().tokens(without=200, **ERROR)
    assert door.says("auth-unauthenticated-401") is VIOLATED


def test_what_is_refused_with_the_token_too_is_not_refused_for_its_absence():
    door = Door()
    door.ask("tools/list", "authorization/the token", **ERROR)
    door.ask("tools/list", "authorization/no token", **ERROR)
    assert door.says("auth-unauthenticated-401") is UNTESTED


@pytest.mark.parametrize(
    ("status", "outcome"), [(401, PASSED), (403, VIOLATED), (400, VIOLATED), (503, UNTESTED)]
)
def test_a_token_of_nobody_gets_401(status, outcome):
    door = Door(R2511).tokens()
    door.ask("initialize", "authorization/a token of nobody", status)
    assert door.says("auth-invalid-token-401") is outcome


def test_a_token_of_nobody_may_be_passed_over_where_none_is_needed():
    door = Door(R2511).tokens(without=200, newcomer=200)
    door.ask("initialize", "authorization/a token of nobody", result={})
    assert door.says("auth-invalid-token-401") is UNTESTED


@pytest.mark.parametrize(
    ("without", "newcomer", "outcome"),
    [(200, 401, VIOLATED), (401, 401, PASSED), (403, 403, PASSED), (200, 200, UNTESTED)],
)
@pytest.mark.parametrize("revision", [R2503, R2511, R2607])
def test_a_session_is_no_token(revision, without, newcomer, outcome):
    door = Door(revision).tokens(without=without, newcomer=newcomer)
    assert door.says("auth-every-request-checked") is outcome


def test_other_requests_may_be_open_to_everybody_where_there_are_no_sessions():
    door = Door(R2607).tokens()
    door.ask("tools/list", "authorization/no token", **RESULT)
    assert door.says("auth-every-request-checked") is PASSED


@pytest.mark.parametrize(
    ("status", "reply", "outcome"),
    [(401, {}, PASSED), (403, {}, PASSED), (200, RESULT, VIOLATED), (500, {}, UNTESTED)],
)
def test_a_token_for_another_server_is_refused_in_whatever_way(status, reply, outcome):
    door = Door().tokens()
    door.ask("server/discover", "authorization-audience/another audience", status, **reply)
    assert door.says("auth-audience-checked") is outcome


@pytest.mark.parametrize(("revision", "outcome"), [(R2506, VIOLATED), (R2511, PASSED)])
def test_the_challenge_must_name_the_metadata_in_2025_06_18_only(revision, outcome):
    door = Door(revision).challenged("Bearer").document("path").document("root", DOCUMENT)
    assert door.says("auth-www-authenticate-metadata") is outcome
    assert door.says("auth-prm-served") is PASSED


@pytest.mark.parametrize("revision", [R2511, R2607])
def test_metadata_must_be_found_in_one_of_the_ways(revision):
    door = Door(revision).challenged('Bearer scope="read"').document("path").document("root")
    assert door.says("auth-www-authenticate-metadata") is VIOLATED
    assert door.says("auth-prm-served") is UNTESTED  # the same is not said twice


@pytest.mark.parametrize(
    ("status", "value", "outcome"),
    [
        (404, None, VIOLATED),
        (200, "<html>", VIOLATED),
        (200, "[]", VIOLATED),
        (503, None, UNTESTED),
        (302, None, UNTESTED),
    ],
)
def test_what_a_challenge_names_is_there(status, value, outcome):
    door = Door().challenged().document("named", value, status).document("path").document("root")
    assert door.says("auth-prm-served") is outcome


def test_metadata_on_another_server_are_not_asked_for():
    door = Door().challenged().document("path").document("root", DOCUMENT | {"resource": "x"})
    assert door.says("auth-prm-resource-identity") is UNTESTED
    door = Door().challenged().document("path").document("root")
    assert door.says("auth-prm-served") is UNTESTED
    assert door.says("auth-www-authenticate-metadata") is PASSED


@pytest.mark.parametrize(
    ("named", "outcome"),
    [
        (["https://a.example"], PASSED),
        (["https://a.example", "https://b.example"], PASSED),
        ([], VIOLATED),
        ("https://a.example", VIOLATED),
        ("left out", VIOLATED),
        ([1], VIOLATED),
    ],
)
def test_one_authorization_server_is_named_at_least(named, outcome):
    door = metadata(authorization_servers=named)
    assert door.says("auth-prm-authorization-servers") is outcome


@pytest.mark.parametrize(
    ("url", "resource", "outcome"),
    [
        (PUBLIC, PUBLIC, PASSED),
        (PUBLIC, f"{PUBLIC}/", PASSED),
        (PUBLIC, "https://mcp.example.com", PASSED),
        (PUBLIC, "https://mcp.example.com/", PASSED),
        (PUBLIC, "HTTPS://MCP.example.com:443/mcp", PASSED),
        (PUBLIC, "https://mcp.example.com/mc", VIOLATED),
        (PUBLIC, "https://mcp.example.com/other", VIOLATED),
        (PUBLIC, "https://mcp.example.com/mcp/more", VIOLATED),
        (PUBLIC, "https://other.example.com/mcp", VIOLATED),
        (PUBLIC, "http://mcp.example.com/mcp", VIOLATED),
        (PUBLIC, f"{PUBLIC}#part", VIOLATED),
        (PUBLIC, "left out", VIOLATED),
        (PUBLIC, "mcp.example.com", VIOLATED),
        (LOCAL, "http://localhost:8000/mcp", PASSED),
        (LOCAL, PUBLIC, UNTESTED),
        (LOCAL, "http://127.0.0.1:9000/mcp", UNTESTED),
        (LOCAL, "http://127.0.0.1:8000/other", VIOLATED),
    ],
)
def test_the_resource_is_the_server_that_was_asked(url, resource, outcome):
    assert metadata(url=url, resource=resource).says("auth-prm-resource-identity") is outcome


@pytest.mark.parametrize(
    ("challenge", "scopes", "outcome"),
    [
        ('Bearer scope="read"', ["read"], PASSED),
        ('Bearer scope="other"', ["read"], PASSED),
        ("Bearer", ["read"], VIOLATED),
        ("", ["read"], VIOLATED),
        ("Bearer", [], UNTESTED),
        ('Bearer scope=""', "left out", UNTESTED),
    ],
)
def test_a_challenge_names_scopes_where_the_server_has_some(challenge, scopes, outcome):
    door = Door().challenged(challenge).document("path", {**DOCUMENT, "scopes_supported": scopes})
    assert door.says("auth-www-authenticate-scope") is outcome


@pytest.mark.parametrize(
    ("challenge", "scopes", "outcome"),
    [
        ('Bearer scope="read"', ["read"], PASSED),
        ('Bearer scope="read offline_access"', ["read"], VIOLATED),
        ('Bearer scope="read"', ["read", "offline_access"], VIOLATED),
        ('Bearer scope="offline_access_too"', [], PASSED),
        ('Bearer realm="offline_access"', [], UNTESTED),
        ('Basic realm="x", scope="offline_access"', [], UNTESTED),
    ],
)
def test_offline_access_is_no_scope_of_a_resource(challenge, scopes, outcome):
    door = Door().challenged(challenge).document("path", {**DOCUMENT, "scopes_supported": scopes})
    assert door.says("auth-no-offline-access") is outcome


FULL = f'{NAMED}, error="insufficient_scope", scope="write"'


def stepped(
    status: int, challenge: str = FULL, elsewhere: int = 200, enough: int = 200, **reply: Json
) -> Door:
    door = Door()
    asked = "tools/list"
    for case, given in (("little_scope elsewhere", elsewhere), ("the token", enough)):
        told = RESULT if given == 200 else {}
        door.ask(asked, f"authorization-scopes/{case}", given, challenge, **told)
    door.ask(asked, "authorization-scopes/little_scope", status, challenge, **reply)
    return door


@pytest.mark.parametrize(
    ("door", "outcome"),
    [
        (stepped(403), PASSED),
        (stepped(403, challenge=""), PASSED),
        (stepped(401), VIOLATED),
        (stepped(200, **ERROR), VIOLATED),
        (stepped(200, **RESULT), VIOLATED),
        (stepped(401, elsewhere=401), UNTESTED),
        (stepped(403, enough=403), UNTESTED),
        (stepped(404, enough=404), UNTESTED),
        (stepped(503), UNTESTED),
    ],
)
def test_too_little_scope_is_403_where_more_would_do(door, outcome):
    assert door.says("auth-insufficient-403") is outcome


@pytest.mark.parametrize(
    ("challenge", "outcome"),
    [
        (FULL, PASSED),
        (FULL.replace("insufficient_scope", "invalid_token"), VIOLATED),
        (f'{NAMED}, error="insufficient_scope"', VIOLATED),
        ('Bearer error="insufficient_scope", scope="write"', VIOLATED),
        ("", VIOLATED),
    ],
)
def test_403_for_scope_tells_what_is_needed(challenge, outcome):
    assert stepped(403, challenge).says("auth-insufficient-scope-challenge") is outcome
    assert stepped(401, challenge).says("auth-insufficient-scope-challenge") is UNTESTED


@pytest.mark.parametrize(
    ("status", "challenge", "reply", "outcome"),
    [
        (200, "", RESULT, PASSED),
        (403, FULL, {}, VIOLATED),
        (403, "", {}, UNTESTED),
        (401, NAMED, {}, UNTESTED),
    ],
)
def test_a_broader_scope_is_enough_unless_something_else_is_wrong(
    status, challenge, reply, outcome
):
    door = Door().tokens(challenge='Bearer scope="read:all"')
    door.ask("tools/list", "authorization-scopes/broad_scope", status, challenge, **reply)
    assert door.says("auth-scope-hierarchy") is outcome


def test_a_broader_scope_proves_nothing_where_no_scope_is_demanded():
    door = Door().tokens()
    door.ask("tools/list", "authorization-scopes/broad_scope", **RESULT)
    assert door.says("auth-scope-hierarchy") is UNTESTED


@pytest.mark.parametrize(
    ("fetched", "outcome"), [([], UNTESTED), ([False], PASSED), ([False, True], VIOLATED)]
)
def test_the_token_of_the_client_goes_no_further(fetched, outcome):
    door = Door()
    probe = "authorization-passthrough"
    door.ask("tools/call", probe, **RESULT)
    for tells in fetched:
        data = {"method": "GET", "path": "/x", "headers": {}, "tells_secret": tells}
        where: dict[str, Any] = {"session": "canary-1", "channel": "get-1", "probe": probe}
        door.add(EventKind.HTTP_REQUEST, Sender.SERVER, data=data, **where)
    assert door.says("auth-no-token-passthrough") is outcome


SCOPED = 'Bearer scope="read"'


@pytest.mark.parametrize(
    ("challenge", "metadata_there", "authorize", "token", "outcome"),
    [
        (SCOPED, {"issuer": "x"}, 404, 404, PASSED),
        (SCOPED, None, 400, 405, PASSED),
        (SCOPED, None, 404, 404, VIOLATED),
        ("Bearer", None, 400, 404, VIOLATED),
        (SCOPED, None, 401, 401, UNTESTED),  # every path is guarded
        (SCOPED, None, 400, 401, PASSED),  # the client is unknown
        ("Bearer", None, 404, 404, UNTESTED),  # a key of the server's own
        (NAMED, None, 404, 404, UNTESTED),  # it has the authorization of later revisions
    ],
)
def test_in_2025_03_26_there_are_metadata_or_default_endpoints(
    challenge, metadata_there, authorize, token, outcome
):
    door = Door(R2503).challenged(challenge).document("server", metadata_there)
    for case, status in (("/authorize", authorize), ("/token", token)):
        door.document(case, status=status, probe="authorization-defaults")
    assert door.says("auth-2503-metadata-or-defaults") is outcome
