"""Faults with their times, as users write them: `latency:ms=200@10+5`."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Final

from mcp_proof.errors import UsageError
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_load.profiles.profile import Profile
from mcp_proof_mocks.fault_text import FaultTextError
from mcp_proof_mocks.stream.choice import ChosenFault, chosen_fault
from mcp_proof_mocks.stream.stream_fault import stream_faults

QUIET: Final = 4.0
"""Seconds without faults that must be before and after each, to compare it with."""
EXPECTED: Final = (
    "expected FAULT@START+SECONDS, such as latency:ms=200@10+5: from the 10th second after the "
    "warm-up for 5 seconds"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledFault:
    """A fault, and when it acts."""

    text: str
    """The fault as it was written, without its time."""
    start: float
    """Seconds since the warm-up ended."""
    seconds: float

    @property
    def end(self) -> float:
        """When it is over."""
        return self.start + self.seconds

    def __str__(self) -> str:
        return f"{self.text}@{self.start:g}+{self.seconds:g}"

    def chosen(self) -> ChosenFault:
        """Return the fault itself."""
        chosen = chosen_fault(self.text)
        assert chosen is not None, "it was read before"
        return chosen


def schedule(
    texts: Iterable[str], *, profile: Profile, duration: float, transport: TransportName
) -> tuple[ScheduledFault, ...]:
    """Return the faults in the order of their times.

    Args:
        texts: as the user wrote them.
        profile: which load there is.
        duration: seconds that it takes, warm-up not included.
        transport: how the server is reached.

    Raises:
        UsageError: one is written wrongly, cannot show here, or leaves nothing to compare it with.
    """
    faults = sorted((scheduled_fault(text) for text in texts), key=lambda fault: fault.start)
    if faults and transport == "stdio":
        raise UsageError(
            "--chaos stands in front of a port, and a command has none. To try it with faults, let "
            "`mcp-proof mock --fault … -- COMMAND` be the command that is loaded"
        )
    if faults and not profile.level:
        raise UsageError(
            f"--chaos compares the time after a fault with that before, and the load of "
            f"{profile.name} changes by itself. Choose a profile that does not, such as steady"
        )
    quiet_since = 0.0
    for fault in faults:
        _check_transport(fault, transport)
        if fault.start < quiet_since + QUIET:
            raise UsageError(
                f"--chaos {fault}: before it there must be {QUIET:g} s without a fault after the "
                f"warm-up; the earliest start here is {quiet_since + QUIET:g}"
            )
        quiet_since = fault.end
    if faults and quiet_since + QUIET > duration:
        raise UsageError(
            f"--chaos {faults[-1]}: after it there must be {QUIET:g} s to recover in, and the run "
            f"ends at {duration:g}. Give --duration {quiet_since + QUIET:g} or more"
        )
    return tuple(faults)


def scheduled_fault(text: str) -> ScheduledFault:
    """Read one fault and its time.

    Raises:
        UsageError: it is written wrongly, or there is no such fault of bytes.
    """
    fault, at, time = text.rpartition("@")
    start, plus, seconds = time.partition("+")
    if not (fault and at and plus):
        raise UsageError(f"--chaos {text!r}: {EXPECTED}")
    _check_fault(text, fault)
    return ScheduledFault(
        text=fault, start=_number(text, start, least=0), seconds=_number(text, seconds, least=0.1)
    )


def _number(text: str, written: str, *, least: float) -> float:
    try:
        number = float(written)
    except ValueError:
        number = -1.0
    if not isfinite(number) or number < least:
        what = f"{written!r} is no number of seconds from {least:g}"
        raise UsageError(f"--chaos {text!r}: {what}; {EXPECTED}")
    return number


def _check_fault(text: str, fault: str) -> None:
    try:
        known = chosen_fault(fault)
    except FaultTextError as error:
        raise UsageError(f"--chaos {text!r}: {error}") from error
    if known is None:
        name, names = fault.partition(":")[0], [kind.name for kind in stream_faults]
        raise UsageError(
            f"--chaos {text!r}: in front of a server only what disturbs its bytes can be chosen: "
            f"{', '.join(names)}.{did_you_mean(name, names)}"
        )


def _check_transport(fault: ScheduledFault, transport: TransportName) -> None:
    chosen = fault.chosen()
    only, name = chosen.kind.transport, chosen.kind.name
    if only == "stdio" or (name in OF_EVENT_STREAMS and transport != "http"):
        raise UsageError(f"--chaos {fault}: {name} shows over {only} only, and this is {transport}")
    if chosen.by_message and transport != "http":
        raise UsageError(
            f"--chaos {fault}: method, tool and call are found in http only, not in {transport}"
        )


OF_EVENT_STREAMS: Final = ("cut-mid-event", "stalled-stream")
"""Faults that wait for server-sent events."""
