"""S6: streams of changes with filters, and the progress of operations until they are completed."""

import asyncio
from collections import Counter
from contextlib import aclosing

import httpx2
import pytest
from contextframe_uvicorn import careful
from frame_client import BOUND, FrameClient
from under_uvicorn import under_uvicorn

from mcp_proof import MockServer
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.running import running

pytestmark = pytest.mark.anyio
QUIET = {
    "info": {"name": "quiet", "version": "1"},
    "dialect": "contextframe",
    "tools": [{"name": "add_document"}, {"name": "batch_import"}, {"name": "batch_enhance"}],
}


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def server():
    """A mock that tells nothing of its own accord."""
    return MockServer(QUIET)


@pytest.fixture
async def client(server):
    async with serving(server) as url, FrameClient(url) as connected:
        yield connected


class Monitor:
    """Hears changes, each by the handler of its type, in a task of its own."""

    def __init__(self, client, **query):
        self.handled = []
        self.unknown = []
        self._client = client
        self._query = query

        self._opened = asyncio.Event()

    async def listening(self, last="stop"):
        """Begin to listen until a change of a type comes; return when nothing can be missed."""
        task = asyncio.create_task(self._listen(last))
        await asyncio.wait_for(self._opened.wait(), BOUND)
        return task

    async def _listen(self, last):
        async with aclosing(self._client.monitor_changes(self._opened, **self._query)) as changes:
            async for change in changes:
                known = change["type"] in ("document_added", "document_updated")
                (self.handled if known else self.unknown).append(change)
                if change["type"] == last:
                    return


async def test_handlers_hear_what_tools_change(client):
    monitor = Monitor(client, resource_type="documents")
    listening = await monitor.listening("document_updated")
    added = await client.call_tool("add_document", {"content": "new", "metadata": {"n": 1}})
    ids = [added["document"]["uuid"]]
    await client.call_tool("batch_enhance", {"document_ids": ids, "enhancements": ["summary"]})
    await asyncio.wait_for(listening, BOUND)
    assert [change["type"] for change in monitor.handled] == ["document_added", "document_updated"]
    assert {change["document"]["uuid"] for change in monitor.handled} == set(ids)


async def test_an_unknown_type_is_passed_over_and_the_stream_goes_on(server, client):
    monitor = Monitor(client)
    listening = await monitor.listening()
    server.dataset.tell({"type": "index_rebuilt"})
    server.dataset.add("new")
    server.dataset.tell({"type": "stop"})
    await asyncio.wait_for(listening, BOUND)
    assert [change["type"] for change in monitor.unknown] == ["index_rebuilt", "stop"]
    assert [change["type"] for change in monitor.handled] == ["document_added"]


async def test_a_listener_hears_of_its_resource_and_filter_alone(server, client):
    monitor = Monitor(client, resource_type="documents", filter="metadata.index > 5")
    listening = await monitor.listening("document_deleted")
    server.dataset.tell({"type": "collection_added", "collection": {"name": "a"}})
    server.dataset.add("left out", {"index": 5})
    kept = server.dataset.add("kept", {"index": 6})
    server.dataset.tell({"type": "document_metadata_updated", "document": kept})
    server.dataset.delete(kept["uuid"])
    await asyncio.wait_for(listening, BOUND)
    assert [change["document"]["metadata"] for change in monitor.handled] == [{"index": 6}]
    others = ["document_metadata_updated", "document_deleted"]
    assert [change["type"] for change in monitor.unknown] == others
    assert kept["uuid"] not in server.dataset.documents


async def test_many_listeners_each_hear_everything_once_and_leave_nothing_behind(server, client):
    monitors = [Monitor(client) for _ in range(20)]
    tasks = [await monitor.listening() for monitor in monitors]
    for index in range(50):
        server.dataset.add(str(index))
    server.dataset.tell({"type": "stop"})
    await asyncio.wait_for(asyncio.gather(*tasks), BOUND)
    assert {len(monitor.handled) for monitor in monitors} == {50}
    async with asyncio.timeout(BOUND):
        while len(server.dataset.followers):  # noqa: ASYNC110  # it is the mock that notices
            await asyncio.sleep(0)


async def test_what_the_contract_says_is_heard_first_and_by_filter():
    said = {
        "changes": [
            {"type": "document_added", "document": {"uuid": "a", "metadata": {"n": 1}}},
            {"type": "document_added", "document": {"uuid": "b", "metadata": {"n": 2}}},
            {"type": "collection_updated"},
        ]
    }
    async with serving(MockServer({**QUIET, **said})) as url, FrameClient(url) as client:
        async with aclosing(client.monitor_changes(filter="metadata.n > 1")) as changes:
            assert (await anext(changes))["document"]["uuid"] == "b"
        async with aclosing(client.monitor_changes(resource_type="collections")) as changes:
            assert await anext(changes) == {"type": "collection_updated"}


async def test_an_operation_is_followed_to_its_completion(server, client):
    result = await client.call_tool("batch_import", {"file_paths": ["a", "b", "c"]})
    progress = client.track_operation_progress(result["operation_id"])
    steps = [(step["current"], step["total"], step["status"]) async for step in progress]
    assert steps == [(1, 3, "running"), (2, 3, "running"), (3, 3, "completed")]
    assert len(server.dataset.documents) == 3


async def test_progress_comes_as_it_is_made(server, client):
    operation = server.dataset.begin(total=2)
    async with aclosing(client.track_operation_progress(operation.id)) as progress:
        operation.advance("first")
        assert (await anext(progress))["message"] == "first"
        operation.advance("second")
        assert (await anext(progress))["status"] == "completed"


async def test_a_failed_operation_says_why_and_ends_its_stream(server, client):
    operation = server.dataset.begin(total=2)
    operation.advance()
    operation.fail("no space left")
    steps = [step async for step in client.track_operation_progress(operation.id)]
    assert steps[-1] == {"current": 1, "total": 2, "message": "no space left", "status": "failed"}


async def test_an_operation_on_nothing_is_completed(client):
    result = await client.call_tool("batch_import", {"file_paths": []})
    [step] = [s async for s in client.track_operation_progress(result["operation_id"])]
    assert (step["current"], step["total"], step["status"]) == (0, 0, "completed")


async def test_a_real_server_tells_the_same_to_the_same_client():
    async with under_uvicorn(careful()) as url, FrameClient(url) as client:
        found = (await client.call_tool("search_documents", {"query": "test"}))["documents"]
        ids = [document["uuid"] for document in found]
        begun = await client.call_tool("batch_extract", {"document_ids": ids})
        steps = [s async for s in client.track_operation_progress(begun["operation_id"])]
    assert steps[-1]["status"] == "completed"
    assert max(Counter(step["current"] for step in steps)) == len(ids)


@pytest.mark.parametrize("path", ["subscribe", "progress/op-1"])
async def test_a_stream_ends_in_order_when_the_server_stops(server, path):
    server.dataset.begin(2)
    async with (
        serving(server) as url,
        httpx2.AsyncClient(trust_env=False) as http,
        http.stream("GET", f"{url}/mcp/v1/sse/{path}") as response,
    ):
        await server.close()
        assert await response.aread() == b""


def test_a_test_without_an_event_loop_tells_changes_from_its_own_thread(server):
    with running(server) as url, httpx2.stream("GET", f"{url}/mcp/v1/sse/subscribe") as response:
        lines = response.iter_lines()
        server.dataset.add("new", {"index": 7})
        assert next(lines) == "event: document_added"
        assert '"index":7' in next(lines)
