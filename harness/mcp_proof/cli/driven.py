"""A run over one server on the command line: its events as they come, and what is to blame."""

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Protocol, TypeVar

from mcp_proof.driven_run import DrivenRun
from mcp_proof.errors import PeerError, UsageError
from mcp_proof_contracts.excerpt import printable_lines

Event = TypeVar("Event")


async def drive(
    run: DrivenRun[Any],
    events: AsyncIterator[Event],
    *takers: Callable[[Event], None],
    of_several: str = "",
) -> None:
    """Give each event to all who take it, and note it when the server is lost.

    Args:
        run: what is made.
        events: what happens in it.
        takers: what counts the events, and what shows them.
        of_several: the name of the server where there are others: a mistake about it ends its own
            run alone.

    Raises:
        UsageError: something was asked for that there is not, of the only server.
    """
    try:
        async for event in events:
            for take in takers:
                take(event)
    except PeerError as error:
        run.lost = run.mask(str(error))
    except UsageError as error:
        if not of_several:
            raise
        run.lost = run.mask(f"{of_several}: {error}")


class Blamed(Protocol):
    """A run, as far as it is told what is to blame in it."""

    @property
    def lost(self) -> str:
        """Why the peer was not driven to the end; empty when it was."""
        ...

    @property
    def faults(self) -> Sequence[str]:
        """What went wrong in mcp-proof itself."""
        ...


def complain(run: Blamed, hint: str = "") -> None:
    """Say what is to blame besides what was found; the hint says what to do about a lost peer."""
    if run.lost:
        sys.stderr.write(f"mcp-proof: {printable_lines(run.lost)}\n{hint}")
    for fault in run.faults:
        sys.stderr.write(f"{fault}mcp-proof: this is a fault of mcp-proof itself.\n")
