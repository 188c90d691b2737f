"""Composes the project's own JSON Schemas of MCP: layers of files become one set per revision.

A file's `extends` names the layers beneath it; the file itself is an RFC 7396 merge patch over
them. `basic`, `content`, `server` and `client` are the first revision by topic, and each later one
extends the one before it, so that its file says what it added, changed and took away (`null`).
References are late bound: a layer may name a definition that each revision states in its own way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias, cast

import orjson

from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision

Side: TypeAlias = Literal["client", "server"]
Sender: TypeAlias = Literal["client", "server", "both", "input"]
Vocabulary: TypeAlias = Revision | Literal["tasks-extension"]
"""What has messages of its own: a revision, or the newest one with an extension."""
JsonObject: TypeAlias = Mapping[str, Json]

_LAYERS = Path(__file__).parent / "schemas"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageType:
    """A request or notification of a revision, as its table states it."""

    method: str
    sender: Sender
    """`input`: no message of its own, but part of an `input_required` result (2026-07-28)."""
    params: str
    params_required: bool
    result: str | None
    """The definition of what answers a request; None for a notification."""

    def comes_from(self, side: Side) -> bool:
        """Whether that side may send it as a message."""
        return self.sender in (side, "both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """All that one revision's files state."""

    definitions: Mapping[str, Json]
    requests: Mapping[str, MessageType]
    notifications: Mapping[str, MessageType]


@cache
def composed(revision: Vocabulary) -> Composed:
    """The definitions and message tables of a revision, or of one with an extension.

    Beside the definitions of the files there is one for each whole message, envelope included:
    `request:<method>`, `result:<method>` (the response), `notification:<method>` and
    `input:<method>`.
    """
    document = _layer(revision)
    requests = _table(document, "requests")
    notifications = _table(document, "notifications")
    stated = _object(document["$defs"])
    definitions = {name: _flattened(schema, stated) for name, schema in stated.items()}
    for row in requests.values():
        definitions.update(_request_definitions(definitions, row))
    for row in notifications.values():
        definitions[f"notification:{row.method}"] = _call(definitions["Notification"], row)
    return Composed(
        definitions=MappingProxyType(definitions),
        requests=MappingProxyType(requests),
        notifications=MappingProxyType(notifications),
    )


def pointer_to(definition: str) -> str:
    """The reference to a definition by its name."""
    return "#" + json_pointer(("$defs", definition))


def merge_patch(base: Json, patch: Json) -> Json:
    """RFC 7396: objects merge member by member, null removes, everything else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(base) if isinstance(base, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


@cache
def _layer(name: str) -> JsonObject:
    own = _object(cast("Json", orjson.loads((_LAYERS / f"{name}.json").read_bytes())))
    below: Json = {}
    for other in cast("list[str]", own.get("extends", [])):
        below = merge_patch(below, _layer(other))
    return _object(merge_patch(below, own))


def _object(value: Json) -> JsonObject:
    return cast("JsonObject", value)


def _flattened(schema: Json, known: JsonObject) -> Json:
    """A definition that extends another (`$ref` beside members of its own) as one object.

    It means the same, but a validator goes through the members once. What is not merely members
    beside members stays as it is stated.
    """
    if not isinstance(schema, Mapping) or "$ref" not in schema:
        return schema
    base = _flattened(known[cast("str", schema["$ref"]).removeprefix("#/$defs/")], known)
    own = {keyword: value for keyword, value in schema.items() if keyword != "$ref"}
    if not isinstance(base, Mapping) or base.get("type") != "object":
        return schema
    members, more = _object(base.get("properties", {})), _object(own.get("properties", {}))
    if not {*base, *own} <= {"type", "properties", "required"} or members.keys() & more.keys():
        return schema
    required = [
        *cast("list[str]", own.get("required", [])),
        *cast("list[str]", base.get("required", [])),
    ]
    return {"type": "object", "properties": {**more, **members}, "required": required}


def _table(document: JsonObject, kind: str) -> dict[str, MessageType]:
    rows = _object(document[kind])
    return {method: _row(method, _object(row)) for method, row in rows.items()}


def _row(method: str, row: JsonObject) -> MessageType:
    return MessageType(
        method=method,
        sender=cast("Sender", row["from"]),
        params=cast("str", row["params"]),
        params_required=bool(row.get("params_required", True)),
        result=cast("str | None", row.get("result")),
    )


def _request_definitions(
    definitions: Mapping[str, Json], row: MessageType
) -> Iterator[tuple[str, Json]]:
    if row.sender == "input":
        yield f"input:{row.method}", _call(definitions["InputRequest"], row)
        return
    yield f"request:{row.method}", _call(definitions["Request"], row)
    result = cast("str", row.result)
    answer: Json = {"properties": {"result": {"$ref": pointer_to(result)}}}
    yield f"result:{row.method}", merge_patch(definitions["Response"], answer)


def _call(envelope: Json, row: MessageType) -> Json:
    required = cast("list[str]", _object(envelope)["required"])
    members: Json = {
        "method": {"type": None, "const": row.method},
        "params": {"type": None, "$ref": pointer_to(row.params)},
    }
    required = [*required, "params"] if row.params_required else required
    return merge_patch(envelope, {"properties": members, "required": required})
