"""What crossed the wire, beside the report of a test that failed."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof.reports.evidence import evidence_text
from mcp_proof.testing.client import Client
from mcp_proof_contracts.secret import Mask
from mcp_proof_contracts.transcript import Event, EventKind
from mcp_proof_mocks.server import MockServer

LAST: Final = 20
"""Events that are shown: a failure is explained by what came before it."""
SHOWN: Final = (EventKind.MESSAGE, EventKind.BODY, EventKind.STDERR, EventKind.SILENCE)


def traffic(funcargs: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield a title and the last events for each client and mock that a test was given."""
    for name, value in funcargs.items():
        if isinstance(value, Client):
            yield f"MCP traffic of {name}", _lines(value.transcript.events, value.transcript.mask)
        elif isinstance(value, MockServer) and name != "mcp_target":
            yield f"MCP traffic of {name}", _lines(list(value.journal.events()), value.journal.mask)


def _lines(events: list[Event], mask: Mask) -> str:
    shown = [event for event in events if event.kind in SHOWN]
    left_out = f"… {len(shown) - LAST} events before\n" if len(shown) > LAST else ""
    lines = (f"{event.sender.value:6} {mask(evidence_text(event))}" for event in shown[-LAST:])
    return left_out + "\n".join(lines)
