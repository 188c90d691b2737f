"""The requests of a queue, on the list or as events, each with what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.queue import (
    COMPLETED,
    REQUESTED,
    REQUESTS,
    TOOLS,
    response_key,
    tools_in,
)
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import as_object

QUEUE: Final = (Dialect.QUEUE,)
NO_RESPONSE: Final = "nothing was answered"
CONTROL: Final = "control"
"""The case of the good request at the end of a probe, which shows that requests are still taken."""


@dataclass(slots=True)
class Requested:
    """One request, on the list or as an event, and what came of it."""

    sent: Event
    id: str
    responses: list[Event] = field(default_factory=list[Event])
    """What stood under its key, each read once; more than one is a fault."""
    completed: list[Event] = field(default_factory=list[Event])
    """The events that told of its end."""
    silence: Event | None = None
    clear: Event | None = None
    """Set when its key was looked at once more, after a later request, and held nothing."""

    @property
    def tool(self) -> str:
        """The tool that it names."""
        return str(as_object(self._value).get("tool"))

    @property
    def probe(self) -> str:
        """The probe that sent it; "" for ordinary traffic."""
        return self.sent.probe.partition("/")[0]

    @property
    def case(self) -> str:
        """The probe's case; "" when it has only one."""
        return self.sent.probe.partition("/")[2]

    @property
    def taken(self) -> bool:
        """Whether somebody took it from the list, whatever came of it."""
        silence = self.silence
        return bool(self.responses) or (silence is not None and silence.data.get("taken") is True)

    @property
    def receivers(self) -> int:
        """How many listened to it, where it is an event."""
        count = self.sent.data.get("receivers")
        return count if isinstance(count, int) else 0

    @property
    def answers(self) -> list[Event]:
        """What came of it, in the form in which it was asked for."""
        return self.completed if self.sent.channel == REQUESTED else self.responses

    @property
    def settled(self) -> bool:
        """Whether it was waited for to the end, and by no fault of mcp-proof in vain."""
        failed = self.silence is not None and self.silence.data.get("own_fault") is True
        return not failed and (bool(self.answers) or self.silence is not None)

    @property
    def evidence(self) -> tuple[Event, ...]:
        """What was sent and what came back, for a finding."""
        parts = (self.sent, *self.responses, *self.completed, self.silence, self.clear)
        return tuple(event for event in parts if event is not None)

    def finding(self, message: str, expected: str, actual: Event | None = None) -> Finding:
        """Return a finding about what came of it: about its first answer, or `actual`."""
        about = actual or next(iter(self.answers), None)
        return Finding(
            message=message,
            expected=expected,
            actual=shown(about) if about is not None else self._why,
            events=self.evidence,
        )

    @property
    def _value(self) -> Json:
        return value(self.sent)

    @property
    def _why(self) -> str:
        return str(self.silence.data.get("why")) if self.silence is not None else "nothing"


def pushed(read: Reading, *probes: str) -> Iterator[Requested]:
    """Yield the requests on the list that were waited for: of these probes, or of all."""
    return (each for each in _all(read, REQUESTS) if not probes or each.probe in probes)


def published(read: Reading, case: str) -> Iterator[Requested]:
    """Yield the requests that were sent as events, by the case of their probe."""
    return (each for each in _all(read, REQUESTED) if each.case == case)


def completions(read: Reading) -> Iterator[Event]:
    """Yield every event on tool.completed."""
    return (e for e in read.events(EventKind.MESSAGE) if e.channel == COMPLETED)


def listed(read: Reading) -> dict[str, JsonObject]:
    """The listed tools by name; the first listing wins."""
    tools: dict[str, JsonObject] = {}
    for event in read.events(EventKind.MESSAGE):
        if event.channel == TOOLS:
            for tool in tools_in(value(event)):
                tools.setdefault(str(tool.get("name")), tool)
    return tools


def value(event: Event) -> Json:
    """The JSON of an event; `None` when it holds none."""
    return event.message.value if event.message is not None else None


def shown(event: Event) -> str:
    """What an event says, in words for a finding's `actual`."""
    return event.message.excerpt if event.message is not None else str(event.data.get("text"))


def _all(read: Reading, channel: str) -> Iterator[Requested]:
    """Yield the settled requests of one channel, in their order."""
    requests: dict[str, Requested] = {}
    for event in read.transcript.events:
        if event.sender is Sender.CLIENT and event.kind is EventKind.MESSAGE:
            _add(requests, event, channel)
        else:
            _file(requests, event)
    return (request for request in requests.values() if request.settled)


def _add(requests: dict[str, Requested], event: Event, channel: str) -> None:
    name = "request_id" if channel == REQUESTED else "id"
    request_id = as_object(value(event)).get(name)
    if event.channel == channel and isinstance(request_id, str):
        requests.setdefault(request_id, Requested(event, request_id))


def _file(requests: dict[str, Requested], event: Event) -> None:
    """File what came back under the request that it belongs to."""
    request = requests.get(_answered_id(event))
    if request is None:
        return
    match event.kind:
        case EventKind.SILENCE:
            request.silence = event
        case EventKind.END:
            request.clear = event
        case _ if event.channel == COMPLETED:
            request.completed.append(event)
        case _:
            request.responses.append(event)


def _answered_id(event: Event) -> str:
    if event.kind is EventKind.SILENCE:
        return str(event.data.get("id"))
    if event.channel == COMPLETED:
        return str(as_object(value(event)).get("request_id"))
    return event.channel.removeprefix(response_key(""))
