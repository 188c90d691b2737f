"""The exchanges of a server that is described by an OpenAPI document."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.kailash import INVALID_INPUT, KAILASH, UNAVAILABLE
from mcp_proof_contracts.exchange import Exchange, HttpExchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.jsonrpc import DOCUMENT, HEALTH
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.wire import as_object

OPENAPI: Final = (Dialect.OPENAPI_JSONRPC,)
NO_DOCUMENT: Final = "no document was served"
MAX_DEPTH: Final = 40
"""Levels of a document that are looked into."""


def asked_for(read: Reading) -> list[HttpExchange]:
    """Every request for the document."""
    return [e for e in read.http() if e.method == "GET" and e.path.endswith(DOCUMENT)]


def served(read: Reading) -> list[HttpExchange]:
    """Those that were answered with an object."""
    return [e for e in asked_for(read) if e.status == HTTPStatus.OK and document_in(e)]


def document_in(exchange: HttpExchange) -> JsonObject:
    """The document that an exchange brought; {} for none."""
    return as_object(exchange.response_json)


def document(read: Reading) -> JsonObject:
    """The document of this server, as it was served last; {} for none."""
    found = served(read)
    return document_in(found[-1]) if found else {}


def answered(read: Reading, method: str) -> Iterator[tuple[Exchange, JsonObject]]:
    """The requests of a method that were answered with a result, and that."""
    for exchange in read.exchanges(method):
        if exchange.served:
            yield exchange, exchange.result


def is_kailash(read: Reading) -> bool:
    """Whether the server shows that it is of the Kailash style.

    Its document has the codes of that style; or it fails with one, and its health lists `checks`.
    Other servers may use the same numbers in another sense.
    """
    schemas = as_object(document(read).get("components")).get("schemas")
    if _mentions(schemas, INVALID_INPUT) and _mentions(schemas, UNAVAILABLE):
        return True
    checks = (as_object(e.response_json) for e in read.http() if e.path.endswith(HEALTH))
    if not any(isinstance(health.get("checks"), dict) for health in checks):
        return False
    return any(exchange.error_code in KAILASH for exchange in read.exchanges())


def _mentions(value: Json, number: int, depth: int = 0) -> bool:
    if isinstance(value, dict | list) and depth < MAX_DEPTH:
        parts = value.values() if isinstance(value, dict) else value
        return any(_mentions(part, number, depth + 1) for part in parts)
    return value == number and isinstance(value, int)
