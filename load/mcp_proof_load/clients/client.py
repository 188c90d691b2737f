"""What every client offers to a user."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol, TypeAlias

from mcp_proof_contracts.json_value import JsonObject

Sent: TypeAlias = Callable[[], object]
"""Is told that a request is with the operating system; at once, so it must cost nearly nothing."""


def unsaid() -> None:
    """Tell nobody."""


class BrokenError(Exception):
    """A call has no whole answer: refused, reset, closed, or no answer in the bytes that came."""


class SilentError(Exception):
    """No answer within the time."""


@dataclass(slots=True)
class Answer:
    """What came back for a call."""

    body: bytes
    """The message that answers, as it was sent."""
    failure: str = ""
    """What the server said went wrong, in short; empty for a good answer."""
    others: tuple[bytes, ...] = ()
    """Further messages that claim to answer the same call."""
    came: float = 0.0
    """When it came, by `time.perf_counter`, where the client went on to the end of a stream then;
    0 where it came when the call returned."""


class Discovered(NamedTuple):
    """A part of what a server tells of its tools."""

    answer: Answer
    following: tuple[str, ...]
    """The parts that are still to be asked for."""


class Client(Protocol):
    """One client of the server, used by one user at a time unless it says otherwise."""

    discovery: ClassVar[str]
    """What asks which tools there are, such as `tools/list`; empty where nothing does."""

    def open(self) -> None:
        """Connect, and say what has to be said before the first call.

        Raises:
            BrokenError: the server refuses, or answers what cannot be understood.
            SilentError: it does not answer in time.
        """
        ...

    def call(self, name: str, arguments: JsonObject, number: int) -> Answer:
        """Call a tool and wait for the answer.

        Args:
            name: the tool's name.
            arguments: as the server gets them.
            number: identifies the call among all of the run; where there are ids, it is the id.

        Raises:
            BrokenError: there is no whole answer. The client is opened anew by its user.
            SilentError: there is none within the time. The client is opened anew by its user.
        """
        ...

    def discover(self, number: int, part: str = "") -> Discovered:
        """Ask which tools there are, where the dialect has that.

        Args:
            number: as in `call`.
            part: one of those that are still to be asked for; empty for the first.

        Raises:
            BrokenError: as in `call`.
            SilentError: likewise.
        """
        ...

    def when_sent(self, told: Sent) -> None:
        """Have this told of every request from now on, also of those that are no calls."""
        ...

    def close(self) -> None:
        """Close; what is under way is given up."""
        ...
