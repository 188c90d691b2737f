"""The tools of a server as operations: what the document holds, and how calls are answered."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openapi_spec_validator import validate
from tcp_server import alone

from mcp_proof.approach import approach
from mcp_proof.bridge.bridge import Bridge
from mcp_proof.bridge.serving import serving_bridge
from mcp_proof.recorder import Recorder
from mcp_proof.targets import header_of, target_of
from mcp_proof_contracts.openapi.tools import PROBLEM
from mcp_proof_mocks.server import MockServer

FLAWED = [sys.executable, str(Path(__file__).parents[2] / "peers/flawed_tools.py")]
PATIENCE = 20.0
TEXT = {"text": "plain"}
LOCAL = "127.0.0.1"


def bridged(peer: Any, work: Any, *, patience: float = PATIENCE, **options: Any) -> Any:
    """Do something with a bridge over a server: a command, a mock, …"""

    async def run() -> Any:
        target = target_of(peer)
        faults: list[str] = []
        async with target.started() as reachable:
            server = await approach(reachable, Recorder(header_of(target)), None, patience)
            try:
                bridge = await Bridge.over(server, patience, **options)
                async with serving_bridge(bridge, faults) as url:
                    base = url.removesuffix("/openapi.json")
                    async with httpx2.AsyncClient(base_url=base, timeout=60) as client:
                        result = await work(client, server)
            finally:
                await server.close()
        assert faults == []
        return result

    return alone(run())


def answers(peer: Any, *calls: tuple[str, Any], **options: Any) -> list[httpx2.Response]:
    async def work(client: httpx2.AsyncClient, _server: Any) -> list[httpx2.Response]:
        return [await client.post(f"/tools/{name}", json=body) for name, body in calls]

    return bridged(peer, work, **options)


def document(peer: Any, **options: Any) -> dict[str, Any]:
    async def work(client: httpx2.AsyncClient, _server: Any) -> Any:
        return (await client.get("/openapi.json")).json()

    return bridged(peer, work, **options)


def mock(**tool: Any) -> MockServer:
    """A server of MCP with one tool."""
    schema = {"type": "object"}
    listed = {"name": "a", "inputSchema": schema, "annotations": {"readOnlyHint": True}, **tool}
    return MockServer({"info": {"name": "m", "version": "1"}, "tools": [listed]})


# The document


def test_the_document_is_openapi_and_holds_each_tool_that_may_be_called():
    shown = document(FLAWED)
    validate(shown)
    assert shown["openapi"] == "3.1.0"
    assert shown["info"]["title"] == "flawed"
    assert "/tools/sound" in shown["paths"]
    assert "/tools/deletes" not in shown["paths"]


def test_with_leave_the_document_holds_every_tool():
    assert "/tools/deletes" in document(FLAWED, allow_all=True)["paths"]


def test_an_operation_says_what_the_server_says_of_its_tool():
    tool = {"title": "A title", "description": "It does.", "inputSchema": {"type": "object"}}
    shown = document(mock(**tool, outputSchema={"type": "object", "required": ["n"]}))
    operation = shown["paths"]["/tools/a"]["post"]
    assert (operation["operationId"], operation["summary"]) == ("a", "A title")
    assert operation["description"] == "It does."
    assert shown["components"]["schemas"]["a-result"]["required"] == ["n"]
    answered = {"400", "404", "409", "422", "502", "504"}
    assert answered < operation["responses"].keys()


def test_references_of_a_schema_lead_to_where_it_stands():
    schema = {
        "type": "object",
        "properties": {"tree": {"$ref": "#/$defs/tree"}},
        "$defs": {"tree": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
    }
    shown = document(mock(inputSchema=schema))
    validate(shown)
    place = "#/components/schemas/a-arguments/$defs/tree"
    assert shown["components"]["schemas"]["a-arguments"]["properties"]["tree"]["$ref"] == place


@pytest.mark.parametrize("name", ["a/b", "a b", "ä", "a:b", "a.b-c_d"])
def test_a_tool_of_any_name_can_be_called(name):
    server = mock(name=name, answer={"text": "hello"})

    async def work(client: httpx2.AsyncClient, _server: Any) -> httpx2.Response:
        shown = (await client.get("/openapi.json")).json()
        validate(shown)
        [path] = shown["paths"]
        return await client.post(path, json={})

    assert bridged(server, work).json() == {"content": [{"type": "text", "text": "hello"}]}


def test_a_tool_whose_schema_no_document_can_hold_is_left_out_with_the_reason():
    schema = {"type": "object", "properties": {"a": {"$id": "https://a.example/b"}}}

    async def run() -> Bridge:
        target = target_of(mock(inputSchema=schema))
        async with target.started() as reachable:
            server = await approach(reachable, Recorder(header_of(target)), None, PATIENCE)
            try:
                return await Bridge.over(server, PATIENCE)
            finally:
                await server.close()

    bridge = alone(run())
    assert bridge.document["paths"] == {}
    assert "https://a.example/b" in bridge.left_out["a"]


# Calls


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("sound", TEXT, 200),
        ("sound", {"text": 1}, 422),
        ("sound", [TEXT], 400),
        ("fails", TEXT, 409),
        ("fails", {}, 422),
        ("says_internal", TEXT, 502),
        ("unstructured", TEXT, 502),
        ("dies", {"text": "é"}, 502),
        ("takes_anything", {}, 200),
        ("deletes", TEXT, 403),
        ("nothing", TEXT, 404),
    ],
)
def test_a_call_is_answered_with_the_status_that_says_what_came_of_it(name, body, status):
    [answer] = answers(FLAWED, (name, body))
    assert answer.status_code == status, answer.text
    if status != 200:
        assert answer.headers["content-type"] == PROBLEM
        assert answer.json()["status"] == status
        assert answer.json()["detail"]


def test_a_result_is_the_structured_content_or_else_the_content():
    sound, loose = answers(FLAWED, ("sound", TEXT), ("takes_anything", TEXT))
    assert sound.json() == {"count": 5}
    assert loose.json() == {"content": [{"type": "text", "text": "done"}]}


def test_a_server_that_dies_is_brought_back_as_often_as_it_takes():
    calls = [("dies", {"text": "é"}), ("sound", TEXT)] * 45
    statuses = [answer.status_code for answer in answers(FLAWED, *calls)]
    assert statuses == [502, 200] * 45


def test_a_server_that_does_not_answer_in_time_is_told_from_one_that_died():
    server = mock(answer={"text": "late"}, latency=5000)
    [answer] = answers(server, ("a", {}), patience=0.2)
    assert (answer.status_code, "did not answer" in answer.text) == (504, True)


def test_calls_at_the_same_time_wait_for_their_turn_and_are_all_answered():
    async def work(client: httpx2.AsyncClient, _server: Any) -> list[httpx2.Response]:
        texts = ["é", "a", "bb", "é", "ccc"]
        calls = [client.post("/tools/dies", json={"text": text}) for text in texts]
        return await asyncio.gather(*calls)

    assert [a.status_code for a in bridged(FLAWED, work)] == [502, 200, 200, 502, 200]


def test_what_was_said_is_not_kept_for_ever():
    async def work(client: httpx2.AsyncClient, server: Any) -> list[int]:
        counts = []
        for _ in range(3):
            await client.post("/tools/sound", json=TEXT)
            counts.append(len(server.recorder.transcript.events))
        return counts

    assert len(set(bridged(FLAWED, work))) == 1


@pytest.mark.parametrize(
    ("contract", "tool", "arguments"),
    [
        ("email_tools", "count_words", {"text": "two words"}),
        ("openapi_jsonrpc", "process_data", {"input": "a"}),
        ("contextframe", "search_documents", {"query": "a"}),
        ("websocket", None, None),
        ("gateway", None, None),
    ],
)
def test_a_server_of_another_dialect_is_bridged_likewise(contract, tool, arguments):
    server = MockServer(contract)
    shown = document(server, allow_all=True)
    validate(shown)
    assert shown["paths"]
    if tool is not None:
        good, bad = answers(
            MockServer(contract), (tool, arguments), (tool, {"query": 1, "text": 1, "input": 1})
        )
        assert (good.status_code, bad.status_code) == (200, 422), (good.text, bad.text)


# Who may ask


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/tools/sound", {}, 405),
        ("POST", "/openapi.json", {}, 405),
        ("GET", "/", {}, 404),
        ("POST", "/tools/sound", {"content": json.dumps(TEXT)}, 415),
        ("POST", "/tools/sound", {"json": TEXT, "headers": {"Host": "a.example"}}, 403),
        ("POST", "/tools/sound", {"json": TEXT, "headers": {"Origin": "https://a.example"}}, 403),
        ("GET", "/openapi.json", {"headers": {"Host": "a.example"}}, 403),
        ("POST", "/tools/sound", {"json": TEXT, "headers": {"Origin": f"http://{LOCAL}"}}, 200),
    ],
)
def test_what_is_no_call_of_this_machine_is_refused(method, path, options, status):
    async def work(client: httpx2.AsyncClient, _server: Any) -> httpx2.Response:
        return await client.request(method, path, **options)

    answer = bridged(FLAWED, work)
    assert answer.status_code == status
    if status == 405:
        assert answer.headers["allow"] in ("GET", "POST")
