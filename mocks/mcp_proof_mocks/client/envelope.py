"""What the mock client makes of its messages before they are sent: a broken one spoils them."""

import json
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_contracts.schema import notification, request
from mcp_proof_contracts.wire import BOM, Message, as_object, encode

Keeps: TypeAlias = Callable[[str], bool]
Spoil: TypeAlias = Callable[[JsonObject], Json]

CALL: Final = "tools/call"
READY: Final = "notifications/initialized"
UNKNOWN: Final = "mcp-proof-unknown"


def encoded(keeps: Keeps, message: Json) -> bytes:
    """Return the bytes of a message, as they are sent."""
    given = as_object(message)
    method = given.get("method")
    for duty, (wanted, spoil) in _SPOILT.items():
        if method == wanted and not keeps(duty):
            message = spoil(given)
    data = encode(message)
    for duty, (wanted, rewrite) in _REWRITTEN.items():
        if method == wanted and not keeps(duty):
            data = rewrite(data)
    return data


def replied(keeps: Keeps, asked: Message, reply: JsonObject) -> JsonObject | None:
    """Return the reply that is sent to a request; `None` where none is."""
    request_id = asked.id
    if not keeps("jsonrpc-response-matches-request"):
        reply = _mixed_up(asked.method, reply)
    if not keeps("jsonrpc-response-id-echo") and asked.method == "roots/list":
        return {**reply, "id": "another"}
    if not keeps("jsonrpc-id-roundtrip-types") and str(request_id).isdigit():
        other: Json = int(request_id) if isinstance(request_id, str) else str(request_id)
        return {**reply, "id": other}
    if not keeps("jsonrpc-unicode-roundtrip"):
        reply = {**reply, "id": misread(request_id)}
    if not keeps("jsonrpc-result-is-object") and "result" in reply and asked.method == "ping":
        return {**reply, "result": []}
    return _of_error(keeps, reply) if "error" in reply else reply


def misread(text: Json) -> Json:
    """Return text as who takes UTF-8 for Latin-1 has it."""
    return text.encode().decode("latin-1") if isinstance(text, str) else text


def is_strange(result: JsonObject) -> bool:
    """Whether a result has a member that nobody knows."""
    return UNKNOWN in result


def is_known(method: str) -> bool:
    """Whether any revision has a notification or a request of this name."""
    return any(notification(each, method) or request(each, method) for each in REVISIONS)


def _of_error(keeps: Keeps, reply: JsonObject) -> JsonObject | None:
    if not keeps("jsonrpc-request-answered"):
        return None
    if not keeps("jsonrpc-method-not-found"):
        return {**_without(reply, "error"), "result": {}}
    if not keeps("jsonrpc-error-id-present"):
        return _without(reply, "id")
    if not keeps("jsonrpc-error-shape"):
        return {**reply, "error": _without(as_object(reply["error"]), "message")}
    if not keeps("jsonrpc-result-xor-error"):
        return {**reply, "result": {}}
    return reply


def _mixed_up(method: str, reply: JsonObject) -> JsonObject:
    """Give a ping the result of the question for roots, and the other way round."""
    if method == "roots/list":
        return {**reply, "result": {}}
    if method == "ping":
        return {**reply, "result": {"roots": []}}
    return reply


def _without(members: Mapping[str, Json], name: str) -> JsonObject:
    return {key: value for key, value in members.items() if key != name}


def _positional(message: JsonObject) -> Json:
    return {**message, "params": [message.get("params")]}


def _pretty(data: bytes) -> bytes:
    return json.dumps(json.loads(data), indent=1).encode()


_SPOILT: Final[Mapping[str, tuple[str, Spoil]]] = {
    "jsonrpc-version-2.0": (CALL, lambda message: _without(message, "jsonrpc")),
    "jsonrpc-request-method": (CALL, lambda message: {**message, "method": 7}),
    "jsonrpc-params-object": (CALL, _positional),
    "jsonrpc-notification-no-id": (READY, lambda message: {**message, "id": "notified"}),
    "jsonrpc-request-id-type": (CALL, lambda message: {**message, "id": 1.5}),
    "jsonrpc-request-id-not-null": (CALL, lambda message: {**message, "id": None}),
    "jsonrpc-batch-not-sent": (CALL, lambda message: [message]),
    "jsonrpc-batch-no-initialize": ("initialize", lambda message: [message]),
}
"""What a broken client makes of the messages of one method."""
_REWRITTEN: Final[Mapping[str, tuple[str, Callable[[bytes], bytes]]]] = {
    "jsonrpc-utf8": (CALL, lambda data: data.decode().encode("utf-16")),
    "jsonrpc-no-bom": (CALL, lambda data: BOM + data),
    "stdio-one-message-per-line": (READY, _pretty),
    "stdio-stdin-clean": (CALL, lambda data: b"calling a tool\n" + data),
}
"""And of their bytes."""
