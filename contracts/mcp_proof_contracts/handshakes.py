"""The handshakes of clients, at whatever revision: what was offered, answered, and said then."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.negotiated import claimed
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import STATEFUL, Revision, published
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import Message, id_key

PROBE = "server/discover"
"""What a client of both eras asks before it knows the era of its server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """One `initialize`."""

    asked: Event
    answer: Event | None
    """The first response to it."""
    later: Sequence[Event]
    """The messages that the client sent in the same conversation after it."""

    @property
    def offered(self) -> Json:
        """The version that the client named."""
        return message_of(self.asked).params.get("protocolVersion")

    @property
    def version(self) -> Json:
        """The version in the result; `None` where there is none."""
        return (
            None if self.answer is None else message_of(self.answer).result.get("protocolVersion")
        )

    @property
    def agreed(self) -> Revision | None:
        """The revision of the session that it began."""
        revision = published(self.version)
        return revision if revision in STATEFUL else None


def message_of(event: Event) -> Message:
    """Return the message of an event that has one."""
    assert event.message is not None
    return event.message


def said_by_client(read: Reading) -> Sequence[Event]:
    """Return all messages of the client, at whatever revision, batches as they are."""
    return read.derived(_said_by_client)


def handshakes(read: Reading) -> Sequence[Handshake]:
    """Return the handshakes in a transcript."""
    return read.derived(_handshakes)


def claims_modern(message: Message) -> bool:
    """Whether a message says of itself that it is of the stateless era."""
    revision = claimed(message.params)
    return revision is not None and revision not in STATEFUL


def _said_by_client(read: Reading) -> list[Event]:
    return [
        event
        for event in read.events(EventKind.MESSAGE)
        if event.sender is Sender.CLIENT and event.message is not None
    ]


def _handshakes(read: Reading) -> list[Handshake]:
    said = _said_by_client(read)
    openings = [e for e in said if message_of(e).method == "initialize"]
    sessions = {event.session for event in openings}
    found: list[Handshake] = []
    for asked in openings:
        later = [e for e in said if e.session == asked.session and e.seq > asked.seq]
        if not later and read.transport == "http" and len(openings) == 1:
            # A server without session ids: what follows is of no session of its own.
            later = [
                e
                for e in said
                if e.seq > asked.seq
                and e.session not in sessions
                and not claims_modern(message_of(e))
            ]
        found.append(Handshake(asked=asked, answer=_answer(read, asked), later=later))
    return found


def _answer(read: Reading, asked: Event) -> Event | None:
    wanted = id_key(message_of(asked).id)
    for event in read.events(EventKind.MESSAGE):
        said = event.message
        if event.seq < asked.seq or said is None or event.sender is not Sender.SERVER:
            continue
        if event.session == asked.session and said.is_response and id_key(said.id) == wanted:
            return event
    return None
