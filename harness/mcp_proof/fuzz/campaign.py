"""A campaign: one operation after the other is tried, and what fails is shrunk and told."""

import json
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from typing import Final, Protocol, cast

from mcp_proof.fuzz.attribution import Attribution
from mcp_proof.fuzz.case import Case, printed
from mcp_proof.fuzz.choice import Choice
from mcp_proof.fuzz.corpus import Corpus
from mcp_proof.fuzz.events import (
    FailureFound,
    FuzzEvent,
    NotTried,
    OperationFinished,
    OperationStarted,
)
from mcp_proof.fuzz.failure import Complaint, Failure
from mcp_proof.fuzz.generation import Validity
from mcp_proof.fuzz.observation import Ending, Observation, telling
from mcp_proof.fuzz.offering import Offering
from mcp_proof.fuzz.options import FuzzOptions
from mcp_proof.fuzz.oracle import complaints
from mcp_proof.fuzz.passive import is_passed_on, judged, rules_for
from mcp_proof.fuzz.peer import Peer
from mcp_proof.fuzz.questions import Questions
from mcp_proof.fuzz.settling import Settling
from mcp_proof.fuzz.sightings import Sightings
from mcp_proof.fuzz.stop import Stopped
from mcp_proof_contracts.json_value import Json, JsonObject

BATCH: Final = 100
"""Cases after which what was recorded is judged by the rules."""
MOST_LOSSES: Final = {Ending.CRASHED: 10, Ending.DROPPED: 10, Ending.HUNG: 1, Ending.SLOW: 1}
"""How often an operation may end so before no more of it is tried: each time costs."""
LOSSES: Final = {
    Ending.CRASHED: "the server ended",
    Ending.DROPPED: "the connection ended",
    Ending.HUNG: "the server hung",
    Ending.SLOW: "an answer did not come in time",
}
FIRST_PATIENCE: Final = 1.0
"""Seconds for an answer while inputs are tried; whether more helps is found out afterwards."""
LONGEST: Final = 15.0
"""Seconds of waiting for answers after which no more of an operation is tried."""
SLOWER: Final = 5
"""How many times the slowest answer of an operation may be exceeded."""


class Labelled(Protocol):
    """What a part of a campaign is about."""

    @property
    def label(self) -> str:
        """How reports name it."""
        ...


class Campaign:
    """What the phases have in hand: they make cases, `attempt` sends and judges them.

    Args:
        peer: what the cases are sent to.
        options: the bounds.
        corpus: where failing cases are kept.
        tell: what takes the events.
        reproduction: makes the command that sends a case again.
        elsewhere: sends a case to a server of its own, while the campaign goes on.
    """

    def __init__(  # noqa: PLR0913  # all by keyword but the first two
        self,
        peer: Peer,
        options: FuzzOptions,
        *,
        corpus: Corpus,
        tell: Callable[[FuzzEvent], None],
        reproduction: Callable[[str], str],
        elsewhere: Callable[[Case], Future[list[Observation]]],
    ) -> None:
        self.peer = peer
        self.options = options
        self.corpus = corpus
        self.tell = tell
        self.cases = 0
        self.faults: list[str] = []
        transcript = peer.server.recorder.transcript
        self.rules = rules_for(transcript, peer.server.spoken)
        self.sightings = Sightings()
        self.questions = Questions()
        """What the server asks our client, of the present operation."""
        self.endings: dict[str, set[Ending]] = {}
        """How calls of each operation have ended so far."""
        self.longest: dict[str, float] = {}
        """The seconds that the longest of them took."""
        self.good: dict[str, JsonObject] = {}
        """The first arguments of each operation that came to something."""
        self.choice = Choice(self)
        self.offering = Offering(self)
        self.reproduction = reproduction
        self._settling = Settling(self, elsewhere)
        self._attribution = Attribution()
        """Of what was recorded since the last cut."""
        self._losses = dict.fromkeys(MOST_LOSSES, 0)
        self._slowest = self._waited = 0.0
        """Seconds that the slowest answer took, and all of them, of the present operation."""
        self._begun = 0

    def seed(self, *names: str) -> int:
        """Return the seed of a part of the campaign."""
        return zlib.crc32("/".join([str(self.options.seed), *names]).encode())

    # One operation

    def begin(self, operation: Labelled, number: int, total: int) -> None:
        """Turn to an operation, or to several together."""
        self._losses = dict.fromkeys(MOST_LOSSES, 0)
        self._slowest = self._waited = 0.0
        self._begun = self.cases
        self.questions = Questions()
        self.offering.begin()
        self.tell(OperationStarted(label=operation.label, number=number, total=total))
        self.peer.server.wait_at_most(self.options.timeout)

    def end(self, operation: Labelled) -> None:
        """Shrink and tell what was found; where there is no time or no server left, as it is."""
        with ExitStack() as last:
            last.callback(self._tell_end, operation)
            last.callback(self._settling.settle)
            self.judge()

    def _tell_end(self, operation: Labelled) -> None:
        if self.given_up:
            self.tell(NotTried(label=operation.label, reason=self.given_up))
        self.tell(OperationFinished(label=operation.label, cases=self.cases - self._begun))

    @property
    def given_up(self) -> str:
        """Why no more of the present operation is tried; empty while it is."""
        for ending, count in self._losses.items():
            if count >= MOST_LOSSES[ending]:
                times = "once" if count == 1 else f"{count} times"
                return f"no more of it is tried: {LOSSES[ending]} {times}"
        return "no more of it is tried: its answers take long" if self._waited >= LONGEST else ""

    def shown(self, case: Json) -> Json:
        """Return a case without what is secret, for what is packed no mask can read."""
        text = json.dumps(case)
        masked = self.peer.server.recorder.mask(text)
        if masked == text:
            return case
        try:
            return cast("Json", json.loads(masked))
        except ValueError:  # what hides the secret does not fit where it stood
            return "[hidden]"

    def keep(self, label: str, text: str) -> None:
        """Have a case tried first the next time; what holds a secret stays nowhere."""
        case = cast("Json", json.loads(text))
        if self.shown(case) == case:
            self.corpus.keep(label, text)

    def tell_failure(
        self, label: str, complaint: Complaint, case: Json, *, seen: int, reproduced: bool
    ) -> None:
        """Tell of a failure, and how to see it again."""
        shown = self.shown(case)
        self.tell(
            FailureFound(
                failure=Failure(
                    operation=label,
                    complaint=complaint,
                    case=shown,
                    reproduce=self.reproduction(printed(shown)),
                    reproduced=reproduced,
                    seen=seen,
                    seed=self.options.seed,
                )
            )
        )

    def why(self, end: BaseException) -> str:
        """Say why the campaign ended before all was done."""
        return self.peer.stop_reason if isinstance(end, Stopped) else str(end)

    def finish(self) -> None:
        """Tell what had to be waited for."""
        self._settling.finish()
        if self.corpus.unkept:
            self.tell(NotTried(label="corpus", reason=self.corpus.unkept))

    # One case

    def attempt(
        self, case: Case, *, watch_lists: bool = False, earlier: Sequence[Observation] = ()
    ) -> list[Observation]:
        """Send a case and note what the oracles say; nothing is sent once it is given up.

        Args:
            case: what to send.
            watch_lists: whether to look at what the server lists before and after.
            earlier: what was seen of the first steps, where they were the last that were sent.
        """
        if self.given_up:
            return []
        before = tuple(self.peer.history[: len(self.peer.history) - len(earlier)])
        first = len(self.peer.events)
        self._attribution.begin(first, case)
        seen = self.peer.run(case, watch_lists=watch_lists, earlier=earlier)
        self.cases += 1
        self._attribution.note(first, case, seen)
        if len(seen) > len(earlier):
            last = telling(seen)
            self._weigh(last)
            self.questions.note(case.steps[len(seen) - 1], seen[-1])
            sent = Case(case.steps[: len(seen)])
            for complaint in complaints(seen):
                label = complaint.about or last.operation.label
                self.sightings.add(label, complaint, sent, before)
        self.offering.note(case, seen)
        if self._attribution.cases >= BATCH:
            self.judge()
        return seen

    def _weigh(self, last: Observation) -> None:
        self._waited += last.seconds
        label = last.operation.label
        if last.succeeded and last.validity is not Validity.INVALID:
            self.good.setdefault(label, last.arguments)
        self.endings.setdefault(label, set()).add(last.ending)
        self.longest[label] = max(self.longest.get(label, 0.0), last.seconds)
        if last.ending in self._losses:
            self._losses[last.ending] += 1
        else:
            self._slowest = max(self._slowest, last.seconds)
        self.be_impatient()

    def be_impatient(self) -> None:
        """Wait no longer for an answer than those before make plausible."""
        patience = max(FIRST_PATIENCE, SLOWER * self._slowest)
        self.peer.server.wait_at_most(min(self.options.timeout, patience))

    def judge(self) -> None:
        """Let the rules judge what was recorded since the last time."""
        if self._attribution.cases:
            try:
                self.peer.await_(self.peer.server.answers)  # by then all has come
            except Stopped:
                self._judge(before=self._attribution.last)  # the last case was cut off
                raise
            self._judge(before=None)
        self._attribution = Attribution()
        self.peer.cut()

    def _judge(self, *, before: int | None) -> None:
        transcript = self.peer.server.recorder.transcript
        for seq, complaint in judged(transcript, self.peer.server.spoken, self.rules, self.faults):
            if before is not None and seq >= before:
                continue
            found = self._attribution.case_of(transcript.events[seq])
            if found is not None and not (found[1].is_hostile and is_passed_on(complaint)):
                self.sightings.add(found[0], complaint, found[1], ())

    def pause(self) -> None:
        """Let what is recorded from now on belong to no case."""
        self._attribution.pause(len(self.peer.events))
