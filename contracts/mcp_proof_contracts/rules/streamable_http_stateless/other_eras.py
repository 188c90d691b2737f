"""Which earlier revisions a server serves beside 2026-07-28: what it may do depends on it."""

from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era, Revision, published
from mcp_proof_contracts.wire import as_list, as_object

PROBE: Final = "earlier-revisions"


def legacy_revisions(read: Reading) -> frozenset[Revision] | None:
    """The stateful revisions the server agreed to or names; `None` when that was not seen.

    A server that refuses `initialize` and names none of them serves 2026-07-28 only.
    """
    named = [
        version
        for exchange in read.results("server/discover")
        for version in as_list(exchange.result.get("supportedVersions"))
    ]
    asked = False
    for exchange in read.stimuli(PROBE, "initialize"):
        if exchange.status is None or exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            continue
        asked = True
        if exchange.reply is not None:
            message = exchange.reply.message
            named.append(message.result.get("protocolVersion"))
            named += as_list(as_object(message.error.get("data")).get("supported"))
    found = frozenset(r for r in map(published, named) if r and r.era is Era.STATEFUL)
    return found if found or asked else None
