"""Where it can be read how much a server uses."""

from collections.abc import Mapping
from typing import Final, Protocol

ONLY_METRICS: Final = "only metrics would tell of them (--metrics URL)"
"""Why nothing is known of sessions where a server is looked at from outside."""


class UnwatchableError(Exception):
    """It cannot be read what the server uses; the message is the reason, without a full stop."""


class GoneError(Exception):
    """What was watched has ended; the message says how."""


class Resources(Protocol):
    """What a server uses, as it can be read again and again."""

    @property
    def about(self) -> str:
        """What is looked at, such as `process 4711 (python)`."""
        ...

    @property
    def untested(self) -> Mapping[str, str]:
        """The reasons why resources stay unknown, by resource."""
        ...

    @property
    def lazy(self) -> bool:
        """Whether garbage may lie there until a heap is full, so that memory rises meanwhile."""
        ...

    async def read(self) -> Mapping[str, float]:
        """Return the values of this moment by resource; empty where none came in time.

        Raises:
            GoneError: there is nothing left to look at.
        """
        ...
