"""S4: JSON-RPC at POST /mcp/v1/jsonrpc with bare results, its errors, its token, its health."""

import itertools
from contextlib import asynccontextmanager

import httpx2
import pytest
from contextframe_uvicorn import careful
from frame_client import FrameClient, FrameError
from under_uvicorn import under_uvicorn

from mcp_proof import MockServer
from mcp_proof.testing import assert_conforms
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialect_schema import dialect_schema
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.refusal import RefusalError

pytestmark = pytest.mark.anyio
TOKEN = "5f0c9a526d1e4b0e"
ME = {"name": "test-client", "version": "1.0.0"}
QUERY = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def mock():
    """A mock without any tool, until a test registers one."""
    return MockServer(dialect=Dialect.CONTEXTFRAME)


@pytest.fixture
async def client(mock):
    """A connected client of a server that was started on port 0."""
    async with serving(mock) as url, FrameClient(url) as connected:
        await connected.initialize(ME)
        yield connected


@asynccontextmanager
async def guarded_mock():
    async with serving(MockServer("contextframe_token")) as url:
        yield url


@asynccontextmanager
async def guarded_peer():
    async with under_uvicorn(careful(TOKEN)) as url:
        yield url


guarded = pytest.mark.parametrize("server", [guarded_mock, guarded_peer], ids=["mock", "peer"])


async def test_initialize_says_who_the_server_is(client):
    said = await client.initialize(ME)
    assert_conforms(said, dialect_schema("contextframe", "initialize"))
    assert said["protocolVersion"] == "0.1.0"
    assert said["capabilities"] == {"tools": True}


async def test_a_registered_mock_tool_is_listed_and_answers_as_it_is(mock, client):
    async def search(arguments):
        return {"documents": [{"uuid": "1", "content": f"about {arguments['query']}"}]}

    mock.register_mock_tool("search_documents", search, QUERY)
    [tool] = (await client.list_tools())["tools"]
    assert (tool["name"], tool["inputSchema"]) == ("search_documents", QUERY)
    found = await client.call_tool("search_documents", {"query": "rain"})
    assert found == {"documents": [{"uuid": "1", "content": "about rain"}]}


async def test_the_call_history_has_every_call_in_order(mock, client):
    mock.register_mock_tool("search_documents", {"documents": []}, QUERY)
    for query in ("a", "b"):
        await client.call_tool("search_documents", {"query": query})
    assert [(call.name, call.arguments) for call in mock.call_history] == [
        ("search_documents", {"query": "a"}),
        ("search_documents", {"query": "b"}),
    ]
    mock.journal.assert_called_with("search_documents", {"query": "b"})
    methods = [request.method for request in mock.journal.requests()]
    assert methods == ["initialize", "tools/call", "tools/call"]


@pytest.mark.parametrize(
    ("response", "result"),
    [({"stats": {"total": 1}}, {"stats": {"total": 1}}), ("text", "text"), ([1, None], [1, None])],
)
async def test_a_tool_response_is_the_bare_result(mock, client, response, result):
    mock.register_mock_tool("get_dataset_stats", None)
    mock.set_tool_response("get_dataset_stats", response)
    assert await client.call_tool("get_dataset_stats", {}) == result


async def test_a_handler_that_raises_is_an_internal_error_and_one_that_refuses_has_its_code(
    mock, client
):
    def busy(_arguments):
        raise RefusalError(-32050, "The dataset is locked")

    mock.register_mock_tool("broken", lambda _arguments: 1 / 0)
    mock.register_mock_tool("busy", busy)
    with pytest.raises(FrameError, match="division by zero") as broken:
        await client.call_tool("broken", {})
    with pytest.raises(FrameError, match="locked") as refused:
        await client.call_tool("busy", {})
    assert (broken.value.code, refused.value.code) == (-32603, -32050)


@guarded
async def test_an_expired_token_is_renewed_once_and_the_call_succeeds(server):
    renewed = itertools.count()

    async def renew():
        next(renewed)
        return TOKEN

    async with server() as url, FrameClient(url, "expired", renew) as client:
        await client.initialize(ME)
        assert (await client.call_tool("search_documents", {"query": "document"}))["documents"]
    assert next(renewed) == 1


@guarded
async def test_a_token_that_stays_wrong_ends_in_401(server):
    async def renew():
        return "wrong as well"

    async with server() as url, FrameClient(url, "expired", renew) as client:
        with pytest.raises(httpx2.HTTPStatusError, match="401"):
            await client.initialize(ME)
        for what in ("subscribe", "progress/op-1"):
            response = await client.http.get(f"{url}/mcp/v1/sse/{what}")
            assert response.status_code == httpx2.codes.UNAUTHORIZED
        assert await client.health_check()


async def test_a_server_that_is_not_well_says_so(mock, client):
    assert await client.health_check()
    mock.inject("contextframe-health-served")
    assert not await client.health_check()
