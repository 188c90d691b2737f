"""Stream faults as they are chosen: which one, and on what it acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from mcp_proof_contracts.wire import Message
from mcp_proof_mocks.fault_selection import Selection
from mcp_proof_mocks.fault_text import FaultTextError, at_least, filled, parameters, read_parameters
from mcp_proof_mocks.stream.stream_fault import (
    StreamFault,
    StreamFaultKind,
    stream_faults,
)
from mcp_proof_mocks.stream.switch import Switch

FOR_ANY_MESSAGE: Final = (None, None, Selection().call)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a stream fault acts; parameters that every one has beside its own."""

    direction: Literal["down", "up"] = "down"
    """`down` is what the server sends, `up` what the client sends."""
    connection: int | None = None
    """Only the n-th connection on which anything is said, counted from 1."""

    def __post_init__(self) -> None:
        """Refuse connections that never come."""
        if self.connection is not None:
            at_least(1, connection=self.connection)


@dataclass(slots=True, kw_only=True)
class ChosenFault:
    """A stream fault, where and when it acts, and whether it has acted yet."""

    kind: StreamFaultKind
    fault: StreamFault
    place: Place
    selection: Selection
    acted: bool = False
    """Whether any bytes were handed to it."""
    switch: Switch | None = None
    """Says when it may act; without one it always may."""

    @property
    def on(self) -> bool:
        """Whether it may act now."""
        return self.switch is None or self.switch.on

    @property
    def by_message(self) -> bool:
        """Whether it takes a message of the client to begin, each time anew."""
        chosen = self.selection
        return (chosen.method, chosen.tool, chosen.call) != FOR_ANY_MESSAGE

    def chance(self, connection: int) -> Random:
        """Return the chance of one connection, whatever happens on others meanwhile."""
        seed = f"{self.selection.seed}/{self.kind.name}/{connection}"
        return Random(seed)  # noqa: S311  # repeatable chance is what is wanted

    def begins_with(self, message: Message) -> bool:
        """Whether a message of the client begins it; each one is asked about once."""
        return bool(message.method) and self.selection.chooses(message.members)


def refuse_without_relay(chosen: Sequence[ChosenFault]) -> None:
    """Refuse what disturbs bytes where nothing would: silence reads as a client that bears it.

    Raises:
        FaultTextError: any stream fault was chosen.
    """
    if chosen:
        names = ", ".join(each.kind.name for each in chosen)
        raise FaultTextError(
            f"{names}: bytes are disturbed by a relay, which this form of the mock does not have; "
            "use `mcp-proof mock`, `serving` or `running`"
        )


SHARED: Final = [*parameters(Place), *parameters(Selection)]


def chosen_fault(text: str) -> ChosenFault | None:
    """Return the stream fault that `NAME[:key=value,…]` means; `None` when NAME is no such fault.

    Raises:
        FaultTextError: a parameter is wrong, or two contradict each other.
    """
    name, given = read_parameters(text)
    kind = stream_faults.get(name)
    return None if kind is None else chosen_of(kind, given)


def chosen_of(kind: StreamFaultKind, given: Mapping[str, str]) -> ChosenFault:
    """Return a stream fault with these parameters, which are its own or say where it acts.

    Raises:
        FaultTextError: a parameter is wrong, or two contradict each other.
    """
    name, known = kind.name, [*parameters(kind.fault), *SHARED]
    chosen = ChosenFault(
        kind=kind,
        fault=filled(kind.fault, name, given, others=known),
        place=filled(Place, name, given, others=known),
        selection=filled(Selection, name, given, others=known),
    )
    if chosen.by_message and chosen.place.direction == "up":
        raise FaultTextError(
            f"{name}: method, tool and call choose among what the server sends, direction=down"
        )
    return chosen
