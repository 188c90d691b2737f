"""Which case an event belongs to, so that what a rule finds is told of the call that caused it."""

from collections.abc import Iterator, Sequence

from mcp_proof.fuzz.case import Case, Step
from mcp_proof.fuzz.observation import Observation
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_object


class Attribution:
    """The cases of a stretch of a transcript."""

    def __init__(self) -> None:
        self.cases = 0
        self._begun: list[tuple[int, Case | None]] = []
        """The first event of each step, with the case that ends in it; `None` where it belongs to
        no case."""

    @property
    def last(self) -> int | None:
        """The first event of the case that was begun last; `None` where there is none."""
        begun = [first for first, case in self._begun if case is not None]
        return max(begun, default=None)

    def begin(self, first: int, case: Case) -> None:
        """Take a case whose sending begins with an event."""
        self._begun.append((first, case))

    def pause(self, first: int) -> None:
        """Let what is recorded from this event on belong to no case."""
        self._begun.append((first, None))

    def note(self, first: int, case: Case, seen: Sequence[Observation]) -> None:
        """Take a case whose sending began with an event, and what was seen of its steps."""
        self.cases += 1
        self._begun += [each for each in _beginnings(case, seen) if each[0] >= first]

    def case_of(self, event: Event) -> tuple[str, Case] | None:
        """Return the operation that an event is about, and the case that ends in it."""
        found = None
        for first, case in sorted(self._begun, key=lambda each: each[0]):
            if first > event.seq:
                break
            found = case
        return (_called(event, found), found) if found is not None else None


def _beginnings(case: Case, seen: Sequence[Observation]) -> Iterator[tuple[int, Case]]:
    """Yield the first event of each step, with the case that ends in it."""
    begun = 0
    for number, each in enumerate(seen):
        step = case.steps[number]
        if not each.alone:
            yield _first(each), Case(case.steps[: number + 1])
            begun = number + 1
            continue
        plain = Step(step.kind, step.name, step.arguments)
        yield from ((_first(alone), Case((*case.steps[:begun], plain))) for alone in each.alone)
        if step.wait or number == len(case.steps) - 1:
            yield _first(each), Case(case.steps[: number + 1])
            begun = number + 1


def _first(seen: Observation) -> int:
    return seen.events[0].seq if seen.events else -1


def _called(event: Event, case: Case) -> str:
    """Return the label of the step that an event calls, else that of the last."""
    name = as_object(event.message.params).get("name") if event.message is not None else None
    named = [step.label for step in case.steps if step.name == name]
    return named[-1] if named else case.steps[-1].label
