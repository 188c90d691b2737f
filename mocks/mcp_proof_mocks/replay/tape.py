"""Which of the recorded interactions answers a request: each in its turn, the last one for good."""

from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Final

from mcp_proof_contracts.opening import OPENINGS
from mcp_proof_mocks.replay.index import Index, as_numbers
from mcp_proof_mocks.replay.meaning import key

ANY_TIME: Final = (*OPENINGS, "ping", "logging/setLevel")
"""What clients send by their era and not by their user: it has no order."""


class Order(StrEnum):
    """In which order requests are answered."""

    FREE = "free"
    """Any; the same request gets its recorded answers in their order."""
    ORDERED = "ordered"
    """The recorded one."""


class OutOfOrderError(Exception):
    """Another request is expected first."""

    def __init__(self, expected: int | None) -> None:
        super().__init__("out of order")
        self.expected = expected
        """The interaction that is next, if there is one."""


class Tape:
    """One playing of a cassette."""

    def __init__(self, index: Index, order: Order = Order.FREE) -> None:
        self._index = index
        self._order = order
        self._next: dict[bytes, int] = {}
        """How many of the answers to a request were given."""
        self._position = 0
        self._any_time = {key([method, {}]) for method in ANY_TIME}

    def take(self, asked: bytes) -> int | None:
        """Return the interaction that answers a request, or `None`: it was never asked.

        Raises:
            OutOfOrderError: it was asked, but later or earlier.
        """
        if self._order is Order.ORDERED and asked not in self._any_time:
            return self._in_order(self._index.find(asked))
        if (usual := self.usual(asked)) is not None:
            return usual
        numbers = self._index.find(asked)
        at = self._next.get(asked, 0)
        while at < len(numbers) and not self.has_end(numbers[at]):
            at += 1
        if at < len(numbers):
            self._next[asked] = at + 1
            return numbers[at]
        # Over and over: the last one that was answered.
        return next((each for each in reversed(numbers) if self.has_end(each)), None)

    def usual(self, asked: bytes) -> int | None:
        """Return the interaction whose turn it is, in free order and if it was answered."""
        index = self._index
        found = index.known.get(asked)
        if found is None:
            return None
        if isinstance(found, int):
            return found if index.told[found] else None
        at = self._next.get(asked, 0)
        number = found[at] if at < len(found) else found[-1]
        if not index.told[number]:
            return None
        self._next[asked] = at + 1
        return number

    def has_end(self, number: int) -> bool:
        """Whether it is known what became of an interaction: it was answered, or given up."""
        return self._index.told[number] != 0 or number in self._index.cancelled

    def _in_order(self, numbers: list[int]) -> int | None:
        if not numbers:
            return None
        expected = self._expected()
        if expected is None or expected not in numbers:
            raise OutOfOrderError(expected)
        self._position = expected + 1
        return expected

    def _expected(self) -> int | None:
        ordered = range(self._position, len(self._index))
        return next((each for each in ordered if self._counts(each)), None)

    def _counts(self, number: int) -> bool:
        return self.has_end(number) and number not in self._unordered

    @cached_property
    def _unordered(self) -> set[int]:
        """What has no place in the order."""
        probed = map(as_numbers, self._index.probed.values())
        return {*chain(*map(self._index.find, self._any_time), *probed)}
