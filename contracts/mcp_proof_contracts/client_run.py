"""How a client under test was run: what it was asked to do, what its user was told, its end."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeGuard

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.transcript import Event, EventKind
from mcp_proof_contracts.wire import as_list, as_object

CLIENT: Final = "client"
"""The session that stands for the client's process."""
BY_ITSELF: Final = "exit"
NOTHING: Final[JsonObject] = {}


class Told(NamedTuple):
    """What the user of the client was told of one wish."""

    event: Event
    do: str
    ok: bool
    value: Json
    error: str
    wish: int = -1
    """Its number: wishes are done one after the other."""
    asked: JsonObject = NOTHING
    """The wish itself, where it is known."""
    waited: float = 0.0
    """Seconds that the client was to wait before it, after the wish before that."""

    @property
    def at(self) -> float:
        """When, by the clock of the transcript."""
        return self.event.at


def ending(read: Reading) -> Event | None:
    """Return the end of the client; `None` in traffic that nobody drove."""
    closed = (e for e in read.events(EventKind.CLOSE) if e.session == CLIENT)
    return next(closed, None)


def ended_by_itself(read: Reading) -> bool:
    """Whether the client came to its own end: only then did it leave out what it did not do."""
    closed = ending(read)
    return closed is not None and closed.data.get("how") == BY_ITSELF


def exit_code(read: Reading) -> Json:
    """Return the exit code of a client that came to its own end; `None` of any other."""
    closed = ending(read)
    return closed.data.get("exit_code") if closed is not None and ended_by_itself(read) else None


def wished(read: Reading) -> list[JsonObject]:
    """Return what the client was asked to do; nothing in traffic that nobody drove."""
    closed = ending(read)
    return (
        [] if closed is None else [as_object(each) for each in as_list(closed.data.get("wishes"))]
    )


def told(read: Reading, do: str = "") -> Iterator[Told]:
    """Yield what the client's user was told, of one kind of wish or of all."""
    wishes = wished(read)
    for event in read.events(EventKind.TOLD):
        data, number = event.data, event.data.get("wish")
        if do in ("", data.get("do")):
            yield Told(
                event=event,
                do=str(data.get("do", "")),
                ok=data.get("ok") is True,
                value=data.get("value"),
                error=str(data.get("error", "")),
                wish=number if type(number) is int else -1,
                asked=wishes[number] if _is_place(number, wishes) else NOTHING,
                waited=_waited(wishes[:number]) if _is_place(number, wishes) else 0.0,
            )


def told_after(read: Reading, event: Event) -> list[Told]:
    """Return what the client's user was told after an event."""
    return [outcome for outcome in told(read) if outcome.event.seq > event.seq]


def _is_place(number: Json, wishes: list[JsonObject]) -> TypeGuard[int]:
    return type(number) is int and 0 <= number < len(wishes)


def _waited(wishes: Sequence[JsonObject]) -> float:
    """Return how many seconds a client was to wait after these wishes, before the next one."""
    seconds = 0.0
    for wish in reversed(wishes):
        if wish.get("do") != "wait":
            break
        given = wish.get("seconds")
        seconds += given if isinstance(given, int | float) else 0.0
    return seconds


def scripted(read: Reading, who: str) -> Json:
    """Return what a scenario has the client's user ("elicitation"), model or roots say.

    `None` in traffic that nobody drove. Whether the client heeds it is another matter.
    """
    closed = ending(read)
    return as_object(closed.data.get("user")).get(who) if closed is not None else None


def watched(read: Reading) -> str:
    """Return where our canaries were, with no slash at the end; "" where there were none."""
    closed = ending(read)
    return str(closed.data.get("watched", "")) if closed is not None else ""
