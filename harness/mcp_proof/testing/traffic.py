"""What crossed the wire, beside the report of a test that failed."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof.reports.evidence import evidence_text
from mcp_proof.testing.cassettes import TestCassette
from mcp_proof.testing.client import Client
from mcp_proof.testing.mocks import MakeMock
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Event, EventKind

LAST: Final = 20
"""Events that are shown: a failure is explained by what came before it."""
SHOWN: Final = (EventKind.MESSAGE, EventKind.BODY, EventKind.STDERR, EventKind.SILENCE)


def traffic(funcargs: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield a title and the last events for the client and each mock that a test was given."""
    client, make = funcargs.get("mcp_client"), funcargs.get("make_mcp_mock")
    if isinstance(client, Client):
        yield "MCP traffic of mcp_client", _lines(client.transcript.events, client.transcript.mask)
    if isinstance(cassette := funcargs.get("mcp_cassette"), TestCassette):
        journal = cassette.server.journal
        yield f"MCP traffic of {cassette.file.name}", _lines(list(journal.events()), journal.mask)
    for url, mock in make.made.items() if isinstance(make, MakeMock) else ():
        known = "mcp_mock" if mock is funcargs.get("mcp_mock") else f"the mock at {url}"
        yield f"MCP traffic of {known}", _lines(list(mock.journal.events()), mock.journal.mask)


def _lines(events: list[Event], mask: Mask) -> str:
    shown = [event for event in events if event.kind in SHOWN]
    left_out = f"… {len(shown) - LAST} events before\n" if len(shown) > LAST else ""
    lines = (f"{event.sender.value:6} {mask(evidence_text(event))}" for event in shown[-LAST:])
    return left_out + "\n".join(lines)
