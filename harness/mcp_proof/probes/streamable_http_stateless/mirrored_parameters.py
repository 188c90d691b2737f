"""Stimuli about arguments that headers mirror: right calls, each with one thing changed."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.example import example_of
from mcp_proof.probe import probe
from mcp_proof.sessions.session import Session
from mcp_proof_contracts.headers import (
    FIELD_NAME,
    HeaderParameter,
    header_parameters,
    header_text,
    value_at,
)
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import as_object

OTHER: Final = "mcp-proof-other"
MAX_TOOLS: Final = 4
"""Annotated tools that are called; of each, its first parameter of either kind is varied."""
KINDS: Final = (str, int)


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A call with an argument that a header mirrors."""

    tool: str
    schema: JsonObject
    arguments: JsonObject
    parameter: HeaderParameter

    @property
    def text(self) -> str:
        """What the header says, unencoded."""
        return header_text(value_at(self.arguments, self.parameter.path)) or ""

    @property
    def is_integer(self) -> bool:
        """Whether the argument is a number."""
        return isinstance(value_at(self.arguments, self.parameter.path), int)


@probe("parameter-headers", since=Revision.R2026_07_28, transport="http")
async def parameter_headers(driver: Driver) -> None:
    """Calls of annotated tools, with headers that are wrong, missing or written otherwise."""
    session = await driver.session()
    for tool, calls in list(_mirrored(driver).items())[:MAX_TOOLS]:
        await _send(session, calls[0], "right", {})
        for call in calls:
            for case, value in _varied(call).items():
                await _send(session, call, case, {call.parameter.header: value})
            for case, arguments in _without(call).items():
                params: JsonObject = {"name": tool, "arguments": arguments}
                await session.request("tools/call", params, case=case)


def _mirrored(driver: Driver) -> dict[str, list[Mirrored]]:
    """What may be called with annotated arguments, by tool."""
    found: dict[str, list[Mirrored]] = {}
    for name, example in driver.callable_tools():
        schema = as_object(driver.tools[name].get("inputSchema"))
        if not _can_be_sent(schema):
            continue  # clients do not call such a tool
        arguments = _filled(schema, example)
        kinds: dict[type, Mirrored] = {}
        for parameter in header_parameters(schema):
            value = value_at(arguments, parameter.path)
            if type(value) in KINDS:
                kinds.setdefault(type(value), Mirrored(name, schema, arguments, parameter))
        if kinds:
            found[name] = list(kinds.values())
    return found


def _can_be_sent(schema: JsonObject) -> bool:
    """Whether the annotations name headers, and each another one."""
    names = [parameter.name.lower() for parameter in header_parameters(schema)]
    return len(names) == len(set(names)) and all(map(FIELD_NAME.fullmatch, names))


def _filled(schema: JsonObject, example: JsonObject) -> JsonObject:
    """The arguments of an example, and those that are annotated as far as the schema takes them."""
    arguments = example
    for parameter in header_parameters(schema):
        name, *deeper = parameter.path
        if deeper or value_at(arguments, parameter.path) is not None:
            continue
        value = example_of(as_object(as_object(schema.get("properties")).get(name)))
        more: JsonObject = {**arguments, name: value}
        if value is not None and not instance_problems(schema, more):
            arguments = more
    return arguments


def _varied(call: Mirrored) -> dict[str, str | None]:
    """The header's values by case; `None` leaves it out."""
    right = call.text
    if call.is_integer:
        return {"numeric": f"{right}.0", "other": str(int(right) + 1)}
    varied: dict[str, str | None] = {
        "missing": None,
        "other": OTHER,
        "encoded-other": _sentinel(_encoded(OTHER)),
        "no-base64": _sentinel("not*base64"),
    }
    if right:
        base = _encoded(right)
        varied["encoded"] = _sentinel(base)
        varied["stray-character"] = _sentinel(f"{base[:1]}*{base[1:]}")
    return varied


def _without(call: Mirrored) -> Mapping[str, JsonObject]:
    """The arguments without the annotated one, and with null for it, where that is valid."""
    name, *deeper = call.parameter.path
    if deeper:
        return {}
    absent: JsonObject = {n: value for n, value in call.arguments.items() if n != name}
    null: dict[str, Json] = {**call.arguments, name: None}
    cases: dict[str, JsonObject] = {"absent": absent, "null": null}
    return {case: a for case, a in cases.items() if not instance_problems(call.schema, a)}


async def _send(
    session: Session, call: Mirrored, case: str, headers: Mapping[str, str | None]
) -> None:
    params: JsonObject = {"name": call.tool, "arguments": call.arguments}
    await session.request("tools/call", params, case=case, headers=headers)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _sentinel(text: str) -> str:
    return f"=?base64?{text}?="
