"""Ways to spoil messages, and contracts, that several faults share."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object, encode
from mcp_proof_mocks.fault import HttpEdit, OutputEdit, ReplyEdit
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

Edit = Callable[[dict[str, Json]], Json]
Items = list[JsonObject]

TOOLS_CALL: Final = "tools/call"


def in_replies(edit: Edit, method: str = TOOLS_CALL) -> ReplyEdit:
    """Spoil the results that answer one method; the session survives everything else."""

    def spoil(request: JsonObject, reply: JsonObject) -> Json:
        return edit(dict(reply)) if request.get("method") == method and "result" in reply else reply

    return spoil


def in_results(edit: Edit, method: str = TOOLS_CALL) -> ReplyEdit:
    """Spoil what the results of one method hold."""
    return in_replies(lambda reply: _in_member(reply, "result", edit), method)


def in_errors(edit: Edit) -> ReplyEdit:
    """Spoil every error."""
    return lambda _request, reply: _in_member(reply, "error", edit)


def in_notifications(edit: Edit) -> OutputEdit:
    """Spoil every notification, in whatever frame it is written."""

    def spoil(data: bytes) -> bytes:
        if b'"method":"notifications/' not in data:
            return data
        start, end = data.index(b"{"), data.rindex(b"}") + 1
        edited = edit(json.loads(data[start:end]))
        return data[:start] + json.dumps(edited).encode() + data[end:]

    return spoil


def in_bodies(edit: Edit, path: str) -> HttpEdit:
    """Spoil the JSON object that answers requests at a path, whatever it is called with."""

    def spoil(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        at = request.path.partition("?")[0]
        if at != path or response.stream or not response.body.startswith(b"{"):
            return response
        return replace(response, body=encode(edit(json.loads(response.body))))

    return spoil


def as_text(path: str) -> HttpEdit:
    """Say that what answers requests at a path is plain text."""

    def spoil(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path != path:
            return response
        return replace(response, headers={**response.headers, "Content-Type": "text/plain"})

    return spoil


def without(*path: str) -> Callable[[JsonObject], JsonObject]:
    """Leave out the member that these names lead to, each within the one before."""
    return lambda said: _cut(said, path)


def of_first(edit: Callable[[JsonObject], JsonObject]) -> Callable[[Items], Items]:
    """Spoil the first of a list, where there is one."""
    return lambda items: [*map(edit, items[:1]), *items[1:]]


def modern_only(document: dict[str, Json]) -> None:
    """Offer no revision of the stateful era."""
    document["revisions"] = ["2026-07-28"]


def _in_member(reply: JsonObject, name: str, edit: Edit) -> Json:
    """Spoil what a member of the reply holds, unless another fault has left it no object."""
    value = reply.get(name)
    return {**reply, name: edit(dict(value))} if isinstance(value, Mapping) else reply


def _cut(value: Json, path: tuple[str, ...]) -> JsonObject:
    members = dict(as_object(value))
    if path[1:]:
        members[path[0]] = _cut(members.get(path[0]), path[1:])
    else:
        members.pop(path[0], None)
    return members
