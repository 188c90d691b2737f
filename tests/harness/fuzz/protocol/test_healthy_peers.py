"""Of the mock, at every revision, over every transport and in every dialect, nothing is said."""

import asyncio
import sys
from contextlib import asynccontextmanager

import pytest

from mcp_proof.approach import approach
from mcp_proof.errors import UsageError
from mcp_proof.fuzz.protocol.case import ProtocolCase, ProtocolStep
from mcp_proof.fuzz.protocol.observation import Control
from mcp_proof.fuzz.protocol.peer import send_case
from mcp_proof.recorder import Recorder
from mcp_proof.targets import (
    AsgiTarget,
    CommandTarget,
    MemoryTarget,
    RedisTarget,
    UrlTarget,
    WebSocketTarget,
    header_of,
)
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.dialects.queue import serving_queue
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

OLD, NEW = Revision.R2025_11_25, Revision.R2026_07_28
SERVED = [
    ("everything", Revision.R2025_03_26, "/mcp"),
    ("everything", OLD, "/mcp"),
    ("modern", NEW, "/mcp"),
    ("everything", Revision.R2024_11_05, "/sse"),
    ("contextframe", Dialect.CONTEXTFRAME, ""),
    ("openapi_jsonrpc", Dialect.OPENAPI_JSONRPC, "/mcp"),
    ("kailash", Dialect.OPENAPI_JSONRPC, "/mcp"),
    ("email_tools", Dialect.REST, ""),
    ("gateway", Dialect.GATEWAY, ""),
    ("websocket", Dialect.WEBSOCKET, "/ws"),
]


@asynccontextmanager
async def served(contract, path):
    server = MockServer(contract)
    async with serving(server) as url:
        if path == "/ws":
            yield WebSocketTarget(url)
        else:
            headers = server.authorization.headers() if server.authorization else {}
            yield UrlTarget(url.removesuffix("/mcp") + path, headers)


@pytest.mark.parametrize(("contract", "spoken", "path"), SERVED)
def test_nothing_is_said_of_a_mock_that_is_served(complaints, contract, spoken, path):
    assert complaints(served(contract, path), spoken=spoken, count=260) == []


@pytest.mark.parametrize("contract", ["everything", "modern"])
def test_nothing_is_said_of_a_mock_over_stdio(complaints, contract):
    target = CommandTarget([sys.executable, "-m", "mcp_proof_mocks", contract])
    assert complaints(target, spoken=NEW, count=260) == []


def test_nothing_is_said_of_a_mock_in_this_process(complaints):
    assert complaints(MemoryTarget(MockServer("everything")), spoken=OLD, count=260) == []
    application = AsgiTarget(asgi_app(MockServer("everything")))
    assert complaints(application, spoken=OLD, count=260) == []


@asynccontextmanager
async def queued(redis_url):
    async with serving_queue(MockServer("queue"), redis_url) as url:
        yield RedisTarget(url)


def test_nothing_is_said_of_a_mock_behind_a_queue(complaints, redis_url):
    assert complaints(queued(redis_url), spoken=Dialect.QUEUE, count=60) == []


def sent(target, case):
    async def run():
        async with target.started() as reachable:
            server = await approach(reachable, Recorder(header_of(target)), OLD, 5.0)
            try:
                return await send_case(server, case)
            finally:
                await server.close()

    return asyncio.run(run())


def test_what_came_back_is_told_with_the_events_that_show_it():
    step = ProtocolStep(raw=b'{"jsonrpc":"2.0","id":"a","method":"mcp-proof/none"}')
    case = ProtocolCase(name="unknown", transport="memory", steps=(step,))
    seen = sent(MemoryTarget(MockServer("everything")), case)
    assert [message.error_code for message in seen.messages] == [-32601]
    assert seen.control is Control.ANSWERED
    assert {event.probe for event in seen.events} >= {"fuzz-protocol/unknown", "barrier"}


def test_a_case_for_another_transport_is_refused():
    case = ProtocolCase(name="it", transport="stdio", steps=(ProtocolStep(raw=b"{"),))
    with pytest.raises(UsageError, match="is for stdio"):
        sent(MemoryTarget(MockServer("everything")), case)


def test_http_framing_is_refused_where_nothing_frames():
    step = ProtocolStep(raw=b"{", verbatim=True)
    case = ProtocolCase(name="it", transport="http", steps=(step,))
    with pytest.raises(UsageError, match="serve it, and give its URL"):
        sent(AsgiTarget(asgi_app(MockServer("everything"))), case)
