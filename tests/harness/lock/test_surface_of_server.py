"""What is read of a live server, in every dialect, and what is said of lists it does not give."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from surfaces import read_surface, served_surface, surface

from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.surface import Surface
from mcp_proof_mocks.dialects.queue import serving_queue
from mcp_proof_mocks.server import MockServer

PEER = Path(__file__).parents[2] / "peers/listing_stdio.py"
PAGED: dict[str, Any] = {
    "info": {"name": "paged", "version": "1"},
    "page_size": 2,
    "instructions": "Read slowly.",
    "tools": [{"name": f"t{n}", "answer": {"text": "x"}} for n in range(5)],
    "resources": [{"uri": f"x://{n}", "text": "x"} for n in range(3)],
    "prompts": [{"name": f"p{n}", "messages": []} for n in range(3)],
    "resource_templates": [{"uriTemplate": "x://{id}"}],
}


@pytest.mark.parametrize("revision", [Revision.R2025_11_25, Revision.R2026_07_28])
def test_every_page_of_every_list_is_read(revision):
    read = surface(MockServer(PAGED), revision)
    assert list(read.tools) == ["t0", "t1", "t2", "t3", "t4"]
    assert list(read.resources) == ["x://0", "x://1", "x://2"]
    assert list(read.prompts) == ["p0", "p1", "p2"]
    assert list(read.resource_templates) == ["x://{id}"]
    assert read.instructions == "Read slowly."
    assert read.info == {"name": "paged", "version": "1"}
    assert set(read.capabilities) == {"tools", "resources", "prompts"}


@pytest.mark.parametrize("revision", [Revision.R2025_06_18, Revision.R2026_07_28])
def test_of_a_server_that_tells_of_one_era_the_revisions_are_not_known(revision):
    read = surface(MockServer(PAGED), revision)
    assert (read.revisions, dict(read.unread)) == ((), {})


def test_a_server_that_names_revisions_of_both_eras_has_them_all_known(told):
    named = ["2025-11-25", "2026-07-28", "2099-01-01"]
    read = told(server__discover={"supportedVersions": named, "capabilities": {}})
    assert read.revisions == (Revision.R2025_11_25, Revision.R2026_07_28)


def test_a_list_that_is_not_declared_holds_nothing():
    bare: Any = {"info": {"name": "b", "version": "1"}, "tools": PAGED["tools"]}
    read = surface(MockServer(bare), Revision.R2026_07_28)
    assert (read.prompts, read.resources, dict(read.unread)) == ({}, {}, {})


@pytest.mark.parametrize(
    ("contract", "spoken", "tool"),
    [
        ("email_tools", Dialect.REST, "send_email"),
        ("contextframe", Dialect.CONTEXTFRAME, "search_documents"),
        ("openapi_jsonrpc", Dialect.OPENAPI_JSONRPC, "process_data"),
        ("gateway", Dialect.GATEWAY, "data:process_data"),
        ("websocket", Dialect.WEBSOCKET, "process_data"),
    ],
)
def test_the_tools_of_another_dialect_are_read_with_the_names_of_mcp(
    contract: str, spoken: Spoken, tool: str
):
    read = served_surface(contract, spoken)
    assert read.dialect is spoken
    assert tool in read.tools, sorted(read.tools)
    assert read.tools[tool]["inputSchema"]["type"] == "object"
    assert "input_schema" not in read.tools[tool]
    assert dict(read.unread) == {}


def test_what_a_queue_lists_is_read(redis_url):
    async def read() -> Surface:
        async with serving_queue(MockServer("queue"), redis_url) as url:
            return await read_surface(url)

    read_back = asyncio.run(read())
    assert read_back.dialect is Dialect.QUEUE
    assert "count_words" in read_back.tools
    assert dict(read_back.unread) == {}


def test_what_a_queue_does_not_list_is_not_known(redis_url):
    read = surface(redis_url)
    assert "nothing stands under mcp:tools" in read.unread["tools"]


@pytest.fixture
def told(tmp_path):
    """Read a server that gives these answers, by method; all else it does not know."""

    def read(**answers: Any) -> Surface:
        told = {name.replace("__", "/"): answer for name, answer in answers.items()}
        path = tmp_path / "answers.json"
        path.write_text(json.dumps(told))
        return surface([sys.executable, str(PEER), str(path)])

    return read


def test_of_a_list_that_is_refused_the_reason_is_kept(told):
    read = told(tools__list={"error": {"code": -32603, "message": "no disk"}})
    assert read.unread["tools"] == "tools/list: it is answered by the error -32603: no disk"
    assert dict(read.tools) == {}


def test_a_list_of_which_the_server_knows_nothing_is_empty_and_known(told):
    assert dict(told(tools__list={"tools": []}).unread) == {}


def test_a_list_that_breaks_off_is_not_known_to_its_end(told):
    first = {"tools": [{"name": "a"}], "nextCursor": "2"}
    gone = {"error": {"code": -32601, "message": "gone"}}
    read = told(tools__list=[first, gone])
    assert list(read.tools) == ["a"]
    assert "gone" in read.unread["tools"]


def test_a_list_without_end_is_left(told):
    read = told(tools__list={"tools": [{"name": "a"}], "nextCursor": "again"})
    assert "leads back to itself" in read.unread["tools"]


@pytest.mark.parametrize(
    ("tools", "why"),
    [
        ([{"name": "a"}, {"name": "a", "title": "A"}], '"a" twice, and differently'),
        ([{"title": "A"}], "something without `name`"),
        ([{"name": 3}], "something without `name`"),
        ({"a": {}}, "no list `tools`"),
    ],
)
def test_names_that_tell_nothing_apart_leave_the_list_unknown(told, tools, why):
    assert why in told(tools__list={"tools": tools}).unread["tools"]


def test_a_tool_that_is_listed_twice_alike_is_one(told):
    read = told(tools__list={"tools": [{"name": "a"}, {"name": "a"}]})
    assert (list(read.tools), "tools" in read.unread) == (["a"], False)
