"""Where `_meta` and `icons` stand in a message: at its parts, never in what users fill in.

Arguments, structured content and schemas may have members of these names that mean something else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.headers import META_SERVER_INFO
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import Message, as_object

HOLDERS: Final = frozenset(
    (
        "tools",
        "resources",
        "resourceTemplates",
        "prompts",
        "roots",
        "contents",
        "content",
        "messages",
        "resource",
    )
)
"""Members that hold objects of the protocol, alone or in a list."""
MAPS: Final = ("inputRequests", "inputResponses")
"""Members that hold such objects by key."""
INNER: Final = HOLDERS.union(MAPS)
WITH_ICONS: Final = ("tools", "resources", "resourceTemplates", "prompts")


@dataclass(slots=True)
class Part:
    """An object of the protocol inside a message."""

    pointer: str
    holder: str
    """The member that holds it."""
    value: JsonObject


def parts(message: Message, revision: Revision) -> Iterator[Part]:
    """Yield the objects of a message that may have `_meta` at `revision`.

    Up to 2025-03-26 only params and results may.
    """
    for name in ("params", "result"):
        value = message.members.get(name)
        if isinstance(value, dict):
            if revision < Revision.R2025_06_18:
                yield Part(f"/{name}", name, value)
            else:
                yield from _parts(f"/{name}", name, value)


def metas(message: Message, revision: Revision) -> Iterator[tuple[str, Json]]:
    """Yield every `_meta` of a message with its place."""
    times = _times(message, b'"_meta"')
    if times == 0:
        return
    if times == 1 and revision >= Revision.R2025_06_18:
        for name in ("params", "result"):
            value = message.members.get(name)
            if isinstance(value, dict) and "_meta" in value:
                yield f"/{name}/_meta", value["_meta"]  # as most have it: no walk is needed
                return
    for part in parts(message, revision):
        if "_meta" in part.value:
            yield f"{part.pointer}/_meta", part.value["_meta"]
            times -= 1
            if times == 0:
                return  # what follows can have none


def icons(message: Message, revision: Revision) -> Iterator[tuple[str, Json]]:
    """Yield every `icons` member of a message of the server with its place."""
    if _times(message, b'"icons"') == 0:
        return
    result = message.result
    meta = as_object(result.get("_meta"))
    for pointer, info in (
        ("/result/serverInfo", as_object(result.get("serverInfo"))),
        (f"/result/_meta/{META_SERVER_INFO}", as_object(meta.get(META_SERVER_INFO))),
    ):
        if "icons" in info:
            yield f"{pointer}/icons", info["icons"]
    for part in parts(message, revision):
        linked = part.value.get("type") == "resource_link"
        if "icons" in part.value and (part.holder in WITH_ICONS or linked):
            yield f"{part.pointer}/icons", part.value["icons"]


def _times(message: Message, quoted: bytes) -> int:
    """How many members of this name are in a message at most; -1 where the bytes do not tell."""
    raw = message.raw
    if b"\\" in raw and b"\\u" in raw:  # one byte is found five times as fast as two
        return -1
    return raw.count(quoted)


def _parts(pointer: str, holder: str, value: JsonObject) -> Iterator[Part]:
    yield Part(pointer, holder, value)
    if INNER.isdisjoint(value):
        return
    for name, child in value.items():
        if name in MAPS:
            yield from _by_key(f"{pointer}/{name}", name, as_object(child))
        elif name not in HOLDERS:
            continue
        elif isinstance(child, list):
            for index, item in enumerate(child):
                if isinstance(item, dict):
                    yield from _parts(f"{pointer}/{name}/{index}", name, item)
        elif isinstance(child, dict) and (name != "content" or "type" in child):
            # Content without a type is what a user filled into a form.
            yield from _parts(f"{pointer}/{name}", name, child)


def _by_key(pointer: str, holder: str, value: JsonObject) -> Iterator[Part]:
    for key, child in value.items():
        asked = as_object(child)
        yield from _parts(f"{pointer}/{key}", holder, asked)
        yield from _parts(f"{pointer}/{key}/params", "params", as_object(asked.get("params")))
