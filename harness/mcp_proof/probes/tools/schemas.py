"""Stimuli about JSON Schemas: those that tools have, and those that tools are given."""

import itertools
from collections.abc import Iterator
from typing import Final

from mcp_proof.canary import canary
from mcp_proof.driver import Driver
from mcp_proof.example import example_of
from mcp_proof.probe import probe
from mcp_proof.schema_arguments import costly, referring, schema_in, with_schema
from mcp_proof.tool_server import listed_tool
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.schema_dialects import is_surely_no_dialect, newer_alone_refuses
from mcp_proof_contracts.wire import as_object

MAX_TOOLS: Final = 3
MAX_CHANGES: Final = 200
"""Ways to change good arguments that are tried by the schema alone."""
NOBODY: Final = "https://mcp-proof.invalid"
STRANGER: Final = "mcp-proof unexpected"
"""A property that no schema names."""
OTHERS: Final[tuple[Json, ...]] = ("mcp-proof", -4711, None, {"mcp-proof": True})
"""Values of different types, to put in the place of a good one."""
PATIENCE: Final = 4.0
"""Seconds for an answer about a costly schema."""
RECOVERIES: Final = 3
"""How often a server that is busy with it is waited for."""


@probe("dialect", since=Revision.R2025_11_25)
async def dialect(driver: Driver) -> None:
    """Calls of read-only tools whose schemas only 2020-12 reads aright, or no dialect at all."""
    session = await driver.session()
    unknown = list(_unknown_dialects(driver))[:MAX_TOOLS]
    for name, arguments in unknown:
        params: JsonObject = {"name": name, "arguments": arguments}
        await session.request("tools/call", params, case="unknown")
    broken = ((name, good, _broken(driver, name, good)) for name, good in driver.callable_tools())
    found = ((name, good, bad) for name, good, bad in broken if bad)
    for name, good, bad in itertools.islice(found, MAX_TOOLS):
        await session.call("tools/call", {"name": name, "arguments": good}, case="good")
        for arguments in bad:
            params = {"name": name, "arguments": arguments}
            await session.request("tools/call", params, case="2020-12")


def _unknown_dialects(driver: Driver) -> Iterator[tuple[str, JsonObject]]:
    """The read-only tools in no dialect, with arguments that seem right."""
    for name, tool in driver.tools.items():
        schema = as_object(tool.get("inputSchema"))
        named = schema.get("$schema")
        if (
            "$schema" in schema
            and is_surely_no_dialect(named)
            and driver.may_call(listed_tool(tool))
        ):
            example = example_of({n: v for n, v in schema.items() if n != "$schema"})
            yield name, as_object(example)


def _broken(driver: Driver, name: str, good: JsonObject) -> list[JsonObject]:
    """Good arguments, changed so that nothing but a keyword of 2020-12 forbids them."""
    schema = as_object(driver.tools[name].get("inputSchema"))
    tried = itertools.islice(_changed(schema, good), MAX_CHANGES)
    return [*itertools.islice((a for a in tried if newer_alone_refuses(schema, a)), 2)]


def _changed(schema: JsonObject, good: JsonObject) -> Iterator[JsonObject]:
    """Arguments with one value more, less or another, also after an optional one was added."""
    fuller = [good]
    for name, declared in as_object(schema.get("properties")).items():
        if name not in good and isinstance(declared, dict):
            example = example_of({"$defs": as_object(schema.get("$defs")), **declared})
            fuller.append({**good, name: example})
    for each in fuller:
        yield each
        yield {**each, STRANGER: True}
        for name, value in each.items():
            yield {n: v for n, v in each.items() if n != name}
            yield from ({**each, name: other} for other in _other_values(value))


def _other_values(value: Json) -> Iterator[Json]:
    """Values like one but for a part."""
    if isinstance(value, dict):
        yield {**value, STRANGER: True}
        yield from ({n: v for n, v in value.items() if n != name} for name in value)
        for name in value:
            yield from ({**value, name: other} for other in OTHERS)
    elif isinstance(value, list):
        yield from ([*value[:at], o, *value[at + 1 :]] for at in range(len(value)) for o in OTHERS)
        yield from ([*value, other] for other in OTHERS)


@probe("schema-argument", since=Revision.R2025_11_25)
async def schema_argument(driver: Driver) -> None:
    """A tool is given schemas: good ones, ill-formed ones, and such as lead out or cost much."""
    occasion = driver.occasion("schema_argument")
    if occasion is None:
        return
    arguments = as_object(occasion.params.get("arguments"))
    found = schema_in(arguments)
    if found is None:
        return
    argument, good = found
    async with driver.fresh() as session, canary(driver.recorder, case="network") as bird:
        cases: dict[str, JsonObject] = {
            "good": good,
            "ill-formed": {**good, "type": "mcp-proof: no type"},
            "dialect": {**good, "$schema": f"{NOBODY}/dialect"},
            "dangling": referring(good, "#/$defs/mcp-proof-nowhere"),
            "external": referring(good, f"{NOBODY}/schema.json"),
            "network": referring(good, bird.url),
        }
        for case, schema in cases.items():
            given = with_schema(arguments, argument, schema)
            await session.call(occasion.method, {**occasion.params, "arguments": given}, case=case)
        given = with_schema(arguments, argument, costly(good))
        params: JsonObject = {**occasion.params, "arguments": given}
        await session.request(occasion.method, params, case="costly", timeout=PATIENCE)
        for _ in range(RECOVERIES):
            if not session.connection.alive or await session.barrier():
                break
