"""Structured content, good and bad, and the schemas that it is to satisfy."""

from collections.abc import Callable, Mapping
from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_list, as_object

WEATHER: Final[JsonObject] = {
    "type": "object",
    "properties": {"temperature": {"type": "number"}},
    "required": ["temperature"],
}
DELIVERY: Final[JsonObject] = {
    "type": "object",
    "properties": {"card": {"type": "string"}, "address": {"type": "string"}},
    "dependentRequired": {"card": ["address"]},
}
"""Draft-07 does not know `dependentRequired`."""
RICH: Final[JsonObject] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"name": {"$anchor": "name", "type": "string", "minLength": 1}},
    "properties": {
        "kind": {"enum": ["person", "place"]},
        "name": {"$ref": "#/$defs/name"},
        "position": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}]},
        "age": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    },
    "required": ["kind", "name"],
    "if": {"properties": {"kind": {"const": "place"}}},
    "then": {"required": ["position"]},
    "else": {"not": {"required": ["position"]}},
    "dependentRequired": {"age": ["kind"]},
    "patternProperties": {"^x-": {"type": "string"}},
    "additionalProperties": False,
}


def _tool(name: str, schema: JsonObject, structured: Json) -> JsonObject:
    return {
        "name": name,
        "inputSchema": {"type": "object"},
        "outputSchema": schema,
        "annotations": {"readOnlyHint": True},
        "answer": {"structured": structured},
    }


GOOD: Final = _tool("weather", WEATHER, {"temperature": 21.5})
BAD: Final = _tool("broken-weather", WEATHER, {"temperature": "warm"})
"""By what a client makes of these two it shows whether it validates."""


def _used(stage: Stage, *tools: JsonObject) -> None:
    """Offer these tools; the client is to list them, and to call each."""
    stage.tools(*tools)
    stage.wish("list", what="tools")
    for tool in tools:
        stage.wish("call", tool=tool["name"], arguments={})


@scenario("structured-output", "tools-client-validates-structured", since=Revision.R2025_06_18)
def structured_output(stage: Stage) -> None:
    """One tool keeps to its outputSchema, another does not."""
    _used(stage, GOOD, BAD)


@scenario("structured-anything", "tools-client-accepts-any-structured", since=Revision.R2026_07_28)
def structured_anything(stage: Stage) -> None:
    """Tools give a list, a number, a text and null as structured content, as they announce."""
    _used(
        stage,
        GOOD,
        _tool("list", {"type": "array", "items": {"type": "integer"}}, [1, 2]),
        _tool("number", {"type": "number"}, 42),
        _tool("text", {"type": "string"}, "sunny"),
        _tool("nothing", {"type": "null"}, None),
    )


@scenario("schema-keywords", "tools-schema-keywords-preserved-client", since=Revision.R2025_11_25)
def schema_keywords(stage: Stage) -> None:
    """A tool has an inputSchema that makes use of JSON Schema 2020-12."""
    stage.tools({**_tool("save", WEATHER, {"temperature": 1}), "inputSchema": RICH})
    stage.wish("list", what="tools")


@scenario(
    "schema-dialects",
    "tools-dialect-2020-12",
    "tools-dialect-unsupported-error",
    since=Revision.R2025_11_25,
)
def schema_dialects(stage: Stage) -> None:
    """An outputSchema forbids something by a keyword of 2020-12, another is in no known dialect."""
    strange: JsonObject = {"$schema": "https://example.com/no-dialect", **WEATHER}
    _used(
        stage,
        GOOD,
        BAD,
        _tool("delivery", DELIVERY, {"card": "1", "address": "here"}),
        _tool("broken-delivery", DELIVERY, {"card": "1"}),
        _tool("strange", WEATHER, {"temperature": 21.5}),
    )
    _listed_with(stage, lambda: {"strange": {"outputSchema": strange}})


@scenario(
    "schema-references",
    "schema-no-network-ref",
    "schema-unresolved-ref-rejected",
    since=Revision.R2026_07_28,
)
def schema_references(stage: Stage) -> None:
    """Schemas of tools refer to other hosts: one that watches, and one that cannot exist."""
    stage.canary("schema")
    nowhere = "https://schemas.invalid/temperature"
    temperature: JsonObject = {"temperature": 21.5}
    _used(
        stage,
        GOOD,
        BAD,
        _tool("watched-input", WEATHER, temperature),
        _tool("watched-output", WEATHER, temperature),
        _tool("nowhere", WEATHER, temperature),
    )

    def referring() -> dict[str, JsonObject]:
        watched = f"{stage.canary_url}/schema/"
        return {
            "watched-input": {"inputSchema": _refers(f"{watched}input")},
            "watched-output": {"outputSchema": _refers(f"{watched}output")},
            "nowhere": {"outputSchema": _refers(nowhere)},
        }

    _listed_with(stage, referring)


def _listed_with(stage: Stage, changes: Callable[[], Mapping[str, JsonObject]]) -> None:
    """Let tools be listed with schemas that the mock itself could not use."""

    def listed(request: JsonObject, reply: JsonObject) -> Json:
        result = as_object(reply.get("result"))
        if request.get("method") != "tools/list" or not result:
            return reply
        tools = map(as_object, as_list(result.get("tools")))
        told: list[Json] = [{**tool, **changes().get(str(tool.get("name")), {})} for tool in tools]
        return {**reply, "result": {**result, "tools": told}}

    stage.reply(listed)


def _refers(uri: str) -> JsonObject:
    return {"type": "object", "properties": {"temperature": {"$ref": uri}}}
