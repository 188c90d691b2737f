"""Schemas among the arguments of a call: only a careless server does anything with them here."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.outgoing import NONE, NoAnswerError, sent
from mcp_proof_mocks.server import MockServer

MANY: Final = 10
"""Definitions from which on a careless server is overwhelmed."""


async def mind_schemas(server: MockServer, arguments: JsonObject) -> None:
    """Heed basic §JSON Schema Usage: nothing is fetched, and nothing costs more than its bounds."""
    careful = server.keeps("schema-no-network-ref") and server.keeps("schema-composition-bounds")
    for schema in () if careful else map(as_object, arguments.values()):
        if not server.keeps("schema-composition-bounds") and len(_definitions(schema)) > MANY:
            raise SystemExit("too deep")
        for url in () if server.keeps("schema-no-network-ref") else _references(schema):
            await _fetch(url)


def _definitions(schema: JsonObject) -> JsonObject:
    return as_object(schema.get("$defs"))


def _references(schema: Json) -> Iterator[str]:
    """The URLs of this machine that a schema refers to: more is no matter of a mock."""
    if isinstance(schema, dict):
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference.startswith("http://127.0.0.1:"):
            yield reference
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


async def _fetch(url: str) -> None:
    try:
        async with sent("GET", url, None, NONE):
            pass
    except NoAnswerError:
        return
