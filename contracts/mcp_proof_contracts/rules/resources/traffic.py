"""Which messages the rules about resources look at."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.wire import as_list, as_object

LIST: Final = "resources/list"
TEMPLATES: Final = "resources/templates/list"
READ: Final = "resources/read"
UPDATED: Final = "notifications/resources/updated"
_SCHEME: Final = re.compile(r"([^:/?#{}]*):")


def resources(read: Reading) -> Sequence[tuple[Json, Exchange]]:
    """Every entry of every list of resources, with the answer that has it."""
    return read.derived(_resources)


def templates(read: Reading) -> Sequence[tuple[Json, Exchange]]:
    """Every entry of every list of resource templates, with the answer that has it."""
    return read.derived(_templates)


def contents(read: Reading) -> Sequence[tuple[JsonObject, Exchange]]:
    """Every object among the contents of every resource that was read."""
    return read.derived(_contents)


def complete_reads(read: Reading) -> Iterator[Exchange]:
    """The reads that were answered with the resource itself, and not with a question."""
    for exchange in read.results(READ):
        if exchange.result.get("resultType") in (None, "complete"):
            yield exchange


def scheme_of(uri: str) -> str | None:
    """Return what stands where the scheme of a URI belongs; `None` when nothing does.

    The scheme of a URI template may be a variable, and then it is none.
    """
    found = _SCHEME.match(uri)
    return found[1] if found is not None else None


def uri_asked(exchange: Exchange) -> str:
    """Return the URI that a request names; "" when it names none."""
    uri = exchange.sent.message.params.get("uri")
    return uri if isinstance(uri, str) else ""


def _resources(read: Reading) -> list[tuple[Json, Exchange]]:
    return _entries(read, LIST, "resources")


def _templates(read: Reading) -> list[tuple[Json, Exchange]]:
    return _entries(read, TEMPLATES, "resourceTemplates")


def _entries(read: Reading, method: str, member: str) -> list[tuple[Json, Exchange]]:
    return [
        (entry, exchange)
        for exchange in read.results(method)
        for entry in as_list(exchange.result.get(member))
    ]


def _contents(read: Reading) -> list[tuple[JsonObject, Exchange]]:
    return [
        (as_object(content), exchange)
        for exchange in complete_reads(read)
        for content in as_list(exchange.result.get("contents"))
    ]
