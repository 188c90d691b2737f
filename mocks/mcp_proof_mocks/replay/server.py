"""The mock that plays a cassette: reached like any other, over every transport."""

from typing import Final

from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import LATEST, REVISIONS, STATEFUL, Revision
from mcp_proof_mocks.journal.journal import Journal
from mcp_proof_mocks.replay.cassette import Cassette
from mcp_proof_mocks.replay.opening import Opening
from mcp_proof_mocks.replay.pace import AT_ONCE, Pace
from mcp_proof_mocks.replay.playback import Playback
from mcp_proof_mocks.replay.player import Connect, Player
from mcp_proof_mocks.replay.tape import Order
from mcp_proof_mocks.server import MockServer

NOBODY: Final = {"name": "replay", "version": "0"}


def played(  # noqa: PLR0913  # all by keyword but the first
    cassette: Cassette,
    *,
    order: Order = Order.FREE,
    pace: Pace = AT_ONCE,
    opening: Opening | None = None,
    live: Connect | None = None,
    trusted: bool = True,
    strict: bool = False,
    journal: Journal | None = None,
) -> MockServer:
    """Return the server.

    Args:
        cassette: what is played.
        order: in which order requests are answered.
        pace: how long is waited, compared with the recording.
        opening: how the server introduces itself, when that is not in the cassette.
        live: connects a real server, which answers what the cassette does not.
        trusted: whether the cassette answers anything, or `live` everything.
        strict: whether `verify` fails on requests that nothing answers.
        journal: where what crosses the wire is kept, when that is not to be the usual one.
    """
    if cassette.header.dialect is not Dialect.MCP:
        contract = Contract(info=NOBODY, dialect=cassette.header.dialect)
        server = MockServer(contract, strict=strict, journal=journal)
        server.playback = Playback(cassette, order, pace, server.journal.mask)
        return server
    opening = opening or Opening.of(cassette)
    contract = Contract(info=opening.info, revisions=_revisions(opening.revision))
    server = MockServer(contract, strict=strict, journal=journal)
    server.playback = Playback(cassette, order, pace, server.journal.mask)
    server.player = Player(server, server.playback, opening, live=live, trusted=trusted)
    return server


def _revisions(latest: Revision) -> tuple[Revision, ...]:
    """Return the revisions at which a recorded server is played: up to its own, and stateless."""
    if latest is LATEST:
        return REVISIONS
    return (*(each for each in STATEFUL if each <= latest), LATEST)
