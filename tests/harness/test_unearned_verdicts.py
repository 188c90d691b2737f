"""Neither a pass nor a finding comes from what has another cause."""

import asyncio

from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.sessions import client
from mcp_proof.tally import Tally
from mcp_proof.targets import UrlTarget
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_mocks.active_faults import ActiveFault, edited
from mcp_proof_mocks.fault import Fault
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

NEWEST_STATEFUL = Revision.R2025_11_25


def made_up(fault: Fault) -> ActiveFault:
    replies = edited(fault.reply) if fault.reply is not None else None
    return ActiveFault(text=fault.name, fault=fault, replies=replies)


def verify(*faults: Fault, only: tuple[str, ...]) -> Tally:
    """Verify the mock with faults made up here."""

    async def run() -> Tally:
        tally = Tally()
        async with serving(MockServer("everything", [made_up(fault) for fault in faults])) as url:
            chosen = VerifyOptions(revision=NEWEST_STATEFUL, timeout=3.0, only=only)
            async for event in Verification(UrlTarget(url), chosen).events():
                tally.take(event)
        return tally

    return asyncio.run(asyncio.wait_for(run(), 60))


def outcomes(tally: Tally) -> dict[str, Outcome]:
    return {reached.verdict.rule.id: reached.verdict.outcome for reached in tally.verdicts}


def no_ping(request: JsonObject, reply: JsonObject) -> Json:
    if request.get("method") != "ping":
        return dict(reply)
    return {"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32601, "message": "no"}}


def only_post(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    return response if request.method == "POST" else HttpResponse(status=501)


ORIGIN = "sec-origin-validated"


def test_a_refusal_of_everything_is_no_check_of_the_origin():
    careless = frozenset({ORIGIN, f"{ORIGIN}-all-methods"})
    refusing = Fault(name="x", suspends=careless, reply=no_ping, http=only_post)
    found = outcomes(verify(refusing, only=(ORIGIN, "sec-origin-status-403")))
    assert set(found.values()) == {Outcome.UNTESTED}


def test_an_origin_that_only_begins_like_a_local_one_is_foreign():
    def begins_locally(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        origin = request.headers.get("origin", "http://localhost")
        return response if origin.startswith("http://localhost") else HttpResponse(status=403)

    lax = Fault(name="x", suspends=frozenset({ORIGIN}), http=begins_locally)
    tally = verify(lax, only=("sec-origin-validated",))
    [reached] = [r for r in tally.verdicts if r.verdict.rule.id == ORIGIN]
    assert reached.verdict.outcome is Outcome.VIOLATED
    assert "evil.example" in reached.verdict.findings[0].message


def test_a_refusal_of_a_foreign_origin_alone_is_a_pass():
    found = outcomes(verify(only=(ORIGIN,)))
    assert found == {ORIGIN: Outcome.PASSED, f"{ORIGIN}-all-methods": Outcome.PASSED}


def test_a_fault_of_our_own_while_reading_is_no_finding_about_the_peer(monkeypatch):
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(client, "answer_to", broken)
    tally = verify(only=("jsonrpc-request-answered",))
    assert tally.exit_code == 4
    assert "ZeroDivisionError" in tally.faults[0]
    assert Outcome.VIOLATED not in outcomes(tally).values()
