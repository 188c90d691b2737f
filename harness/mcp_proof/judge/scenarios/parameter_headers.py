"""Tools whose parameters are mirrored into headers: good annotations, bad ones, and new ones."""

from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_list, as_object

SINCE: Final = Revision.R2026_07_28
HTTP: Final = ("http",)
TEXT: Final[JsonObject] = {"type": "string"}


def _mirrored(name: str, kind: Json = "string") -> JsonObject:
    return {"type": kind, "x-mcp-header": name}


def _tool(name: str, properties: JsonObject, **more: Json) -> JsonObject:
    schema: JsonObject = {"type": "object", "properties": properties, **more}
    answer: JsonObject = {"text": "Done."}
    return {
        "name": name,
        "inputSchema": schema,
        "annotations": {"readOnlyHint": True},
        "answer": answer,
    }


ROUTE: Final = _tool(
    "route",
    {
        "region": _mirrored("Region"),
        "priority": _mirrored("Priority", "integer"),
        "urgent": _mirrored("Urgent", "boolean"),
        "note": TEXT,
        "zone": TEXT,
        "target": {"type": "object", "properties": {"zone": _mirrored("Zone")}},
    },
)
LABEL: Final = _tool("label", {"text": _mirrored("Text")})

FLAWED: Final[tuple[JsonObject, ...]] = (
    _tool("empty-name", {"a": _mirrored("")}),
    *(
        _tool(f"bad-name-{number}", {"a": _mirrored(name)})
        for number, name in enumerate(
            ("My Region", "Region:", "(Region)", "a/b", "Région", "A\r\nB")
        )
    ),
    _tool("same-name", {"a": _mirrored("Region"), "b": _mirrored("REGION")}),
    _tool("on-object", {"a": _mirrored("Region", "object")}),
    _tool("on-array", {"a": {**_mirrored("Region", "array"), "items": TEXT}}),
    _tool("on-null", {"a": _mirrored("Region", "null")}),
    _tool("on-number", {"a": _mirrored("Share", "number")}),
    _tool("below-items", {"a": {"type": "array", "items": _mirrored("Region")}}),
    _tool("below-one-of", {"a": {"oneOf": [_mirrored("Region"), {"type": "integer"}]}}),
    _tool("below-if", {"b": TEXT}, **{"if": {"properties": {"a": _mirrored("Region")}}}),
    _tool(
        "below-ref",
        {"a": {"$ref": "#/$defs/region"}},
        **{"$defs": {"region": _mirrored("Region")}},
    ),
)
"""Tools that clients drop, each with an annotation that is not valid for one reason."""


@scenario(
    "parameter-headers",
    "xmcp-client-mirrors",
    "xmcp-client-only-annotated",
    "xmcp-client-omits-null-or-absent",
    "xmcp-client-nested-path",
    "xmcp-client-type-conversion",
    "xmcp-client-base64-unsafe",
    "xmcp-client-base64-sentinel-literal",
    since=SINCE,
    transports=HTTP,
)
def values(stage: Stage) -> None:
    """Tools whose parameters have `x-mcp-header` are called with arguments of every kind."""
    stage.tools(ROUTE, LABEL)
    stage.wish("list", what="tools")
    there: JsonObject = {"region": "us-west1", "priority": 42, "urgent": True, "zone": "outer"}
    there = {**there, "note": "by hand"}
    stage.wish("call", tool="route", arguments={**there, "target": {"zone": "inner"}})
    stage.wish("call", tool="route", arguments={"priority": -7, "urgent": False, "zone": "x"})
    for text in ("Zürich, 世界", " padded ", "line1\nline2", "=?base64?literal?="):
        stage.wish("call", tool="label", arguments={"text": text})
    stage.wish("call", tool="label", arguments={"text": None})


@scenario(
    "parameter-headers-invalid",
    "xmcp-client-rejects-empty-name",
    "xmcp-client-rejects-non-token",
    "xmcp-client-rejects-duplicates",
    "xmcp-client-rejects-non-primitive",
    "xmcp-client-rejects-number",
    "xmcp-client-rejects-unreachable",
    "xmcp-client-keeps-valid-tools",
    since=SINCE,
    transports=HTTP,
)
def invalid(stage: Stage) -> None:
    """Between two good tools the list has tools whose `x-mcp-header` is not valid."""
    stage.tools(ROUTE, *FLAWED, ECHO)
    stage.wish("list", what="tools")
    stage.wish("call", tool="echo", arguments={"message": "hello"})


@scenario(
    "parameter-headers-changed",
    "xmcp-client-refresh-after-mismatch",
    since=SINCE,
    transports=HTTP,
)
def changed(stage: Stage) -> None:
    """A tool gets its `x-mcp-header` after it was listed; the next call is refused with -32020."""
    stage.tools(ROUTE)
    lists = 0

    def older(request: JsonObject, reply: JsonObject) -> Json:
        nonlocal lists
        result = as_object(reply.get("result"))
        lists += request.get("method") == "tools/list"
        if request.get("method") != "tools/list" or lists > 1:
            return reply
        tools: list[Json] = [
            {**as_object(tool), "inputSchema": {"type": "object"}}
            for tool in as_list(result.get("tools"))
        ]
        return {**reply, "result": {**result, "tools": tools}}

    stage.reply(older)
    stage.wish("list", what="tools")
    stage.wish("call", tool="route", arguments={"region": "us-west1"})
