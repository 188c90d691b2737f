"""What a judge notes of a client's way to a token: enough to judge it, and no secret."""

import asyncio
import json
import time

import pytest
from judged import judged, play, scenario_of

from mcp_proof.judge.authorization_steps import noting_steps
from mcp_proof.judge.function_client import FunctionClient
from mcp_proof.judge.notes import Notes
from mcp_proof.judge.pseudonyms import PUBLIC, Pseudonyms
from mcp_proof.judge.scenario import scenarios
from mcp_proof.reports.evidence import evidence_text
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import DOCUMENTS, EventKind, event_line
from mcp_proof_mocks.client.authorization.authorizer import Authorizer
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

LATEST = Revision.R2026_07_28
SECRETIVE = ("auth-plain", "auth-client-with-id", "auth-secret-in-form", "auth-state-wrong")


class Responding:
    """Takes one response."""

    def __init__(self):
        self.response = None

    def respond(self, response):
        self.response = response

    def write(self, data): ...
    def end(self): ...
    def abort(self): ...
    async def ended(self): ...


OK = HttpResponse(status=200)


def noted(*requests, response=OK, known=None):
    """Return what is noted of requests, each of which is answered so."""
    notes = Notes(time.monotonic())

    async def server(_request, responder):
        responder.respond(response)

    async def send():
        steps = noting_steps(server, notes, known or {})
        for request in requests:
            responding = Responding()
            await steps(request, responding)
            assert responding.response is response

    asyncio.run(send())
    return [event.data for event in notes.among([])]


def steps_in(played):
    return [event.data for event in played.events if event.kind is EventKind.AUTHORIZATION]


@pytest.mark.parametrize("name", SECRETIVE)
def test_no_secret_is_in_what_is_kept(name, monkeypatch):
    secrets = set()
    whole = Pseudonyms.name

    def remembering(self, kind, secret):
        if kind not in PUBLIC and secret:
            secrets.add(secret)
        return whole(self, kind, secret)

    monkeypatch.setattr(Pseudonyms, "name", remembering)
    played = play(scenario_of(name), LATEST)
    kept = b"".join(map(event_line, played.events)).decode()
    shown = " ".join(map(evidence_text, played.events))
    assert len(secrets) > 2
    assert [secret for secret in secrets if secret in kept + shown] == []


def test_what_a_client_says_of_its_secrets_is_hidden():
    async def talkative(approach, tell):
        tell({"wish": 0, "ok": False, "error": f"I have {approach.asked['authorization']}"})

    played = play(scenario_of("auth-client-with-id"), LATEST, client=FunctionClient(talkative))
    [told] = [event.data for event in played.events if event.kind is EventKind.TOLD]
    assert "Zq8mVt4Kx1Rw6Nd3" not in told["error"]
    assert "registered-before" in told["error"]


def test_the_same_secret_has_the_same_name():
    steps = steps_in(play(scenario_of("auth-plain"), LATEST))
    [issued] = [step["answer"]["access_token"] for step in steps if step["step"] == "token"]
    presented = {step["token"] for step in steps if step["step"] == "request"}
    assert issued == "token-1"
    assert presented == {"", "token-1"}
    [asked] = [step for step in steps if step["step"] == "authorization"]
    [redeemed] = [step for step in steps if step["step"] == "token"]
    assert redeemed["parameters"]["code"] == asked["answer"]["code"]
    assert redeemed["parameters"]["verifies"] == asked["parameters"]["code_challenge"]
    assert redeemed["parameters"]["client_id"] == asked["parameters"]["client_id"] == "client-1"


def test_requests_for_documents_are_no_requests_to_the_endpoint():
    played = play(scenario_of("auth-plain"), LATEST)
    requests = [e for e in played.events if e.kind is EventKind.HTTP_REQUEST]
    beside = {e.data["path"] for e in requests if e.channel.startswith(DOCUMENTS)}
    others = {e.data["path"] for e in requests if not e.channel.startswith(DOCUMENTS)}
    assert {"/register", "/token"} < beside
    assert others == {"/mcp"}


def test_no_rule_of_http_is_broken_by_asking_for_metadata():
    verdicts = judged("auth-openid-only", LATEST)
    assert [v.rule.id for v in verdicts.values() if v.outcome is Outcome.VIOLATED] == []


def test_a_token_in_the_query_is_known_again():
    authorized = HttpRequest("POST", "/mcp", {"host": "h", "authorization": "Bearer t0ken-of-mine"})
    in_query = HttpRequest("POST", "/mcp?access_token=t0ken-of-mine&x=1", {"host": "h"})
    first, second = noted(authorized, in_query)
    assert (first["scheme"], first["token"], first["token_in_query"]) == ("bearer", "token-1", "")
    assert (second["token"], second["token_in_query"]) == ("", "token-1")
    assert second["url"] == "http://h/mcp"


@pytest.mark.parametrize(
    ("method", "path", "step"),
    [
        ("POST", "/mcp", "request"),
        ("GET", "/.well-known/oauth-protected-resource/mcp", "resource-metadata"),
        ("GET", "/.well-known/oauth-authorization-server/tenant1", "server-metadata"),
        ("GET", "/tenant1/.well-known/openid-configuration", "server-metadata"),
        ("POST", "/tenant1/register", "registration"),
        ("GET", "/authorize?client_id=c", "authorization"),
        ("POST", "/token", "token"),
        ("DELETE", "/token", "other"),
        ("GET", "/favicon.ico", "other"),
    ],
)
def test_the_steps(method, path, step):
    [data] = noted(HttpRequest(method, path, {"host": "h"}))
    assert data["step"] == step


def test_what_nobody_knows_is_hidden():
    body = json.dumps({"client_name": "c", "software_statement": "a.b.c"}).encode()
    [data] = noted(HttpRequest("POST", "/register", {"host": "h"}, body))
    assert data["parameters"] == {"client_name": "c", "software_statement": "[hidden]"}


@pytest.mark.parametrize("field", ["Basic", "Basic !", "Basic Og==", "Digest x", "Basic Y2xpZW50"])
def test_no_field_is_too_strange(field):
    form = b"grant_type=authorization_code&code=c&code=d&=&code_verifier=%ff"
    asked = HttpRequest("POST", "/token", {"host": "h", "authorization": field}, form)
    [data] = noted(asked, response=HttpResponse(status=400, body=b"\xff{"))
    assert data["parameters"]["grant_type"] == "authorization_code"
    assert data["answer"] == {}


def test_what_the_client_was_given_comes_first():
    known = {"client_id": "mine", "client_secret": "very-secret-indeed"}
    given, _ = noted(HttpRequest("GET", "/", {"host": "h"}), known=known)
    assert given == {
        "step": "given",
        "parameters": {"client_id": "mine", "client_secret": "secret-1"},
    }


@pytest.mark.parametrize("revision", [Revision.R2025_03_26, Revision.R2025_11_25, LATEST])
def test_a_client_that_knows_nothing_of_authorization_is_judged_by_no_rule_of_it(
    revision, monkeypatch
):
    async def never(_self, _response):
        return False

    monkeypatch.setattr(Authorizer, "authorized", never)
    for scenario in scenarios:
        if scenario.name.startswith("auth-") and scenario.applies(revision, "http"):
            verdicts = judged(scenario.name, revision)
            assert [v.rule.id for v in verdicts.values() if v.findings] == [], scenario.name
            seen = {v.rule.id for v in verdicts.values() if v.outcome is Outcome.PASSED}
            assert [name for name in seen if name.startswith("auth-client")] == []
