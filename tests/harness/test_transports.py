"""The transports beside stdio and Streamable HTTP: HTTP+SSE, an ASGI application, memory."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp.server import MCPServer
from mcp.types import ToolAnnotations
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from mcp_proof.cli import main
from mcp_proof.driver import Driver
from mcp_proof.errors import NotSpokenError, PeerError
from mcp_proof.events import PeerFound, RunFinished, VerdictReached
from mcp_proof.recorder import Recorder
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.sessions.client import ClientProfile
from mcp_proof.targets import AsgiTarget, MemoryTarget, Target, UrlTarget
from mcp_proof.transports.asgi import AsgiCall, started
from mcp_proof_contracts.revision import REVISIONS, STATEFUL, Revision
from mcp_proof_contracts.rule import Outcome, Verdict
from mcp_proof_contracts.secrets.mask import HIDDEN
from mcp_proof_contracts.transcript import EventKind, Header, Sender, Transcript, from_ndjson
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

BOUND = 60.0
SPOKEN = {"http+sse": STATEFUL, "memory": REVISIONS, "asgi": REVISIONS[1:]}
STREAMABLE = ("http-", "session-", "sec-", "h26-")
NEWEST = Revision.R2025_11_25


def mock(contract: str = "everything") -> MockServer:
    return MockServer(contract)


def run(work: Awaitable[Any]) -> Any:
    async def bounded() -> Any:
        async with asyncio.timeout(BOUND):
            return await work

    return asyncio.run(bounded())


async def verified(
    target: Target, **options: Any
) -> tuple[list[PeerFound], dict[str, Verdict], Transcript]:
    chosen = VerifyOptions(**{"timeout": 1.0, **options})
    events = [event async for event in Verification(target, chosen).events()]
    verdicts = [event.verdict for event in events if isinstance(event, VerdictReached)]
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.faults == ()
    found = [event for event in events if isinstance(event, PeerFound)]
    return found, {verdict.rule.id: verdict for verdict in verdicts}, finished.transcript


@pytest.mark.parametrize("contract", ["everything", "chatty"])
@pytest.mark.parametrize(
    ("transport", "revision"),
    [(transport, revision) for transport, spoken in SPOKEN.items() for revision in spoken],
)
def test_a_conforming_server_violates_nothing(contract, transport, revision, verify_mock):
    if contract == "chatty" and revision not in STATEFUL:
        contract = "streaming"  # which asks back in the era's own way
    verdicts = verify_mock(contract=contract, spoken=revision, transport=transport)
    violated = {r: v.findings for r, v in verdicts.items() if v.outcome is Outcome.VIOLATED}
    assert violated == {}
    assert sum(v.outcome is Outcome.PASSED for v in verdicts.values()) >= 35


@pytest.mark.parametrize("transport", SPOKEN)
@pytest.mark.parametrize(
    "fault",
    [
        "jsonrpc-method-not-found",
        "jsonrpc-response-id-echo",
        "jsonrpc-request-answered",
        "jsonrpc-no-response-to-notification",
        "jsonrpc-request-id-unique-session",
        "tools-name-unique",
    ],
)
def test_a_fault_is_named_whatever_the_transport(fault, transport, verify_mock):
    verdicts = verify_mock(
        fault=fault, spoken=NEWEST, transport=transport, only=[fault], timeout=1.0
    )
    verdict = verdicts[fault]
    assert verdict.outcome is Outcome.VIOLATED, verdict.reason
    assert verdict.findings[0].events


def test_what_refuses_initialize_and_streams_is_spoken_to_over_http_sse(tmp_path):
    file = tmp_path / "transcript.ndjson"

    async def verify() -> tuple[list[PeerFound], dict[str, Verdict], Transcript]:
        async with serving(mock()) as url:
            return await verified(UrlTarget(url.replace("/mcp", "/sse")), transcript=file)

    [found], verdicts, transcript = run(verify())
    assert (found.transport, found.spoken) == ("http+sse", NEWEST)
    assert verdicts
    assert not [rule_id for rule_id in verdicts if rule_id.startswith(STREAMABLE)]
    with file.open("rb") as lines:
        kept = from_ndjson(lines)
    assert kept.header == transcript.header
    assert kept.header.transport == "http+sse"
    assert kept.events == transcript.events
    [opening] = {e.channel for e in kept.events if e.data.get("event") == "endpoint"}
    assert opening == "get-1"


def test_messages_are_recorded_with_the_post_and_the_stream_that_carried_them():
    async def verify() -> Transcript:
        async with serving(mock()) as url:
            target = UrlTarget(url.replace("/mcp", "/sse"), {"X-Api-Key": "sesame-sesame"})
            return (await verified(target, revision=NEWEST, only=("ping-",)))[2]

    recorded = run(verify()).events
    [opened] = [e.session for e in recorded if e.data.get("event") == "endpoint"][:1]
    events = [e for e in recorded if e.session == opened]
    [posted, *_] = [e for e in events if e.message and e.message.method == "initialize"]
    [answer, *_] = [e for e in events if e.message and e.message.is_response]
    status = {e.channel: e.data["status"] for e in events if e.kind is EventKind.HTTP_RESPONSE}
    assert (status[posted.channel], status[answer.channel]) == (202, 200)
    assert (posted.channel.partition("-")[0], answer.channel) == ("post", "get-1")
    sent = [e.data["headers"] for e in events if e.kind is EventKind.HTTP_REQUEST]
    assert {headers["x-api-key"] for headers in sent} == {HIDDEN}


def test_the_command_line_needs_the_url_alone(capsys, tmp_path):
    report = tmp_path / "report.json"
    with running(MockServer("plain")) as url:
        sse = url.replace("/mcp", "/sse")
        assert main(["verify", sse, "--timeout", "2", "--report", f"json={report}"]) == 0
    assert "over http+sse" in capsys.readouterr().out
    assert json.loads(report.read_text())["transport"] == "http+sse"


def test_an_address_that_is_neither_transport_is_told_with_both_reasons():
    async def verify() -> None:
        async with serving(mock()) as url:
            await verified(UrlTarget(url.replace("/mcp", "/elsewhere")))

    with pytest.raises(PeerError, match=r"(?s)HTTP 404.*HTTP\+SSE either.*it got HTTP 404"):
        run(verify())


def test_no_stateless_revision_is_spoken_over_http_sse():
    async def verify() -> None:
        async with serving(mock()) as url:
            target = UrlTarget(url.replace("/mcp", "/sse"))
            await verified(target, revision=Revision.R2026_07_28)

    with pytest.raises(NotSpokenError, match="does not speak 2026-07-28: it speaks HTTP"):
        run(verify())


def test_what_was_sent_over_http_sse_is_not_kept_as_long_as_its_stream():
    async def ping() -> None:
        recorder = Recorder(Header(peer="x", side=Sender.SERVER, transport="http+sse", started=""))
        async with serving(mock()) as url:
            target = UrlTarget(url.replace("/mcp", "/sse"), transport="http+sse")
            driver = Driver(target, recorder, NEWEST, 5.0, ClientProfile())
            async with driver.fresh() as session:
                for _ in range(50):
                    assert await session.barrier()
                assert len(session.connection._sent) < 10

    run(ping())


def test_an_asgi_application_may_speak_http_sse():
    found, _, _ = run(verified(AsgiTarget(asgi_app(mock()), "/sse"), only=("ping-",)))
    assert found[0].transport == "http+sse"


def test_an_application_of_the_official_sdk_is_verified_within_its_lifespan():
    server = MCPServer("a server in this process")
    server.add_tool(str.upper, "shout", annotations=ToolAnnotations(read_only_hint=True))
    app = server.streamable_http_app()

    [found], verdicts, _ = run(verified(AsgiTarget(app), only=("sec-", "tools-list")))
    assert (found.transport, found.name) == ("http", "a server in this process")
    assert verdicts["sec-origin-validated"].outcome is Outcome.PASSED
    assert verdicts["sec-bind-localhost"].outcome is Outcome.UNTESTED


def test_answers_that_come_in_one_array_are_all_taken():
    options = {"revision": Revision.R2025_03_26, "only": ("jsonrpc-batch-receive",)}
    _, verdicts, transcript = run(verified(MemoryTarget(mock()), **options))
    assert verdicts["jsonrpc-batch-receive"].outcome is Outcome.PASSED
    assert [e for e in transcript.events if e.kind is EventKind.SILENCE] == []


@pytest.mark.parametrize("target", [AsgiTarget(asgi_app(mock())), MemoryTarget(mock())])
def test_a_target_in_this_process_says_what_it_is(target):
    assert target.label
    assert target.label in target.arguments
    assert target.secrets.headers == frozenset()


def test_what_disturbs_bytes_is_refused_where_there_are_none():
    with pytest.raises(ValueError, match="slicer: bytes are disturbed by a relay"):
        MemoryTarget(MockServer("everything", ["slicer"]))


async def _fails(*_: Any) -> None:
    raise OSError("no such thing")


async def _ends(*_: Any) -> None:
    pass


async def _begins(_scope: Any, _receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


@pytest.mark.parametrize(
    ("app", "why"),
    [
        (_fails, "the application raised OSError.*without a response"),
        (_ends, "the application ended without a response"),
        (_begins, "the application ended within the response"),
    ],
)
def test_an_application_that_fails_is_reported_with_its_reason(app, why):
    with pytest.raises(PeerError, match=why):
        run(verified(AsgiTarget(app), revision=NEWEST))


def test_an_application_that_does_not_heed_its_client_is_ended():
    async def verify() -> None:
        async def deaf(scope: Any, *_: Any) -> None:
            if scope["type"] == "http":
                await asyncio.Event().wait()

        with pytest.raises(PeerError, match="no answer in"):
            await verified(AsgiTarget(deaf), revision=NEWEST, timeout=0.1)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run(verify())


def test_an_application_is_started_and_stopped_around_the_block():
    seen: list[str] = []

    class Life:
        def __init__(self, _app: Any) -> None:
            pass

        async def __aenter__(self) -> None:
            seen.append("started")

        async def __aexit__(self, *_: object) -> None:
            seen.append("stopped")

    async def greet(_request: Any) -> PlainTextResponse:
        return PlainTextResponse("hello")

    async def test() -> None:
        async with started(Starlette(routes=[Route("/", greet)], lifespan=Life)):
            assert seen == ["started"]
        assert seen == ["started", "stopped"]
        async with started(asgi_app(mock())):
            pass
        async with started(_ends):
            pass

    run(test())


def test_an_application_is_ended_though_nobody_waits_for_its_end():
    async def test() -> None:
        ended = asyncio.Event()

        async def deaf(_scope: Any, _receive: Any, _send: Any) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        leaving = asyncio.create_task(AsgiCall(deaf, {}, b"").aclose())
        await asyncio.sleep(0)
        leaving.cancel()
        await ended.wait()

    run(test())


def test_an_application_that_fails_to_start_is_told():
    class Broken:
        def __init__(self, _app: Any) -> None:
            pass

        async def __aenter__(self) -> None:
            raise OSError("no database")

        async def __aexit__(self, *_: object) -> None:
            pass

    async def test() -> None:
        async with started(Starlette(lifespan=Broken)):
            pytest.fail("it has not started")

    with pytest.raises(PeerError, match=r"failed at lifespan.startup(?s:.*)no database"):
        run(test())
