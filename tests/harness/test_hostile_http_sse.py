"""Whatever is behind an HTTP+SSE address: a verdict or a clear error, in time, and no leak."""

import asyncio
import time

import pytest
from hostile_http_sse import SILENT, TURNING, WITHOUT_ENDPOINT, ignores, says, server
from tcp_server import Peer, alone, serving

from mcp_proof.errors import PeerError
from mcp_proof.events import PeerFound, VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import UrlTarget
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome

TIMEOUT = 0.3
INTRODUCTION_BOUND = 20.0
RUN_BOUND = 60.0


def verify(hostile: Peer) -> dict[str, Outcome]:
    async def run() -> dict[str, Outcome]:
        async with serving(hostile) as url:
            target = UrlTarget(url)
            options = VerifyOptions(revision=Revision.R2024_11_05, timeout=TIMEOUT)
            events = [event async for event in Verification(target, options).events()]
        assert [e.transport for e in events if isinstance(e, PeerFound)] == ["http+sse"]
        verdicts = [event.verdict for event in events if isinstance(event, VerdictReached)]
        return {verdict.rule.id: verdict.outcome for verdict in verdicts}

    return alone(run())


@pytest.mark.parametrize("name", sorted({**WITHOUT_ENDPOINT, **SILENT}))
def test_a_server_that_cannot_be_talked_to_is_reported_in_time_with_the_reason(name: str) -> None:
    hostile, why = {**WITHOUT_ENDPOINT, **SILENT}[name]
    started = time.monotonic()
    with pytest.raises(PeerError, match=rf"HTTP\+SSE either(?s:.*)({why})") as raised:
        verify(hostile)
    assert time.monotonic() - started < INTRODUCTION_BOUND
    assert raised.value.exit_code == 3


def test_an_endpoint_on_another_origin_gets_no_message_and_no_header() -> None:
    heard: list[bytes] = []

    async def elsewhere(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1 << 16))

    async def run() -> None:
        async with serving(elsewhere) as foreign:
            named = says(f"event: endpoint\ndata: {foreign}\n\n".encode())
            async with serving(server(named, ignores)) as url:
                target = UrlTarget(url, {"Authorization": "Bearer sesame-sesame"})
                options = VerifyOptions(revision=Revision.R2024_11_05, timeout=TIMEOUT)
                with pytest.raises(PeerError, match=r"names another origin, http://127\.0\.0\.1:"):
                    _ = [event async for event in Verification(target, options).events()]

    alone(run())
    assert heard == []


@pytest.mark.parametrize("name", sorted(TURNING))
def test_a_server_that_turns_hostile_is_judged(name: str) -> None:
    started = time.monotonic()
    outcomes = verify(TURNING[name])
    assert time.monotonic() - started < RUN_BOUND
    assert outcomes["init-result-members"] is Outcome.PASSED
    assert outcomes["jsonrpc-request-answered"] is Outcome.VIOLATED
