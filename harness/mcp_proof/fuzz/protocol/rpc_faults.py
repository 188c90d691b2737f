"""The classical faults of a JSON-RPC message: good JSON whose members are wrong."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import encode

MEGABYTE: Final = 1_000_000
VALUES: Final[Mapping[str, Json]] = {
    "null": None,
    "true": True,
    "a number": 7,
    "a string": "mcp-proof-text",
    "an array": ["mcp-proof-text"],
    "an object": {"a": {"b": []}},
}
"""One value of each type of JSON."""
IDS: Final[Mapping[str, Json]] = {
    "null": None,
    "true": True,
    "an object": {"a": 1},
    "an array": [1],
    "1.5": 1.5,
    "a negative number": -7001,
    "2^53 + 1": 2**53 + 1,
    "2^63": 2**63,
    "1e300": 1e300,
    "__proto__": "__proto__",
    "a line break": "mcp-proof\nid",
}
METHODS: Final[Mapping[str, Json]] = {
    "null": None,
    "a number": 7,
    "an object": {"name": "tools/list"},
    "an array": ["tools/list"],
    "empty": "",
    "__proto__": "__proto__",
    "constructor": "constructor",
    "toString": "toString",
    "a path": "../../../../etc/passwd",
    "in capitals": "TOOLS/LIST",
    "with a line break": "tools/list\r\n",
    "with a NUL": "tools/list\u0000",
    "an emoji": "\U0001f600",
    "the names that JSON-RPC reserves": "rpc.discover",
    "1 MB": "a" * MEGABYTE,
}
VERSIONS: Final[Mapping[str, Json]] = {
    "1.0": "1.0",
    "the number 2.0": 2.0,
    "null": None,
    "an array": ["2.0"],
}
RESPONSE: Final[JsonObject] = {"jsonrpc": "2.0", "id": "mcp-proof-nobody", "result": {}}
ERROR: Final[JsonObject] = {"code": -32603, "message": "made up"}


def rpc_faults(spoken: Spoken, message: JsonObject) -> Iterator[tuple[str, bytes]]:
    """Yield each fault of a request by name, as a text."""
    for name, value in (
        *_members(message),
        *_as_responses(message),
        *_params(message),
        *_bare(),
        *_batches(spoken, message),
    ):
        yield name, encode(value)


def _members(message: JsonObject) -> Iterator[tuple[str, Json]]:
    for member, values in (("jsonrpc", VERSIONS), ("id", IDS), ("method", METHODS)):
        for what, value in values.items():
            yield f"{member} is {what}", {**message, member: value}
        yield f"{member} is missing", without(message, member)
    yield "only an id", {"jsonrpc": "2.0", "id": message.get("id")}
    yield "no members", {}


def _as_responses(message: JsonObject) -> Iterator[tuple[str, Json]]:
    yield "a request with a result", {**message, "result": {}}
    yield "a request with an error", {**message, "error": ERROR}
    yield "a response that nobody asked for", RESPONSE
    yield "a response with result and error", {**RESPONSE, "error": ERROR}
    yield "an error response with id null", {"jsonrpc": "2.0", "id": None, "error": ERROR}
    yield "an error response whose error is a string", {**without(RESPONSE, "result"), "error": "x"}


def _params(message: JsonObject) -> Iterator[tuple[str, Json]]:
    for what, value in VALUES.items():
        if what != "an object":
            yield f"params is {what}", {**message, "params": value}
    for what, value in VALUES.items():
        meta: JsonObject = {"_meta": value}
        yield f"_meta is {what}", {**message, "params": meta}
    for what, value in VALUES.items():
        if what not in ("a number", "a string"):
            yield (
                f"the progress token is {what}",
                {
                    **message,
                    "params": {"_meta": {"progressToken": value}},
                },
            )
    yield "a cursor that is an object", {**message, "params": {"cursor": {"a": 1}}}


def _bare() -> Iterator[tuple[str, Json]]:
    yield "a bare number", 7
    yield "a bare string", "tools/list"
    yield "a bare null", None
    yield "a bare true", True


def _batches(spoken: Spoken, message: JsonObject) -> Iterator[tuple[str, Json]]:
    revision = spoken if isinstance(spoken, Revision) else None
    legal = revision is not None and revision.features.batches
    where = "batch" if legal else "batch where there are none"
    other = {**message, "id": f"{message.get('id')}-b"}
    yield "an empty batch", []
    yield f"a {where}", [message, other]
    yield f"a {where}, of numbers", [1, 2, 3]
    yield f"a {where}, of batches", [[message], [other]]
    yield f"a {where}, with a request, a number and a response", [message, 1, RESPONSE]
    yield f"a {where}, of 1000 empty objects", [{}] * 1000


def call_faults(message: JsonObject) -> Iterator[tuple[str, bytes]]:
    """Yield each fault of a `tools/call` by name; none of them names another tool that there is."""
    params = message.get("params")
    assert isinstance(params, Mapping)
    for what, value in VALUES.items():
        if what != "a string":
            yield f"the tool's name is {what}", _call(message, {**params, "name": value})
        if what != "an object":
            yield f"arguments is {what}", _call(message, {**params, "arguments": value})
    for name in ("__proto__", "constructor", "", "../../etc/passwd", "\u0000"):
        yield f"the tool's name is {name!r}", _call(message, {**params, "name": name})
    yield "the tool's name is missing", _call(message, without(params, "name"))


def opening_faults(message: JsonObject) -> Iterator[tuple[str, bytes]]:
    """Yield faults of an `initialize` by name."""
    params = message.get("params")
    assert isinstance(params, Mapping)
    for member in ("protocolVersion", "capabilities", "clientInfo"):
        for what in ("a number", "an array"):
            wrong = {**params, member: VALUES[what]}
            yield f"{member} is {what}", encode({**message, "params": wrong})
        yield f"{member} is missing", encode({**message, "params": without(params, member)})
    yield "params is missing", encode(without(message, "params"))
    yield "initialize without an id", encode(without(message, "id"))


def notification_faults(message: JsonObject) -> Iterator[tuple[str, bytes]]:
    """Yield faults of a notification by name: none of them may be answered."""
    params = message.get("params")
    assert isinstance(params, Mapping)
    for what, value in VALUES.items():
        wrong = {**params, "requestId": value}
        yield f"the id to cancel is {what}", encode({**message, "params": wrong})
    yield "params is missing", encode(without(message, "params"))
    yield "a notification nobody knows", encode({**message, "method": "notifications/__proto__"})


def body_faults(message: JsonObject) -> Iterator[tuple[str, bytes]]:
    """Yield faults of a body, or of an entry of a queue, that is not JSON-RPC."""
    for member in message:
        yield f"{member} is missing", encode(without(message, member))
        for what, value in VALUES.items():
            if not (member == "tool" and what == "a string"):
                yield f"{member} is {what}", encode({**message, member: value})
    yield "no members", b"{}"
    for what, value in _bare():
        yield what, encode(value)
    yield "an array", encode([message])


def _call(message: JsonObject, params: JsonObject) -> bytes:
    return encode({**message, "params": params})


def without(members: JsonObject, name: str) -> JsonObject:
    """Return the members but one."""
    return {key: value for key, value in members.items() if key != name}


JSON_RPC_LESS: Final = (Dialect.REST, Dialect.GATEWAY, Dialect.QUEUE)
"""What is spoken without JSON-RPC."""
