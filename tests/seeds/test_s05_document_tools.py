"""S5: the document tools, as applications use them: search, pages, batches, analytics."""

import asyncio
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from contextframe_uvicorn import careful
from frame_client import FrameClient, FrameError
from under_uvicorn import under_uvicorn

from mcp_proof import MockServer
from mcp_proof_mocks.http.server import serving

pytestmark = pytest.mark.anyio
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def anyio_backend():
    return "asyncio"


@asynccontextmanager
async def mock():
    async with serving(MockServer("contextframe")) as url:
        yield url


@asynccontextmanager
async def peer():
    async with under_uvicorn(careful()) as url:
        yield url


@asynccontextmanager
async def unchecked():
    """The mock of a contract whose tools have no schemas."""
    tools = [{"name": name} for name in MockServer("contextframe").tools]
    documents = [{"content": f"Test document {number}"} for number in range(10)]
    contract = {"dialect": "contextframe", "tools": tools, "documents": documents}
    async with serving(MockServer(contract)) as url:
        yield url


@pytest.fixture(params=[mock, peer], ids=["mock", "peer"])
async def client(request):
    """A connected client: of the mock, and of a real server with documents of the same kind."""
    async with request.param() as url, FrameClient(url) as connected:
        await connected.initialize({"name": "test-client"})
        yield connected


@pytest.fixture
async def mocked():
    """A connected client of the mock alone, for what only some servers have."""
    async with mock() as url, FrameClient(url) as connected:
        yield connected


# Search


async def test_a_search_gives_no_more_than_its_limit_of_what_has_the_word(client):
    result = await client.call_tool("search_documents", {"query": "test", "limit": 5})
    assert len(result["documents"]) == 5
    assert all("test" in document["content"].lower() for document in result["documents"])


async def test_a_filter_on_metadata_is_kept(client):
    arguments = {"query": "document", "filter": "metadata.index > 5", "limit": 10}
    found = (await client.call_tool("search_documents", arguments))["documents"]
    assert [document["metadata"]["index"] for document in found] == [6, 7, 8, 9]


@pytest.mark.parametrize("client", [mock, peer, unchecked], indirect=True)
async def test_a_search_type_that_does_not_exist_is_named_in_the_error(client):
    with pytest.raises(FrameError, match="Invalid search type") as refused:
        await client.call_tool("search_documents", {"query": "test", "search_type": "invalid"})
    assert refused.value.code == -32602


async def test_reading_page_by_page_meets_every_document_once_and_ends(client):
    read, offset = [], 0
    while True:
        arguments = {"query": "document", "limit": 4, "offset": offset}
        documents = (await client.call_tool("search_documents", arguments))["documents"]
        if not documents:
            break
        read += [document["metadata"]["index"] for document in documents]
        offset += 4
    assert read == list(range(10))


async def test_metadata_comes_first_and_contents_are_got_for_those_that_fit(client):
    arguments = {"query": "document", "limit": 3, "include_content": False}
    found = (await client.call_tool("search_documents", arguments))["documents"]
    assert not any("content" in document for document in found)
    contents = []
    for document in found:
        wanted = {"document_id": document["uuid"], "include_content": True}
        contents.append((await client.call_tool("get_document", wanted))["document"]["content"])
    assert [content[:15] for content in contents] == [f"Test document {i}" for i in range(3)]


async def test_a_query_without_words_finds_everything(mocked):
    found = await mocked.call_tool("search_documents", {"query": " ", "limit": 3})
    assert (len(found["documents"]), found["total_found"]) == (3, 10)


async def test_a_search_over_shards_merges_by_score(mocked):
    ranked = {"query": "recipe soup", "limit": 1}
    half: Any = {
        "dialect": "contextframe",
        "tools": [{"name": "search_documents"}],
        "documents": [{"uuid": "half", "content": "A soup"}],
    }
    async with serving(MockServer(half)) as url, FrameClient(url) as other:
        shards = [
            other.call_tool("search_documents", ranked),
            mocked.call_tool("search_documents", ranked),
        ]
        results = await asyncio.gather(*shards)
    merged = [document for result in results for document in result["documents"]]
    merged.sort(key=lambda document: document["score"], reverse=True)
    assert [document["metadata"].get("title", document["uuid"]) for document in merged] == [
        "Soup",
        "half",
    ]


@pytest.mark.parametrize("how", ["registered", "set", "in the contract"])
async def test_an_answer_of_ones_own_takes_the_place_of_the_dataset(how):
    mine = {"documents": [{"uuid": "mine"}]}
    server = MockServer("contextframe")
    if how == "registered":
        server.register_mock_tool("search_documents", lambda _arguments: mine)
    elif how == "set":
        server.set_tool_response("search_documents", mine)
    else:
        tool = {"name": "search_documents", "answer": {"structured": mine}}
        info = {"name": "own", "version": "1"}
        server = MockServer({"info": info, "dialect": "contextframe", "tools": [tool]})
    async with serving(server) as url, FrameClient(url) as client:
        assert await client.call_tool("search_documents", {"query": "test"}) == mine


# Documents


async def test_an_added_document_is_found_and_got_under_the_id_that_its_caller_chose(client):
    added = {"content": "A novel idea", "metadata": {"shard": "b"}, "uuid": "chosen-1"}
    await client.call_tool("add_document", added)
    [found] = (await client.call_tool("search_documents", {"query": "novel"}))["documents"]
    assert (found["uuid"], found["metadata"]) == ("chosen-1", {"shard": "b"})
    got = await client.call_tool("get_document", {"document_id": "chosen-1"})
    assert got["document"]["content"] == "A novel idea"


async def test_an_id_is_given_to_one_document_alone(mocked):
    await mocked.call_tool("add_document", {"content": "one", "uuid": "chosen-1"})
    with pytest.raises(FrameError, match="Invalid uuid: there is a document chosen-1 already"):
        await mocked.call_tool("add_document", {"content": "two", "uuid": "chosen-1"})


async def test_a_batch_gives_those_of_the_documents_that_there_are(client):
    found = (await client.call_tool("search_documents", {"query": "test", "limit": 2}))["documents"]
    wanted = [found[1]["uuid"], UNKNOWN, found[0]["uuid"]]
    batch = await client.call_tool("batch_get_documents", {"document_ids": wanted})
    assert {document["uuid"] for document in batch["documents"]} == {wanted[0], wanted[2]}


async def test_a_document_that_does_not_exist_is_refused(client):
    with pytest.raises(FrameError, match="Document not found") as refused:
        await client.call_tool("get_document", {"document_id": UNKNOWN})
    assert refused.value.code not in (-32603, -32602)


# Batches and analytics


async def test_files_go_through_the_pipeline_of_import_extract_enhance_embed(mocked):
    settings = {"generate_embeddings": False, "metadata": {"source": "batch_import"}}
    files = {"file_paths": ["a.txt", "b.txt"], "shared_settings": settings}
    imported = await mocked.call_tool("batch_import", files)
    ids = imported["document_ids"]
    steps = [
        ("batch_extract", {"extraction_type": "metadata", "max_parallel": 5}),
        ("batch_enhance", {"enhancements": ["summary", "keywords"], "max_parallel": 3}),
        ("batch_generate_embeddings", {"model": "small", "batch_size": 100}),
    ]
    begun = [imported["operation_id"]]
    for name, settings in steps:
        result = await mocked.call_tool(name, {"document_ids": ids, **settings})
        assert result["document_ids"] == ids
        begun.append(result["operation_id"])
    assert len(set(begun)) == 4
    document = (await mocked.call_tool("get_document", {"document_id": ids[1]}))["document"]
    assert document["metadata"] == {
        "source": "batch_import",
        "path": "b.txt",
        "enhanced": {"summary": True, "keywords": True},
        "embedding_model": "small",
    }


async def test_a_dashboard_gets_stats_and_what_was_tracked(client):
    stats = await client.call_tool("get_dataset_stats", {"include_details": True})
    assert stats["stats"]["total_documents"] == 10
    used = {"operation": "rag_query", "document_ids": [], "query": "What is new?"}
    await client.call_tool("track_usage", used)
    usage = await client.call_tool("analyze_usage", {"time_range": "7d", "include_patterns": True})
    assert usage["analysis"]["time_range"] == "7d"


async def test_what_was_tracked_is_in_the_analysis_of_the_mock(mocked):
    for operation in ("rag_query", "rag_query", "export"):
        await mocked.call_tool("track_usage", {"operation": operation})
    analysis = (await mocked.call_tool("analyze_usage", {"include_patterns": True}))["analysis"]
    assert analysis["patterns"] == {"export": 1, "rag_query": 2}


# Bad input


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"jsonrpc": "2.0", "id": 1', -32700),
        (b"\xff\xfe", -32700),
        (b"7", -32600),
        (b"[]", -32600),
        (b'{"jsonrpc": "1.0", "id": 1, "method": "tools/list"}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/shout"}', -32601),
    ],
)
async def test_what_is_no_request_gets_its_code_and_the_next_is_served(client, body, code):
    response = await client.http.post(f"{client.base_url}/mcp/v1/jsonrpc", content=body)
    assert response.json()["error"]["code"] == code
    assert (await client.list_tools())["tools"]


@pytest.mark.parametrize("client", [mock, peer, unchecked], indirect=True)
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("no_such_tool", {}),
        ("search_documents", {}),
        ("search_documents", []),
        ("search_documents", {"query": 7}),
        ("search_documents", {"query": "test", "limit": "many"}),
        ("search_documents", {"query": "test", "limit": -1}),
        ("search_documents", {"query": "test", "offset": -1}),
        ("search_documents", {"query": "test", "filter": "metadata.index >"}),
        ("search_documents", {"query": "test", "filter": "1; DROP TABLE documents"}),
        ("get_document", {"document_id": None}),
        ("batch_get_documents", {"document_ids": "one"}),
        ("add_document", {"content": {"text": "no text"}}),
    ],
)
async def test_a_bad_call_is_refused_as_invalid_and_changes_nothing(client, name, arguments):
    with pytest.raises(FrameError) as refused:
        await client.call_tool(name, arguments)
    assert refused.value.code == -32602
    stats = await client.call_tool("get_dataset_stats", {})
    assert stats["stats"]["total_documents"] == 10


async def test_a_page_beyond_the_end_is_empty(client):
    arguments = {"query": "document", "limit": 5, "offset": 10**9}
    assert (await client.call_tool("search_documents", arguments))["documents"] == []


async def test_a_huge_body_is_refused_by_its_size_and_the_next_request_is_served(mocked):
    huge = b'{"jsonrpc": "2.0", "id": 1, "method": "' + b"x" * (9 * 1024 * 1024) + b'"}'
    response = await mocked.http.post(f"{mocked.base_url}/mcp/v1/jsonrpc", content=huge)
    assert response.status_code == httpx2.codes.CONTENT_TOO_LARGE
    assert (await mocked.list_tools())["tools"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/mcp/v1/jsonrpc", 405),
        ("POST", "/mcp/v1/sse/subscribe", 405),
        ("POST", "/health", 405),
        ("GET", "/mcp/v1/sse/subscribe?filter=metadata.index+%3E", 400),
        ("GET", "/mcp/v1/sse/progress/op-none", 404),
        ("GET", "/mcp/v1/sse/progress/", 404),
        ("GET", "/mcp", 404),
    ],
)
async def test_another_path_method_or_filter_is_refused_by_http(mocked, method, path, status):
    response = await mocked.http.request(method, f"{mocked.base_url}{path}")
    assert response.status_code == status
    assert response.json()["detail"]
    assert await mocked.health_check()
