"""ContextFrame as it is found out and driven: what is sent, what is waited for, and how long."""

import asyncio
import json
import time
from typing import Any

import pytest
from contextframe_uvicorn import TOOLS, Frames, careful
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route
from tcp_server import alone
from under_uvicorn import under_uvicorn

from mcp_proof.events import PeerFound, RunEvent, VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import AsgiTarget, Target, UrlTarget, target_of
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.rule import Outcome, Verdict
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

CONTEXTFRAME = VerifyOptions(dialect=Dialect.CONTEXTFRAME, timeout=5)
PATIENCE = 20
"""Seconds within which a run ends that has nothing to wait for."""
LISTENED = {
    "contextframe-changes-served",
    "contextframe-change-object",
    "contextframe-change-typed",
    "contextframe-event-on-one-line",
    "contextframe-changes-of-resource",
    "contextframe-changes-filtered",
}


async def run(target: Target, options: VerifyOptions = CONTEXTFRAME) -> list[RunEvent]:
    verification = Verification(target, options)
    events = [event async for event in verification.events()]
    assert verification.faults == []
    return events


def spoken(events: list[RunEvent]) -> list[str]:
    return [str(event.spoken) for event in events if isinstance(event, PeerFound)]


def verdicts(events: list[RunEvent]) -> dict[str, Verdict]:
    reached = [event.verdict for event in events if isinstance(event, VerdictReached)]
    return {verdict.rule.id: verdict for verdict in reached}


def violated(events: list[RunEvent]) -> set[str]:
    judged = verdicts(events)
    return {name for name in judged if judged[name].outcome is Outcome.VIOLATED}


def verified(application: Starlette, **options: Any) -> list[RunEvent]:
    """Verify an application under uvicorn."""

    async def verify() -> list[RunEvent]:
        async with under_uvicorn(application) as url:
            chosen = VerifyOptions(**{"dialect": Dialect.CONTEXTFRAME, "timeout": 5, **options})
            return await run(UrlTarget(url), chosen)

    return alone(verify())


# Finding it out


@pytest.mark.parametrize("path", ["", "/", "/mcp/v1/jsonrpc"])
def test_the_dialect_is_found_out_at_the_address_and_at_the_endpoint(path: str) -> None:
    async def verify() -> list[RunEvent]:
        options = VerifyOptions(timeout=5, only=("rpc-method-not-found",))
        async with serving(MockServer("contextframe")) as url:
            return await run(UrlTarget(url + path), options)

    events = alone(verify())
    assert spoken(events) == ["contextframe"]
    [found] = [event for event in events if isinstance(event, PeerFound)]
    assert (found.name, found.version) == ("contextframe", "1.0.0")


def test_a_guarded_server_is_found_out_by_who_has_its_token() -> None:
    async def verify() -> list[RunEvent]:
        server = MockServer("contextframe_token")
        assert server.authorization is not None
        async with serving(server) as url:
            target = UrlTarget(url, headers=server.authorization.headers())
            return await run(target, VerifyOptions(timeout=5))

    events = alone(verify())
    assert spoken(events) == ["contextframe"]
    assert verdicts(events)["contextframe-unauthorized-401"].outcome is Outcome.PASSED


def test_who_has_no_token_is_told_by_the_one_rule_that_can_be_judged() -> None:
    async def verify() -> list[RunEvent]:
        async with serving(MockServer("contextframe_token")) as url:
            return await run(UrlTarget(url))

    judged = verdicts(alone(verify()))
    assert judged["contextframe-unauthorized-401"].outcome is Outcome.PASSED
    assert judged["contextframe-documents-shape"].outcome is Outcome.UNTESTED


@pytest.mark.parametrize(
    "value", [MockServer("contextframe"), asgi_app(MockServer("contextframe"))]
)
def test_a_mock_in_this_process_is_verified_in_its_own_dialect(value: object) -> None:
    options = VerifyOptions(timeout=5, only=("contextframe-",))
    events = alone(run(target_of(value), options))
    assert spoken(events) == ["contextframe"]
    assert violated(events) == set()


def test_a_server_of_mcp_is_not_taken_for_it() -> None:
    events = alone(run(AsgiTarget(asgi_app(MockServer("plain"))), VerifyOptions(timeout=5)))
    assert spoken(events) == ["2026-07-28"]


# What is called


def test_nothing_is_called_that_does_not_declare_itself_harmless() -> None:
    server = MockServer("contextframe")

    async def verify() -> list[RunEvent]:
        async with serving(server) as url:
            return await run(UrlTarget(url))

    alone(verify())
    harmful = {"add_document", "batch_import", "batch_enhance", "track_usage"}
    called = {call.name for call in server.call_history}
    assert "search_documents" in called
    assert called.isdisjoint(harmful)
    assert len(server.dataset.documents) == 10


def test_a_document_is_added_where_that_is_allowed_and_all_listeners_are_judged() -> None:
    quiet = MockServer("contextframe")
    quiet.dataset.changes = ()

    async def verify(*tools: str) -> list[RunEvent]:
        async with serving(quiet) as url:
            options = VerifyOptions(dialect=Dialect.CONTEXTFRAME, timeout=5, tools=tools)
            return await run(UrlTarget(url), options)

    unheard = verdicts(alone(verify()))
    assert unheard["contextframe-change-object"].outcome is Outcome.UNTESTED
    assert "--tool add_document" in unheard["contextframe-change-object"].reason
    heard = verdicts(alone(verify("add_document")))
    assert {heard[name].outcome for name in LISTENED} == {Outcome.PASSED}
    added = [document["metadata"] for document in quiet.dataset.documents.values()]
    assert [each["mcp_proof_mark"] for each in added if "mcp_proof_mark" in each] == [1, 2]


@pytest.mark.parametrize(
    "fault", ["contextframe-changes-of-resource", "contextframe-changes-filtered"]
)
def test_what_a_listener_must_not_hear_is_seen_by_adding_documents(fault: str) -> None:
    quiet = MockServer("contextframe", [fault])
    quiet.dataset.changes = ()

    async def verify() -> list[RunEvent]:
        async with serving(quiet) as url:
            options = VerifyOptions(
                dialect=Dialect.CONTEXTFRAME, timeout=5, tools=("add_document",)
            )
            return await run(UrlTarget(url), options)

    assert violated(alone(verify())) == {fault}


# Servers that do otherwise


class OtherFrames(Frames):
    """A server whose search knows no more than a query."""

    async def handle(self, method: str, params: dict[str, Any]) -> Any:
        answer = await super().handle(method, params)
        if method == "tools/list":
            for tool in answer["tools"]:
                if tool["name"] == "search_documents":
                    only = {"query": {"type": "string"}}
                    tool["inputSchema"] = {"type": "object", "properties": only}
        return answer


def test_an_argument_that_a_search_does_not_list_is_not_asked_of_it() -> None:
    judged = verdicts(verified(OtherFrames().application(), tools=TOOLS))
    for name in ("pages-distinct", "filter-kept", "search-type-refused", "bounds-checked"):
        assert judged[f"contextframe-{name}"].outcome is Outcome.UNTESTED, name


def with_streams(changes: Any, progress: Any) -> Starlette:
    """A careful server with other streams."""
    application = careful()
    kept = [route for route in application.routes if "/sse/" not in getattr(route, "path", "")]
    subscribe = Route("/mcp/v1/sse/subscribe", changes)
    return Starlette(
        routes=[*kept, subscribe, Route("/mcp/v1/sse/progress/{operation_id}", progress)]
    )


def stream(*events: Any, then: float = 0) -> Any:
    """What answers with a stream of these events, and is silent for so many seconds after."""

    async def body() -> Any:
        for event in events:
            yield f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n"
        await asyncio.sleep(then)

    async def serve(_request: Any) -> StreamingResponse:
        return StreamingResponse(body(), media_type="text/event-stream")

    return serve


GREETING = {"status": "connected"}
DONE = {"current": 2, "total": 2, "status": "completed"}


@pytest.mark.parametrize(
    ("changes", "progress", "wrong"),
    [
        (stream(GREETING, then=30), stream(DONE), {"contextframe-change-typed"}),
        (stream("[1]", then=30), stream(DONE), {"contextframe-change-object"}),
        (stream("hello", then=30), stream(DONE), {"contextframe-change-object"}),
        (stream(then=30), stream(DONE, then=30), set()),
        (stream({"type": "index_rebuilt", "id": 1, "error": "none"}), stream(DONE), set()),
        (stream(then=30), stream({"current": 1, "total": 2}, then=30), set()),
        (stream(then=30), stream({"current": 1, "total": 2}), {"contextframe-progress-ends"}),
        (stream(then=30), stream(), {"contextframe-progress-ends"}),
        (
            stream(then=30),
            stream({"current": 3, "total": 2}, DONE),
            {"contextframe-progress-forward"},
        ),
        (stream(then=30), stream(GREETING, DONE), {"contextframe-progress-shape"}),
    ],
)
def test_a_stream_is_judged_for_what_comes_and_waited_for_within_bounds(
    changes: Any, progress: Any, wrong: set[str]
) -> None:
    tools = tuple(name for name in TOOLS if name != "add_document")
    events = verified(with_streams(changes, progress), tools=tools, timeout=0.5)
    assert violated(events) == wrong


def test_a_stream_that_has_ended_is_not_waited_for() -> None:
    started = time.monotonic()
    ended = stream({"current": 1, "total": 2}, then=0.2)
    events = verified(with_streams(ended, ended), tools=("batch_extract",), timeout=60)
    assert "contextframe-progress-ends" in violated(events)
    assert time.monotonic() - started < PATIENCE


def test_a_server_may_have_no_changes_but_not_an_operation_that_nobody_can_follow() -> None:
    async def missing(_request: Any) -> JSONResponse:
        return JSONResponse({"detail": "Not Found"}, status_code=404)

    events = verified(with_streams(missing, missing), tools=TOOLS, timeout=1)
    assert violated(events) == {"contextframe-progress-served"}
    served = verdicts(events)["contextframe-changes-served"]
    assert served.reason == "the server has no stream of changes"


def test_a_stream_whose_head_never_comes_is_told_in_time() -> None:
    async def silent(_request: Any) -> JSONResponse:
        await asyncio.sleep(60)
        raise AssertionError

    events = verified(with_streams(silent, stream(DONE)), tools=(), timeout=0.5)
    assert violated(events) == {"contextframe-changes-served"}
