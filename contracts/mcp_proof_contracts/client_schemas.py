"""Basic, JSON Schema Usage: what clients do with the schemas of the tools that they call."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.client_tools import Listing, listings
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.hosts import is_local
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested
from mcp_proof_contracts.schema_dialects import (
    DRAFT_07,
    SAYS_WHY,
    is_at_nobodys_host,
    is_surely_no_dialect,
    newer_alone_refuses,
)
from mcp_proof_contracts.structured_results import (
    Structured,
    network_references,
    never_called,
    structured,
    validates,
)
from mcp_proof_contracts.transcript import Event, EventKind
from mcp_proof_contracts.wire import as_object

BLIND: Final = "the client was not seen to validate structured content"
NONE: Final = "the client used no tool with such a schema, or did not tell what came of it"
SCHEMAS: Final = ("inputSchema", "outputSchema")


def newer_keywords_validated(read: Reading) -> Observations:
    """Judge that structured content is validated by the keywords of 2020-12."""
    works = {_text(each.schema) for each in structured(read) if each.told.ok}
    for each in structured(read):
        if not newer_alone_refuses(each.schema, each.value):
            continue
        if not validates(read):
            yield Untested(BLIND)
        elif each.is_handed_on:
            yield each.finding(
                f"{each.tool} gave what a keyword of 2020-12 in its outputSchema forbids, and"
                " nobody minded",
                "an error",
            )
        elif not each.told.ok and _works(each, works):
            yield Kept(each.told.event)
        else:
            yield Untested("the client fails with good content of such a tool too")
    yield Untested(NONE)


def unknown_dialects_refused(read: Reading) -> Observations:
    """Judge that content under an outputSchema in a dialect that is none leads to an error."""
    for each in structured(read):
        if "$schema" not in each.schema or not is_surely_no_dialect(each.schema["$schema"]):
            continue
        if not validates(read):
            yield Untested(BLIND)
        elif each.is_handed_on:
            yield each.finding(
                f"{each.tool} has an outputSchema in a dialect that nobody knows, and nobody"
                " minded",
                "an error that says that the dialect is not supported",
            )
        elif SAYS_WHY.search(each.told.error):
            yield Kept(each.told.event)
        else:
            yield Untested("the client's error does not speak of the schema")
    for schema, error in never_called(read):
        if is_surely_no_dialect(schema.get("$schema", DRAFT_07)) and validates(read):
            yield Kept(error.event)
    yield Untested(NONE)


def references_left_alone(read: Reading) -> Observations:
    """Judge that what a `$ref` of a tool points to in the network is not fetched."""
    used = [exchange.sent.message.params.get("name") for exchange in _calls(read)]
    used += [error.asked.get("tool") for _, error in never_called(read)]
    for name, listing, uri in _references(read):
        fetched = _fetches(read, uri)
        if fetched:
            yield Finding(
                message=f"the client fetched what a `$ref` of the tool {name!r} points to",
                expected="no request for a `$ref`",
                actual=f"{fetched[0].data.get('method')} {fetched[0].data.get('path')}",
                events=(listing.event, *fetched[:3]),
            )
        elif not validates(read):
            yield Untested(BLIND)
        elif name in used and ended_by_itself(read):
            yield Kept(listing.event)
    yield Untested(NONE)


def unresolved_references_refused(read: Reading) -> Observations:
    """Judge that content under an outputSchema that cannot be resolved leads to an error."""
    for each in structured(read):
        if not any(is_at_nobodys_host(uri) for uri in network_references(each.schema)):
            continue
        if not validates(read):
            yield Untested(BLIND)
        elif each.is_handed_on:
            yield each.finding(
                f"{each.tool} has an outputSchema with an external `$ref` that nobody has"
                " resolved, and nobody minded",
                "an error",
            )
        elif not each.told.ok:
            yield Kept(each.told.event)
    for schema, error in never_called(read):
        if any(map(is_at_nobodys_host, network_references(schema))) and validates(read):
            yield Kept(error.event)
    yield Untested(NONE)


def _works(each: Structured, works: set[str]) -> bool:
    """Whether the client was told of good content under the same schema."""
    return _text(each.schema) in works


def _text(schema: Json) -> str:
    return repr(schema)


def _calls(read: Reading) -> Iterator[Exchange]:
    return read.counterpart.results("tools/call")


def _references(read: Reading) -> Iterator[tuple[str, Listing, str]]:
    """Yield the references to URLs of ours, each with its tool."""
    for name, known in listings(read).items():
        for schema in SCHEMAS:
            for uri in network_references(known[-1].tool.get(schema)):
                if is_local(uri):
                    yield name, known[-1], uri


def _fetches(read: Reading, uri: str) -> list[Event]:
    """Return the requests for a URL of ours."""
    wanted = urlsplit(uri)
    return [
        event
        for event in read.events(EventKind.HTTP_REQUEST)
        if event.fetched_for("")
        and str(event.data.get("path")).partition("?")[0] == wanted.path
        and as_object(event.data.get("headers")).get("host") == wanted.netloc
    ]
