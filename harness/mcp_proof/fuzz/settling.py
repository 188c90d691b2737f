"""What was seen is shrunk, shown again on a session of its own, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mcp_proof.errors import PeerError
from mcp_proof.fuzz.case import Case, joined
from mcp_proof.fuzz.events import NotTried
from mcp_proof.fuzz.generation import Validity
from mcp_proof.fuzz.oracle import complaints
from mcp_proof.fuzz.oracles.crossed import CHANGED
from mcp_proof.fuzz.passive import judged
from mcp_proof.fuzz.shrink.cases import Shrinker
from mcp_proof.fuzz.stop import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.failure import Complaint
    from mcp_proof.fuzz.observation import Observation
    from mcp_proof.fuzz.sightings import Sighting
    from mcp_proof_contracts.json_value import JsonObject

ATTEMPTS: Final = 400
"""How often it is asked whether something smaller still fails."""
COSTLY: Final = {"crash": 80, "hang": 14}
"""The same where each answer "yes" costs a process, or the time of a wait."""
ON_NEW_SESSIONS: Final = 60
"""The same where each question needs a session of its own."""
SHORT_PATIENCE: Final = 0.5
"""Seconds without an answer that pass for a hang while it is shrunk."""


class Settling:
    """Turns sightings into failures."""

    def __init__(
        self,
        campaign: Campaign,
        elsewhere: Callable[[Case], Future[list[Observation]]],
    ) -> None:
        self._campaign = campaign
        self._peer = campaign.peer
        self._elsewhere = elsewhere
        self._waiting: list[tuple[Sighting, Case, Future[list[Observation]]]] = []
        """Silences that are given all their time, each on a server of its own."""

    def settle(self) -> None:
        """Tell all that was seen and is not told yet.

        Raises:
            Stopped: there is no time left, and what is left was told as it is.
            PeerError: the same, for the server is gone.
        """
        pending = self._campaign.sightings.take()
        while pending:
            sighting = pending[0]
            try:
                self._settle(sighting)
            except (Stopped, PeerError):
                for left in pending:
                    self._campaign.keep(left.label, left.case.text)
                    self._tell(left, left.case, reproduced=False)
                raise
            pending.pop(0)

    def _settle(self, sighting: Sighting) -> None:
        if sighting.complaint.oracle == "hang":
            case = self._shrunk(sighting)
            self._waiting.append((sighting, case, self._elsewhere(case)))
            return
        found = self._found_again(sighting) or self._with_history(sighting)
        case, complaint = found or (sighting.case, None)
        if complaint is not None:
            sighting.complaint = complaint
            self._campaign.keep(sighting.label, case.text)
        elif sighting.complaint.detail == CHANGED:
            return
        self._tell(sighting, case, reproduced=complaint is not None)

    def _found_again(self, sighting: Sighting) -> tuple[Case, Complaint] | None:
        """Return the smallest case that shows it in a session of its own."""
        if len(sighting.case.steps) > 1:
            return self._sequence(sighting.case, sighting)
        for candidate in (self._shrunk(sighting), sighting.case):
            if (complaint := self._again(candidate, sighting)) is not None:
                return candidate, complaint
        return None

    def _tell(self, sighting: Sighting, case: Case, *, reproduced: bool) -> None:
        label, complaint, seen = sighting.label, sighting.complaint, sighting.seen
        self._campaign.tell_failure(label, complaint, case.json, seen=seen, reproduced=reproduced)

    def finish(self) -> None:
        """Wait for the silences: the smallest input that takes long may be answered in the end."""
        while self._waiting:
            sighting, case, answering = self._waiting[0]
            try:
                seen = self._peer.watched(answering)
            except Stopped:
                self._let_go()
                raise
            except PeerError:
                self._tell(sighting, case, reproduced=False)
            else:
                self._tell_end_of_silence(sighting, case, seen)
            self._waiting.pop(0)

    def _tell_end_of_silence(
        self, sighting: Sighting, case: Case, seen: Sequence[Observation]
    ) -> None:
        """Tell what all the patience brought: silence, something else, or an answer."""
        found = list(complaints(seen))
        for complaint in [c for c in found if c.key == sighting.complaint.key] or found:
            sighting.complaint = complaint
            self._campaign.keep(sighting.label, case.text)
            self._tell(sighting, case, reproduced=True)
        if not found:
            self._note_slow(sighting)

    def _let_go(self) -> None:
        """Wait no longer."""
        for sighting, case, answering in self._waiting:
            answering.cancel()
            self._campaign.keep(sighting.label, case.text)
            self._tell(sighting, case, reproduced=False)
        self._waiting = []

    def _note_slow(self, sighting: Sighting) -> None:
        self._campaign.tell(
            NotTried(
                label=sighting.label,
                reason="slow: an answer took longer than others, and came in the end",
            )
        )

    # Shrinking

    def _shrunk(self, sighting: Sighting) -> Case:
        if self._campaign.options.case is not None:
            return sighting.case  # it is told as the user gave it
        hang = sighting.complaint.oracle == "hang"
        self._peer.server.wait_at_most(SHORT_PATIENCE if hang else self._campaign.options.timeout)
        try:
            if len(sighting.case.steps) > 1:
                found = self._sequence(sighting.case, sighting) or self._with_history(sighting)
                return found[0] if found is not None else sighting.case
            shrinker = Shrinker(
                lambda case: self._shows(case, sighting) is not None,
                COSTLY.get(sighting.complaint.oracle, ATTEMPTS),
            )
            return shrinker.smallest(sighting.case)
        finally:
            self._peer.server.wait_at_most(self._campaign.options.timeout)

    def _shows(self, case: Case, sighting: Sighting) -> Complaint | None:
        """Return the complaint of the sighting's kind about a case, with inputs as good or bad."""
        last, wanted = case.steps[-1], sighting.complaint
        if not last.needs and not self._is_as_good(last.arguments, sighting):
            return None
        seen = self._peer.run(case, watch_lists=wanted.oracle == "read-only")
        found: list[Complaint] = []
        if len(seen) == len(case.steps) and self._is_as_good(seen[-1].arguments, sighting):
            found = [each for each in complaints(seen) if each.is_like(wanted)]
            found = found or self._by_rule(wanted.oracle)
        self._peer.cut()
        return found[0] if found else None

    def _is_as_good(self, arguments: JsonObject, sighting: Sighting) -> bool:
        """Whether the last input is as good as it was; those before it may be anything.

        What was fed back was put into a good one.
        """
        first = sighting.case.steps[-1]
        verdict = self._peer.operations[first.label].generator.verdict
        wanted = Validity.VALID if first.needs else verdict(first.arguments)
        return verdict(arguments) is wanted

    def _by_rule(self, rule_id: str) -> list[Complaint]:
        campaign, server = self._campaign, self._peer.server
        rules = [rule for rule in campaign.rules if rule.id == rule_id]
        if not rules:
            return []
        self._peer.await_(server.answers)  # by then all has come
        transcript = server.recorder.transcript
        found = judged(transcript, server.spoken, rules, campaign.faults)
        return [complaint for seq, complaint in found if seq >= self._peer.kept]

    # Showing it again

    def _again(self, case: Case, sighting: Sighting) -> Complaint | None:
        """Return the complaint about a case on a new session."""
        self._peer.renew()
        self._peer.cut()
        return self._shows(case, sighting)

    def _sequence(self, case: Case, sighting: Sighting) -> tuple[Case, Complaint] | None:
        """Return the smallest case; each is tried in a new session, where nothing else was sent."""
        complaint = self._again(case, sighting)
        if complaint is None or self._campaign.options.case is not None:
            return None if complaint is None else (case, complaint)
        most = min(ON_NEW_SESSIONS, COSTLY.get(sighting.complaint.oracle, ON_NEW_SESSIONS))
        shrinker = Shrinker(lambda less: self._again(less, sighting) is not None, most)
        smallest = shrinker.smallest(case)
        complaint = self._again(smallest, sighting)
        return (smallest, complaint) if complaint is not None else None

    def _with_history(self, sighting: Sighting) -> tuple[Case, Complaint] | None:
        """Find out on which earlier steps a failure depends."""
        if not sighting.before:
            return None
        return self._sequence(joined(sighting.before, sighting.case.steps), sighting)
