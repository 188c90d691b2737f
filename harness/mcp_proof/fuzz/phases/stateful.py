"""Sequences of calls: chains where names match, then what a state machine of Hypothesis makes.

Hypothesis only makes them: it draws which call is next, and which part of an earlier answer goes
into it, but never sees what comes of it. So that the same seed draws the same whatever the server
answers, a bundle holds the numbers of steps, and a part of an answer is drawn as a number too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule, run_state_machine_as_test

from mcp_proof.errors import PeerError
from mcp_proof.fuzz.case import Case
from mcp_proof.fuzz.feeding import fits_anywhere, links, values_of
from mcp_proof.fuzz.generation.drawing import drawing
from mcp_proof.fuzz.observation import Ending
from mcp_proof.fuzz.phases import chains

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis.strategies import SearchStrategy

    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.case import Step
    from mcp_proof.fuzz.fuzzed import Fuzzed
    from mcp_proof.fuzz.observation import Observation
    from mcp_proof.fuzz.phases.chains import Chain
    from mcp_proof_contracts.json_value import JsonObject

RUNS: Final = 4
"""Generated inputs of one operation for which there is one run of the machine."""
STEPS: Final = 8
"""Calls in a run."""
RUNS_IN_SESSION: Final = 5
"""Runs after which a session is begun anew, so that what matters of it stays short."""
ANY: Final = st.integers(0, 2**16)
"""Stands for a choice among what the answers hold."""


def run(campaign: Campaign, some: Sequence[Fuzzed]) -> list[Chain]:
    """Try sequences of these operations; return the chains that came to something."""
    campaign.peer.renew()
    found = chains.run(campaign, some)
    runs = campaign.options.max_examples // RUNS
    if runs:
        _generate(campaign, some, runs)
    return found


def _generate(campaign: Campaign, some: Sequence[Fuzzed], runs: int) -> None:
    sequences = Sequences(campaign, some)
    first = st.one_of([_steps_of(campaign, fuzzed) for fuzzed in some])

    @hypothesis.seed(campaign.seed("stateful"))
    class Machine(RuleBasedStateMachine):
        answers = Bundle("answers")

        def __init__(self) -> None:
            super().__init__()
            sequences.begin()

        @rule(target=answers, step=first)
        def call(self, step: Step) -> int:
            return sequences.add(step)

        @rule(target=answers, answer=answers, value=ANY, taker=ANY, named=st.booleans())
        def feed_back(self, answer: int, value: int, taker: int, named: bool) -> int:  # noqa: FBT001  # Hypothesis passes it by name
            steps = sequences.named(answer) if named else []
            steps = steps or sequences.fitting(answer, value)
            return sequences.add(steps[taker % len(steps)]) if steps else answer

    settings = hypothesis.settings(drawing(runs), stateful_step_count=STEPS)
    run_state_machine_as_test(Machine, settings=settings)
    if sequences.error is not None:
        raise sequences.error


def _steps_of(campaign: Campaign, fuzzed: Fuzzed) -> SearchStrategy[Step]:
    """Return good calls; of an operation that any of them crash, only one that does not."""
    label = fuzzed.operation.label
    good = campaign.good.get(label)
    known: SearchStrategy[JsonObject] = st.nothing() if good is None else st.just(good)
    harmless = campaign.endings.get(label, {Ending.ANSWERED}) == {Ending.ANSWERED}
    inputs = st.one_of(known, fuzzed.generator.positive()) if harmless else known
    return inputs.map(fuzzed.step)


class Sequences:
    """One sequence after the other, each as far as it was sent."""

    def __init__(self, campaign: Campaign, some: Sequence[Fuzzed]) -> None:
        self.error: PeerError | None = None
        """Why no more can be sent; Hypothesis would take it for a failing test."""
        self._campaign = campaign
        self._some = some
        self._number = 0
        self._session = ""
        self._steps: tuple[Step, ...] = ()
        self._seen: list[Observation] = []
        self._ended = False

    def begin(self) -> None:
        """Begin another sequence."""
        self._number += 1
        if self._number % RUNS_IN_SESSION == 0:
            self._guarded(self._campaign.peer.renew)
        self._steps, self._seen, self._ended = (), [], self.error is not None

    def add(self, step: Step) -> int:
        """Send one more step; return its number."""
        if not self._ended:
            self._guarded(lambda: self._send(step))
        return len(self._steps) - 1

    def _send(self, step: Step) -> None:
        if not self._steps:
            self._session = self._campaign.peer.session
        case = Case((*self._steps, step))
        seen = self._campaign.attempt(case, earlier=self._seen)
        self._ended = len(seen) < len(case.steps) or seen[-1].ending is not Ending.ANSWERED
        self._ended = self._ended or self._campaign.peer.session != self._session
        self._steps, self._seen = case.steps, seen

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except PeerError as error:
            self.error, self._ended = error, True

    def named(self, answer: int) -> list[Step]:
        """Return the steps that take an answer where names say so."""
        values = values_of(self._seen)
        every = [link.step for fuzzed in self._some for link in links(fuzzed, values)]
        return [step for step in every if answer in step.needs]

    def fitting(self, answer: int, value: int) -> list[Step]:
        """Return the steps that take one value of an answer wherever the schemas allow it."""
        values = [each for each in values_of(self._seen) if each.step == answer]
        if not values:
            return []
        chosen = values[value % len(values)]
        return [step for fuzzed in self._some for step in fits_anywhere(fuzzed, chosen)]
