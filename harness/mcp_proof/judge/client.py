"""The client under test, however it is run."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.rule import TransportName

How: TypeAlias = Literal["exit", "terminated", "killed", "not-started"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """How a client gets to the mock, and what it is asked to do there."""

    url: str = ""
    """The mock over HTTP; empty over stdio."""
    server: Sequence[str] = ()
    """The command that a client over stdio starts as its server; empty over HTTP."""
    asked: JsonObject
    """The wishes, as `wishes.py` describes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a client ended."""

    how: How
    code: int | None = None
    """The exit code of its process."""
    why: str = ""
    """Why it was ended, or could not be started."""
    last_words: str = ""
    """The last lines that it printed on standard error."""
    outcomes: Sequence[Mapping[str, object]] = ()
    """What its user was told of the wishes."""
    at: float | None = None
    """When it ended, by the wall clock; what it has started was ended after that."""


class Client(Protocol):
    """A client that can be run, any number of times."""

    label: str
    """What it is called, without secrets."""
    arguments: str
    """What stands for it on a command line."""
    transport: TransportName

    async def run(self, approach: Approach, give_up: "asyncio.Future[str]") -> Ended:
        """Run it until it ends, or until somebody gives it up, with the reason.

        Nothing of it is left running.
        """
        ...
