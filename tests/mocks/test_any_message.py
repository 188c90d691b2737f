"""Whatever a client says, in either era, the mock does not fall over and answers every request."""

import asyncio

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from talk import Client

from mcp_proof_contracts.headers import META_CAPABILITIES, META_LOG_LEVEL, META_VERSION
from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_contracts.wire import Kind, encode, parse
from mcp_proof_mocks.features.dispatch import FEATURES
from mcp_proof_mocks.script.template import template
from mcp_proof_mocks.server import MockServer

TEXT = st.text(max_size=8)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
DOCUMENT = {
    "state": "open",
    "announces": ["tools"],
    "subscriptions": True,
    "tools": [
        {
            "name": "t",
            "cases": [
                {
                    "when": {
                        "arguments": {"a": [1]},
                        "pattern": {"b": "x"},
                        "schema": {"minimum": 1},
                    },
                    "answer": {"text": "{{ a }}"},
                },
                {
                    "when": {"arguments": {"ask": True}},
                    "steps": [{"ask": {"q": {"method": "roots/list", "params": {}}}}],
                    "answer": {"text": "{{ $inputs.q.roots.0.uri }}"},
                },
                {
                    "steps": [
                        {"log": {"data": "{{ a }}"}},
                        {"progress": {"progress": 1, "message": "{{ b }}."}},
                        {"update": "{{ a }}{{ b }}"},
                    ],
                    "answer": {
                        "text": "{{ a.b.0 }}",
                        "content": [{"type": "text", "text": "{{ b }}"}],
                        "structured": {"a": "{{ a }}", "b": "{{ b }}!"},
                    },
                },
            ],
        }
    ],
    "prompts": [
        {
            "name": "t",
            "arguments": [{"name": "a"}],
            "messages": [{"role": "user", "content": {"type": "text", "text": "{{ a }}"}}],
            "completions": {"a": ["x", "y"]},
        }
    ],
    "resources": [{"uri": "t", "text": "x"}],
    "resource_templates": [{"uriTemplate": "m://{a}{?b,c}", "text": "{{ a }}{{ b }}"}],
}
NAMES = ("name", "uri", "arguments", "cursor", "level", "ref", "argument", "notifications", "task")
ROUNDS = ("inputResponses", "requestState", "requestId", "protocolVersion", "capabilities", "_meta")
OURS = st.sampled_from(["t", "m://a?b=c", "ref/prompt", "info", "2025-03-26", {"ask": True}, {}])
PARAMS = st.dictionaries(st.sampled_from([*NAMES, *ROUNDS]), OURS | JSON, max_size=5)
METHODS = st.sampled_from([*FEATURES, "initialize", "ping", "server/discover", "x"]) | TEXT
METADATA = st.fixed_dictionaries(
    {META_VERSION: st.just("2026-07-28") | JSON, META_CAPABILITIES: st.just({"roots": {}}) | JSON},
    optional={META_LOG_LEVEL: OURS | JSON, "progressToken": JSON},
)
MESSAGES = st.builds(
    lambda message, params, meta: {**message, "params": {**params, **meta}},
    st.fixed_dictionaries(
        {"jsonrpc": st.just("2.0"), "method": METHODS},
        optional={"id": st.integers(1, 3) | TEXT | JSON, "result": JSON, "error": JSON},
    ),
    PARAMS,
    st.just({}) | METADATA.map(lambda meta: {"_meta": meta}),
)
LOOSE = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("jsonrpc", "id", "method", "params", "result", "error"), JSON),
)
RAW = (MESSAGES | LOOSE | JSON | st.lists(MESSAGES | LOOSE | JSON, max_size=3)).map(
    orjson.dumps
) | st.binary(max_size=30)


async def said_to(client, raw: bytes) -> None:
    """Say something; what waits for the client is cancelled, by the client."""
    message = parse(raw)
    handling = asyncio.ensure_future(client.conversation.handle(message, client.hear))
    for _ in range(5):
        await asyncio.sleep(0)
    if not handling.done():
        assert message.kind in (Kind.REQUEST, Kind.BATCH)
        client.conversation.hang_up()
    reply = await asyncio.wait_for(handling, 2)
    for answer in reply.messages:
        encode(answer)
    if message.kind is Kind.REQUEST and not reply.cancelled:
        [answer] = reply.messages
        assert ("result" in answer) is not ("error" in answer)
        usable = isinstance(message.id, str | int) and not isinstance(message.id, bool)
        assert answer.get("id") == (message.id if usable else None)
    elif message.kind in (Kind.NOTIFICATION, Kind.RESULT, Kind.ERROR):
        assert all("error" in answer for answer in reply.messages)
    elif message.kind is not Kind.BATCH:
        assert reply.messages


@pytest.mark.parametrize("revision", [REVISIONS[1], REVISIONS[-2], REVISIONS[-1]])
@settings(max_examples=120)
@example(said=[b"\x00", b"[[[]]]", b"[1]", b'{"jsonrpc":"2.0","id":1,"method":"tools/call"}'])
@given(said=st.lists(RAW, max_size=4))
def test_whatever_is_said_is_survived_and_every_request_is_answered(revision, said):
    with Client(SERVER, revision, {"roots": {}}) as client:
        for raw in said:
            client.run(said_to(client, raw))


SERVER = MockServer(DOCUMENT)


@settings(max_examples=120)
@given(arguments=st.dictionaries(TEXT | st.sampled_from(["a", "b"]), JSON), value=JSON)
def test_any_arguments_fill_any_template(arguments, value):
    orjson.dumps(template(value)(arguments))
    for slot in (
        "{{ a }}",
        "<{{ a }}>",
        "{{ a.b }}",
        "{{ a.0.b }}",
        "{{ $inputs.a.0 }}",
        "{{ b }}{{ a }}",
    ):
        orjson.dumps(template({"in": [slot]})(arguments))


@settings(max_examples=100)
@given(arguments=st.dictionaries(st.sampled_from(["a", "b", "c", "ask"]), JSON))
@pytest.mark.parametrize("revision", [REVISIONS[-2], REVISIONS[-1]])
def test_any_arguments_of_a_tool_get_a_result(revision, arguments):
    with Client(SERVER, revision) as client:
        assert "content" in client.call("t", arguments) or "ask" in arguments
