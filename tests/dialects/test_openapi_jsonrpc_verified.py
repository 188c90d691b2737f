"""Servers of others that are described by OpenAPI: what is wrong in them is named, nothing else."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from fastapi import HTTPException
from kailash_server import KEYS, ToolError, weather_server
from openapi_server import KEY, RpcError, careful_app, sketched_app
from under_uvicorn import under_uvicorn

from mcp_proof.events import PeerFound, VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import UrlTarget
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.openapi.jsonrpc import DOCUMENT
from mcp_proof_contracts.rule import Outcome, Verdict
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer

BOUND = 60.0
NO_HEADERS: Mapping[str, str] = {}
WITH_KEY = {"X-API-Key": KEY}
CLIENT1 = {"X-API-Key": KEYS["client1"]}
KAILASH = {
    "kailash-invalid-input-code",
    "kailash-invalid-input-data",
    "kailash-retry-after",
    "kailash-internal-code",
    "kailash-internal-tells-nothing",
    "kailash-health-shape",
    "kailash-health-sums-up",
    "kailash-health-status",
    "kailash-ready-served",
}


def verdicts(
    app: Any, headers: Mapping[str, str] = NO_HEADERS, path: str = "", **options: Any
) -> dict[str, Verdict]:
    async def verify() -> dict[str, Verdict]:
        async with under_uvicorn(app, log_level="critical") as url, asyncio.timeout(BOUND):
            verification = Verification(UrlTarget(url + path, headers), VerifyOptions(**options))
            seen = [event async for event in verification.events()]
        assert verification.faults == []
        assert [e.spoken for e in seen if isinstance(e, PeerFound)] == [Dialect.OPENAPI_JSONRPC]
        return {e.verdict.rule.id: e.verdict for e in seen if isinstance(e, VerdictReached)}

    return asyncio.run(verify())


def of(outcome: Outcome, reached: Mapping[str, Verdict]) -> set[str]:
    return {rule_id for rule_id, verdict in reached.items() if verdict.outcome is outcome}


def unseen(reached: Mapping[str, Verdict]) -> set[str]:
    """What was untested besides the stream of events, which is nobody's duty to have."""
    return {each for each in of(Outcome.UNTESTED, reached) if not each.startswith("events-")}


def test_a_careful_server_keeps_everything_but_a_style_that_is_not_its_own():
    reached = verdicts(careful_app(), WITH_KEY, path="/mcp")
    assert of(Outcome.VIOLATED, reached) == set()
    assert unseen(reached) == KAILASH


def test_what_a_guide_forgets_is_named():
    reached = verdicts(sketched_app(), WITH_KEY)
    assert of(Outcome.VIOLATED, reached) == {
        "jsonrpc-response-id-echo",
        "openapi-credential-401",
        "openapi-document-valid",
        "openapi-security-described",
        "rpc-arguments-checked",
        "rpc-invalid-params",
        "rpc-invalid-request",
        "rpc-method-not-found",
        "rpc-parse-error",
    }
    [finding] = reached["openapi-document-valid"].findings
    assert "there is no #/components/schemas/Response" in finding.message


def test_a_careful_server_of_the_kailash_style_keeps_all_there_is():
    reached = verdicts(weather_server(careful=True).app(), CLIENT1)
    assert of(Outcome.VIOLATED, reached) == set()
    assert unseen(reached) == set()


def test_what_a_guide_to_that_style_forgets_is_named():
    reached = verdicts(weather_server(careful=False).app(), CLIENT1)
    assert of(Outcome.VIOLATED, reached) == {
        "kailash-health-status",
        "kailash-internal-tells-nothing",
        "kailash-invalid-input-data",
        "kailash-retry-after",
    }


@pytest.mark.parametrize("app", [careful_app(), weather_server(careful=False).app()])
def test_without_a_credential_nothing_is_held_against_a_server_that_asks_for_one(app):
    reached = verdicts(app)
    assert of(Outcome.VIOLATED, reached) <= {"kailash-health-status"}
    assert reached["openapi-credential-demanded"].outcome is Outcome.PASSED
    assert reached["openapi-tools-shape"].outcome is Outcome.UNTESTED


def test_the_numbers_of_that_style_may_mean_something_else_to_another_server():
    server = MockServer("openapi_jsonrpc")
    refusal = RefusalError(-2001, "not logged in", data={"login": "/login"})
    server.set_tool_response("process_data", _refusing(refusal))
    assert server.authorization is not None
    reached = verdicts(asgi_app(server), server.authorization.headers())
    assert of(Outcome.VIOLATED, reached) == set()
    assert unseen(reached) == KAILASH


def test_a_server_of_that_style_need_not_have_a_document():
    app = weather_server(careful=True).app()
    app.routes[:] = [route for route in app.routes if getattr(route, "path", "") != DOCUMENT]
    reached = verdicts(app, CLIENT1, dialect=Dialect.OPENAPI_JSONRPC)
    assert of(Outcome.VIOLATED, reached) == set()
    assert reached["kailash-retry-after"].outcome is Outcome.PASSED
    without = reached["openapi-document-served"]
    assert without.reason == "a Kailash-style server need not have a document"


def test_a_server_of_no_style_must_have_one():
    app = careful_app()
    app.router.routes[:] = [r for r in app.router.routes if getattr(r, "path", "") != DOCUMENT]
    reached = verdicts(app, WITH_KEY, dialect=Dialect.OPENAPI_JSONRPC)
    assert of(Outcome.VIOLATED, reached) == {"openapi-document-served"}


def test_a_server_that_answers_every_path_with_a_page_has_no_stream_unless_it_says_so():
    app = careful_app()
    app.get("/{path:path}", include_in_schema=False)(lambda path: f"the page {path}")
    options = {"only": ("events-stream-served",), "probes": ("events-stream",)}
    rule = options["only"][0]
    assert verdicts(app, WITH_KEY, **options)[rule].outcome is Outcome.UNTESTED
    app = careful_app()
    app.get("/mcp/stream")(lambda: "a page")
    assert verdicts(app, WITH_KEY, **options)[rule].outcome is Outcome.VIOLATED


# Malformed calls


def of_malformed_calls(app: Any, headers: Mapping[str, str]) -> Outcome:
    options = {"only": ("rpc-invalid-params",), "probes": ("rpc-malformed-call",)}
    return verdicts(app, headers, **options)["rpc-invalid-params"].outcome


def test_a_server_of_that_style_may_refuse_a_malformed_call_by_its_own_code(monkeypatch):
    server = weather_server(careful=True)
    answer = server._result

    async def by_its_own_code(method: str, params: dict[str, Any]) -> Any:
        if method == "tools/call" and ("name" not in params or params["arguments"] == []):
            raise ToolError(-1001, "Invalid input", data={"field": "name", "value": None})
        return await answer(method, params)

    monkeypatch.setattr(server, "_result", by_its_own_code)
    assert of_malformed_calls(server.app(), CLIENT1) is Outcome.PASSED


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [
        (HTTPException(422, "no name"), Outcome.PASSED),
        (HTTPException(400, "no name"), Outcome.PASSED),
        (HTTPException(404, "no name"), Outcome.VIOLATED),
        (RpcError(-1001, "no name"), Outcome.VIOLATED),
    ],
    ids=["422", "400", "404", "a code of another style"],
)
def test_a_malformed_call_may_be_refused_by_what_validates_bodies(refusal, outcome, monkeypatch):
    def refuse(call: Any) -> Any:
        if call.method == "tools/call":
            raise refusal
        return {"tools": []}

    monkeypatch.setattr("openapi_server._result", refuse)
    assert of_malformed_calls(careful_app(), WITH_KEY) is outcome


def _refusing(refusal: RefusalError) -> Any:
    def refuse(_arguments: Any) -> Any:
        raise refusal

    return refuse
