"""The protocol of a server tried as a whole: cases are sent; what is wrong is shrunk and told."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.fuzz.events import NotTried
from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.operation import OperationKind
from mcp_proof.fuzz.oracles.signature import signature
from mcp_proof.fuzz.protocol.case import ProtocolCase
from mcp_proof.fuzz.protocol.cases import cases
from mcp_proof.fuzz.protocol.judge import judge
from mcp_proof.fuzz.protocol.messages import Call
from mcp_proof.fuzz.protocol.peer import ProtocolPeer, has_framing, send_case
from mcp_proof.fuzz.protocol.reduction import MOST_SENDS, shrink_bytes
from mcp_proof.fuzz.stop import Stopped

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign

LABEL: Final = "protocol"
PATIENCE: Final = 1.0
"""Seconds for an answer while cases are tried; what is told was given all the user's patience."""
IMPATIENCE: Final = 0.3
"""The same, once the server was silent about a message and answered the next."""
COSTLY: Final = {"hang": 6, "dead-after": 6, "unanswered": 6}
"""How often it is asked whether something smaller is met by silence: each time is a wait."""
MOST_LOSSES: Final = 12
"""How often the server may end or hang before no more is tried."""
LOSSES: Final = ("crash", "hang", "dead-after")


@dataclass(slots=True)
class _Sighting:
    complaint: Complaint
    case: ProtocolCase
    """The smallest that showed it."""
    seen: int = 1


class Trial:
    """Sends malformed messages, each kind of failure being told once."""

    def __init__(self, campaign: "Campaign") -> None:
        self._campaign = campaign
        self._server = campaign.peer.server
        self._peer = ProtocolPeer(self._server)
        self._found: dict[tuple[str, str], _Sighting] = {}
        self._losses = 0
        operations = [each.operation for each in campaign.peer.operations.values()]
        self._forbidden = {
            json.dumps(each.name).encode(): f"{each.label}: {reason}"
            for each in operations
            if each.kind is OperationKind.TOOL and (reason := campaign.choice.why_not(each))
        }
        """The names of tools that may not be called, as they stand in a message, and why not."""

    def run(self, count: int, calls: Sequence[Call]) -> None:
        """Try what failed before, then so many cases; `calls` may be made, with these arguments.

        Raises:
            Stopped: there was no time for all.
            PeerError: the server is gone.
        """
        server, seed = self._server, self._campaign.seed(LABEL)
        made = cases(
            server.spoken,
            server.transport,
            seed=seed,
            count=count,
            calls=calls,
            framing=has_framing(server),
        )
        server.wait_at_most(min(PATIENCE, self._campaign.options.timeout))
        self._try_remembered()
        left_out = 0
        for case in made:
            if self._losses >= MOST_LOSSES:
                why = f"given up: so often it ended or hung: {self._losses}"
                self._campaign.tell(NotTried(label=LABEL, reason=why))
                break
            left_out += self.attempt(case) != ""
        if left_out:
            why = f"{left_out} messages name a tool that may not be called"
            self._campaign.tell(NotTried(label=LABEL, reason=why))

    def _try_remembered(self) -> None:
        """Try the cases of the corpus; what shows nothing any more is forgotten."""
        campaign = self._campaign
        for case in campaign.corpus.cases(LABEL, ProtocolCase.from_json):
            try:
                why_not = self.attempt(case)
            except UsageError as error:  # kept by a run over another transport
                why_not = str(error)
            if why_not:
                reason = f"a message that failed before: {why_not}"
                campaign.tell(NotTried(label=LABEL, reason=reason))
            else:
                campaign.corpus.forget(LABEL, case.to_json())  # it is kept again if it still fails
        self.close()  # for on this session their ids are used up

    def attempt(self, case: ProtocolCase) -> str:
        """Send one case, and note what is wrong; return why it was not sent, empty where it was."""
        campaign = self._campaign
        if why_not := self._why_not(case):
            return why_not
        campaign.peer.await_(campaign.peer.pace)
        seen = campaign.peer.await_(self._peer.send, case)
        campaign.cases += 1
        found = judge(case, seen, self._server.spoken)
        if any(each.oracle == "unanswered" for each in found):
            self._server.wait_at_most(IMPATIENCE)
        self._losses += any(each.oracle in LOSSES for each in found)
        for complaint in found:
            known = self._found.setdefault(_key(complaint), _Sighting(complaint, case, 0))
            known.seen += 1
            if case.size < known.case.size:
                known.complaint, known.case = complaint, case
        return ""

    def settle(self, *, shrink: bool = True) -> None:
        """Tell what was found.

        Raises:
            Stopped: there is no time left, and what is left was told as it is.
            PeerError: the same, for the server is gone.
        """
        pending = list(self._found.items())
        try:
            while pending:
                key, sighting = pending[0]
                reproduced = self._settled(key, sighting, shrink=shrink)
                if reproduced:
                    self._keep(sighting)
                self._tell(sighting, reproduced=reproduced)
                pending.pop(0)
        except (Stopped, PeerError):
            for _, sighting in pending:
                self._keep(sighting)
                self._tell(sighting, reproduced=False)
            raise

    def close(self) -> None:
        """End the session."""
        self._campaign.peer.await_(self._peer.close)

    def _settled(self, key: tuple[str, str], sighting: _Sighting, *, shrink: bool) -> bool:
        """Make the case smaller, and show it on a session of its own; return whether it shows."""

        async def shows(case: ProtocolCase) -> bool:
            if self._why_not(case):
                return False
            await self._campaign.peer.pace()
            seen = await self._peer.send(case)
            return key in map(_key, judge(case, seen, self._server.spoken))

        peer, case = self._campaign.peer, sighting.case
        if shrink:
            most = COSTLY.get(key[0], MOST_SENDS)
            case = peer.await_(lambda: shrink_bytes(case, shows, most=most))
        self._server.wait_at_most(self._campaign.options.timeout)
        for candidate in (case,) if case == sighting.case else (case, sighting.case):
            seen = peer.await_(send_case, self._server, candidate)
            for complaint in judge(candidate, seen, self._server.spoken):
                if _key(complaint) == key:
                    sighting.complaint, sighting.case = complaint, candidate
                    return True
        return False

    def _why_not(self, case: ProtocolCase) -> str:
        """Return why it may not be sent: the name of a tool that may not be called stands in it."""
        raw = b"".join(step.raw for step in case.steps)
        return next((why for name, why in self._forbidden.items() if name in raw), "")

    def _keep(self, sighting: _Sighting) -> None:
        self._campaign.keep(LABEL, sighting.case.to_json())

    def _tell(self, sighting: _Sighting, *, reproduced: bool) -> None:
        complaint, seen = sighting.complaint, sighting.seen
        case = json.loads(sighting.case.to_json())
        self._campaign.tell_failure(LABEL, complaint, case, seen=seen, reproduced=reproduced)


def _key(complaint: Complaint) -> tuple[str, str]:
    """What is told once: of a crash also how it ended, for one server can die in several ways."""
    ended = complaint.actual if complaint.oracle in ("crash", "leak") else ""
    return complaint.oracle, signature(complaint.message) + signature(ended)
