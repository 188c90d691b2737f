"""A scenario's wishes, done one after the other; what the user gets is told for each."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib import import_module
from typing import Final, Protocol, TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.client.failure import FailureError
from mcp_proof_mocks.client.mock_client import MockClient

Performer: TypeAlias = Callable[[MockClient, JsonObject], Awaitable[Json]]
"""Does what a wish says; returns what the user gets, or raises `FailureError`."""
Tell: TypeAlias = Callable[[Mapping[str, object]], None]
AREAS: Final = "mcp_proof_mocks.client.performing"


class Reached(Protocol):
    """How a judge lets a client get to the mock."""

    @property
    def url(self) -> str:
        """The mock over HTTP; empty over stdio."""
        ...

    @property
    def server(self) -> Sequence[str]:
        """The command that a client over stdio starts."""
        ...

    @property
    def asked(self) -> JsonObject:
        """What the client is asked to do."""
        ...


_PERFORMERS: Final[dict[str, Performer]] = {}


def performs(do: str) -> Callable[[Performer], Performer]:
    """Register the decorated coroutine function as what does a kind of wish."""

    def register(performer: Performer) -> Performer:
        _PERFORMERS[do] = performer
        return performer

    return register


def performer_of(do: str) -> Performer:
    """Return what does a kind of wish.

    Raises:
        KeyError: there is no such kind.
    """
    import_module(AREAS)
    return _PERFORMERS[do]


async def perform(client: MockClient, wishes: Sequence[Json], tell: Tell) -> None:
    """Open the client, do what is wished, and close it."""
    try:
        try:
            await client.open()
        except FailureError as failure:
            if wishes:
                tell({"wish": 0, "ok": False, "error": str(failure)})
            return
        for number, wish in enumerate(map(as_object, wishes)):
            try:
                value = await performer_of(str(wish["do"]))(client, wish)
                tell({"wish": number, "ok": True, "value": value})
            except FailureError as failure:
                tell({"wish": number, "ok": False, "error": str(failure)})
    finally:
        await client.close()


def mock_client_with(faults: Sequence[str] = ()) -> Callable[[Reached, Tell], Awaitable[None]]:
    """Return the mock client as a coroutine function that a judge can run."""

    async def mock_client(approach: Reached, tell: Tell) -> None:
        client = MockClient(
            approach.asked, url=approach.url, command=approach.server, faults=faults
        )
        await perform(client, as_list(approach.asked.get("wishes")), tell)

    return mock_client
