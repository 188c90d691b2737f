"""What was seen of one step: what came back, and all that was recorded meanwhile."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mcp_proof.fuzz.client import is_hostile
from mcp_proof.fuzz.generation import Validity
from mcp_proof.fuzz.operation import Operation
from mcp_proof.tool_server import CallOutcome
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import Kind, Message, id_key


class Ending(StrEnum):
    """How the wait for an answer ended."""

    ANSWERED = "answered"
    CRASHED = "crashed"
    """The server is gone."""
    HUNG = "hung"
    """It answers nothing any more, not even a control request."""
    SLOW = "slow"
    """It did not answer in time, but a control request meanwhile."""
    DROPPED = "dropped"
    """The connection ended without an answer, though the server lives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One step, and what was seen."""

    operation: Operation
    arguments: JsonObject
    """As they were sent: without references."""
    validity: Validity
    spoken: Spoken
    outcome: CallOutcome
    ending: Ending
    events: tuple[Event, ...]
    """What was recorded from just before the request to just after its end."""
    seconds: float
    client: str = ""
    """How our client answered what the server asked: see `Step.client`."""
    session: int = 0
    """Which of the sessions it went over."""
    cancelled: bool = False
    """Whether the call was cancelled right after it was sent: no answer is to be expected."""
    alone: tuple["Observation", ...] = ()
    """The same step without company, before and after; only where it was sent together with
    others."""
    changed_lists: tuple[str, ...] = ()
    """The lists that are others than before the case, where they were looked at."""

    @property
    def provoked(self) -> bool:
        """Whether our client gave answers that excuse a failure."""
        return is_hostile(self.client)

    @property
    def succeeded(self) -> bool:
        """Whether the operation gave a value."""
        answered = self.ending is Ending.ANSWERED and not self.cancelled
        return answered and self.outcome.failure is None

    @property
    def said(self) -> list[Message]:
        """All that the server sent meanwhile."""
        return [
            event.message
            for event in self.events
            if event.message is not None and event.sender is Sender.SERVER
        ]

    @property
    def sent(self) -> list[Message]:
        """All that our client sent meanwhile."""
        return [
            event.message
            for event in self.events
            if event.message is not None and event.sender is Sender.CLIENT
        ]

    @property
    def results(self) -> list[Message]:
        """The results that answer what was asked meanwhile."""
        asked = {id_key(message.id) for message in self.sent}
        return [m for m in self.said if m.kind is Kind.RESULT and id_key(m.id) in asked]

    @property
    def printed(self) -> list[str]:
        """What its process printed on standard error, as far as it is known by now."""
        return [str(e.data.get("text")) for e in self.events if e.kind is EventKind.STDERR]

    @property
    def answer(self) -> Json:
        """What later steps can refer to: the value, as JSON where a text block holds that."""
        value = self.outcome.value
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            text = value[0].get("text")
            if isinstance(text, str):
                try:
                    return json.loads(text)  # type: ignore[no-any-return]  # any JSON value
                except ValueError:
                    return value
        return value


def telling(seen: Sequence[Observation]) -> Observation:
    """Return the last observation, or one in flight with it that was not answered."""
    for each in reversed(seen):
        if not each.alone:
            break
        if each.ending is not Ending.ANSWERED:
            return each
    return seen[-1]
