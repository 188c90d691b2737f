"""What the mock lists and answers at each revision: only what the revision knows."""

import pytest
from talk import Client, mock, tool

from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_contracts.schema import message_problems
from mcp_proof_mocks.server import MockServer

STATELESS = "2026-07-28"
EVERY = pytest.mark.parametrize("revision", REVISIONS)
EVERYTHING = {
    "info": {
        "name": "m",
        "version": "1",
        "title": "M",
        "description": "A mock.",
        "websiteUrl": "https://example.com",
        "icons": [{"src": "https://example.com/i.png"}],
    },
    "tools": [
        tool(
            title="T",
            annotations={"readOnlyHint": True},
            icons=[{"src": "https://example.com/i.png"}],
            outputSchema={"type": "object"},
            _meta={"example.com/a": 1},
            answer={
                "content": [
                    {"type": "text", "text": "{{ n }}"},
                    {"type": "audio", "data": "", "mimeType": "audio/wav"},
                    {"type": "resource_link", "uri": "a://b", "name": "b"},
                ],
                "structured": {"n": "{{ n }}"},
                "_meta": {"example.com/b": 2},
            },
        ),
        tool(name="list", answer={"structured": [1, 2]}),
    ],
    "prompts": [
        {
            "name": "p",
            "title": "P",
            "icons": [{"src": "https://example.com/i.png"}],
            "messages": [
                {"role": "user", "content": {"type": "audio", "data": "", "mimeType": "audio/wav"}}
            ],
        }
    ],
    "resources": [
        {"uri": "a://b", "title": "B", "text": "b", "annotations": {"priority": 1}, "size": 1}
    ],
    "resource_templates": [{"uriTemplate": "c://{d}", "title": "D", "text": "{{ d }}"}],
}
SINCE = {
    "annotations": "2025-03-26",
    "title": "2025-06-18",
    "outputSchema": "2025-06-18",
    "_meta": "2025-06-18",
    "icons": "2025-11-25",
}


@EVERY
def test_members_that_a_revision_does_not_know_are_left_out(revision):
    with Client(mock(**EVERYTHING), revision) as client:
        listed = client.ask("tools/list")["result"]["tools"][0]
        assert {name for name in SINCE if name in listed} == {
            name for name, since in SINCE.items() if revision >= since
        }
        resource = client.ask("resources/list")["result"]["resources"][0]
        assert resource["annotations"] == {"priority": 1}
        assert ("title" in resource) is (revision >= "2025-06-18")
        if client.stateless:
            shown = client.ask("server/discover")["result"]["_meta"]
            assert shown["io.modelcontextprotocol/serverInfo"] == EVERYTHING["info"]
        else:
            title = {"title"} if revision >= "2025-06-18" else set()
            known = (
                {*EVERYTHING["info"]} if revision >= "2025-11-25" else {"name", "version"} | title
            )
            assert {*client.hello["serverInfo"]} == known


@EVERY
def test_content_that_a_revision_does_not_know_becomes_text(revision):
    with Client(mock(**EVERYTHING), revision) as client:
        result = client.call("t", {"n": 5})
        prompt = client.ask("prompts/get", name="p")["result"]
    audio = "audio" if revision >= "2025-03-26" else "text"
    link = "resource_link" if revision >= "2025-06-18" else "text"
    assert [block["type"] for block in result["content"]] == ["text", audio, link, "text"]
    assert result["content"][0]["text"] == "5"
    assert result.get("structuredContent") == ({"n": 5} if revision >= "2025-06-18" else None)
    assert prompt["messages"][0]["content"]["type"] == audio


@EVERY
def test_structured_content_other_than_an_object_is_text_alone_before_2026_07_28(revision):
    with Client(mock(**EVERYTHING), revision) as client:
        result = client.call("list")
    assert result.get("structuredContent") == ([1, 2] if revision == STATELESS else None)
    assert result["content"][0]["text"] == "[1,2]"


@EVERY
def test_every_answer_satisfies_the_schema_of_its_revision(revision):
    requests = {
        "tools/list": {},
        "tools/call": {"name": "t", "arguments": {"n": None}},
        "prompts/list": {},
        "prompts/get": {"name": "p"},
        "resources/list": {},
        "resources/templates/list": {},
        "resources/read": {"uri": "c://x"},
    }
    with Client(mock(**EVERYTHING), revision) as client:
        for method, params in requests.items():
            answer = client.ask(method, **params)
            assert message_problems(revision, "server", answer, method) == []


@pytest.mark.parametrize("method", ["tasks/list", "logging/setLevel"])
def test_a_server_that_takes_any_version_is_still_of_its_own_era(method):
    tools = [tool(task="optional", steps=[{"log": {"data": 1}}])]
    server = MockServer({"info": EVERYTHING["info"], "tools": tools}, ["version-unsupported-error"])
    with Client(server, STATELESS) as client:
        client.revision = "2025-11-25"
        refused = client.ask(method, level="info")["error"]
    assert refused["code"] == METHOD_NOT_FOUND
