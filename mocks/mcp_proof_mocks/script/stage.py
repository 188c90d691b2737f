"""What a script needs of the server whose answers it gives."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol

from mcp_proof_mocks.script.latency import Draw
from mcp_proof_mocks.signer import Signer


class Stage(Protocol):
    """A server, as far as scripts go by it and act on it."""

    state: str
    random: Random
    clock: Callable[[], float]
    latency: Draw | None
    signer: Signer

    def keeps(self, duty: str) -> bool:
        """Whether the mock does what the rule `duty` demands."""
        ...

    def unexpected(self, what: str) -> None:
        """Note what the contract does not foresee."""
        ...

    def announce(self, changed: str) -> None:
        """Tell clients that a list has changed."""
        ...

    def offer(self, names: Sequence[str], *, offered: bool, kind: str = "tools") -> None:
        """List tools, or prompts, or no longer, and announce it."""
        ...

    def update(self, uri: str) -> None:
        """Tell subscribers that a resource has changed."""
        ...
