"""A transcript written by hand: what a test says went over the wire."""

from typing import Any

from mcp_proof_contracts.client_run import CLIENT
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome, Verdict, judge_rule, registry
from mcp_proof_contracts.transcript import Event, EventKind, Header, Sender, Transcript
from mcp_proof_contracts.wire import encode, parse


class Tape:
    """Events as they are added, all in one session and over stdio unless it says otherwise."""

    def __init__(self, transport: str = "stdio", side: Sender = Sender.SERVER) -> None:
        header = Header(peer="x", side=side, transport=transport, started="2026-01-01")
        self.transcript = Transcript(header)

    def add(self, kind: EventKind, sender: Sender, *, channel: str = "stdio", **more: Any) -> None:
        members = {"session": "s", "at": 0.0, **more}
        seq = len(self.transcript.events)
        event = Event(seq=seq, channel=channel, sender=sender, kind=kind, **members)
        self.transcript.append(event)

    def say(self, sender: Sender, value: Json | bytes, **more: Any) -> None:
        raw = value if isinstance(value, bytes) else encode(value)
        self.add(EventKind.MESSAGE, sender, message=parse(raw), **more)

    def of_client(self, kind: EventKind, data: Json, at: float = 0.0) -> None:
        """Add what is known of the client itself: what its user was told, how it ended."""
        self.add(kind, Sender.CLIENT, session=CLIENT, channel=CLIENT, data=data, at=at)

    def judged(self, rule_id: str, revision: Revision) -> Verdict:
        rule = registry.get(rule_id)
        assert rule is not None
        return judge_rule(rule, Reading(self.transcript, revision))

    def outcome(self, rule_id: str, revision: Revision) -> Outcome:
        return self.judged(rule_id, revision).outcome
