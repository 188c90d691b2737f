"""The faults of one server: which are on, and what they do to what it says."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.fault import Fault, ReplyEdit
from mcp_proof_mocks.fault_selection import Selection
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse
from mcp_proof_mocks.message_fault import Answering, Waits

Replies: TypeAlias = Callable[[Answering], Awaitable[list[Json]]]
"""Takes a reply on its way out and returns what is sent instead."""


class FixedFaultError(ValueError):
    """A fault was to be added or removed that is decided when the contract is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveFault:
    """A fault that was chosen: what it does, and for which requests."""

    text: str
    """How it was chosen: `NAME[:key=value,…]`."""
    fault: Fault
    replies: Replies | None = None
    selection: Selection = field(default_factory=Selection)

    @property
    def fixed(self) -> bool:
        """Whether it is settled at the start, as the contract is, which is read once."""
        return self.fault.contract is not None or self.fault.at_start


class ActiveFaults:
    """Faults by number, in the order in which they act; they come and go while the server runs."""

    def __init__(self, chosen: Iterable[ActiveFault] = ()) -> None:
        self.waits = Waits()
        self._numbers = count(1)
        self._active = {next(self._numbers): fault for fault in chosen}
        self._settle()

    def __len__(self) -> int:
        return len(self._active)

    def __iter__(self) -> Iterator[ActiveFault]:
        return iter(self._active.values())

    @property
    def numbered(self) -> list[tuple[int, ActiveFault]]:
        """The faults with the numbers by which they are removed."""
        return list(self._active.items())

    def add(self, fault: ActiveFault) -> int:
        """Turn a fault on; return its number.

        Raises:
            FixedFaultError: it would have to be there before the contract is read.
        """
        if fault.fixed:
            raise FixedFaultError(
                f"{fault.fault.name} is settled once: choose it at the start, with --fault or in "
                "the contract file's `faults`"
            )
        number = next(self._numbers)
        self._active = {**self._active, number: fault}
        self._settle()
        return number

    def remove(self, number: int) -> None:
        """Turn a fault off.

        Raises:
            KeyError: no active fault has this number.
            FixedFaultError: it was settled at the start, and stays so.
        """
        fault = self._active[number]
        if fault.fixed:
            raise FixedFaultError(f"{fault.fault.name} was settled at the start, and stays so")
        self._active = {n: f for n, f in self._active.items() if n != number}
        self._settle()

    def clear(self) -> None:
        """Turn every fault off that can be; those that have changed the contract stay."""
        self._active = {n: f for n, f in self._active.items() if f.fixed}
        self._settle()

    def _settle(self) -> None:
        """Look up once what would otherwise be looked for at every message."""
        active = self._active.values()
        self.suspended = frozenset(name for each in active for name in each.fault.suspends)
        self._replies = tuple(
            (each.selection, each.replies) for each in active if each.replies is not None
        )
        self._http = tuple(each.fault.http for each in active if each.fault.http is not None)
        self._output = tuple(each.fault.output for each in active if each.fault.output is not None)

    async def replies(self, request: JsonObject, reply: JsonObject) -> list[Json]:
        """Return what is sent for a reply, when its time has come."""
        sent: list[Json] = [reply]
        for selection, act in self._replies:
            if selection.chooses(request):
                sent = [new for item in sent for new in await self._acted(act, request, item)]
        self.waits.passed()
        return sent

    async def _acted(self, act: Replies, request: JsonObject, item: Json) -> list[Json]:
        if not isinstance(item, Mapping) or "method" in item:
            return [item]  # what another fault sends beside the reply
        return await act(Answering(request, item, self.waits))

    def responded(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Return an HTTP response after the faults had their say."""
        for edit in self._http:
            response = edit(request, response)
        return response

    def written(self, data: bytes) -> bytes:
        """Return the bytes of one framed message, after the faults had their say."""
        for edit in self._output:
            data = edit(data)
        return data

    def hang_up(self) -> None:
        """The client has gone: no reply waits any longer."""
        self.waits.hang_up()


def edited(edit: ReplyEdit) -> Replies:
    """Return what a rule-named fault does to replies in the form of a message fault."""

    async def replies(answering: Answering) -> list[Json]:
        said = edit(answering.request, answering.reply)
        return said if isinstance(said, list) else [said]

    return replies
