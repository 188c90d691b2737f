"""Smaller cases: fewer steps first, then smaller arguments of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from mcp_proof.fuzz.case import FROM, Case, Step
from mcp_proof.fuzz.shrink.values import fewer, shrink_value
from mcp_proof_contracts.json_value import Json

ROUNDS: Final = 3
"""How often all is tried again, as long as it helps."""


class Shrinker:
    """Makes one case smaller; what was tried once is not tried again.

    Args:
        fails: whether a case still shows the failure.
        attempts: how often that may be asked.
    """

    def __init__(self, fails: Callable[[Case], bool], attempts: int) -> None:
        self._fails = fails
        self._left = attempts
        self._known: dict[str, bool] = {}

    def smallest(self, case: Case) -> Case:
        """Return the smallest case found that still fails."""
        for _ in range(ROUNDS):
            before = case
            case = self._fewer_steps(case)
            for index in range(len(case.steps)):
                case = self._ordinary_client(case, index)
                if case.steps[index] not in case.steps[:index]:
                    case = self._smaller_arguments(case, index)
            if case == before or self._left <= 0:
                break
        return case

    def _still_fails(self, case: Case) -> bool:
        if case.text not in self._known:
            if self._left <= 0:
                return False
            self._left -= 1
            self._known[case.text] = self._fails(case)
        return self._known[case.text]

    def _fewer_steps(self, case: Case) -> Case:
        if len(case.steps) == 1:
            return case
        numbered = list(enumerate(case.steps))
        kept = fewer(numbered, lambda some: self._still_fails(_renumbered(some)))
        return _renumbered(kept)

    def _ordinary_client(self, case: Case, index: int) -> Case:
        """Have a step with our client's ordinary answers, where that fails too."""
        if not case.steps[index].client:
            return case
        step = replace(case.steps[index], client="")
        ordinary = Case((*case.steps[:index], step, *case.steps[index + 1 :]))
        return ordinary if self._still_fails(ordinary) else case

    def _smaller_arguments(self, case: Case, index: int) -> Case:
        """Make the arguments of a step smaller, and those of the same step further on with it."""
        old = case.steps[index]

        def with_arguments(arguments: Json) -> Case:
            assert isinstance(arguments, Mapping)
            new = replace(old, arguments=arguments)
            return Case(tuple(new if step == old else step for step in case.steps))

        arguments = dict(old.arguments)
        return with_arguments(
            shrink_value(arguments, lambda value: self._still_fails(with_arguments(value)))
        )


def _renumbered(steps: Sequence[tuple[int, Step]]) -> Case:
    """Return steps as a case, with what refers to an earlier step referring to where it is now."""
    places = {old: new for new, (old, _) in enumerate(steps)}
    return Case(
        tuple(
            replace(step, arguments={k: _moved(v, places) for k, v in step.arguments.items()})
            for _, step in steps
        )
    )


def _moved(value: Json, places: Mapping[int, int]) -> Json:
    if isinstance(value, Mapping):
        match value.get(FROM):
            case [int(index), str(pointer)] if len(value) == 1:
                # A step that is gone is referred to as none: the case then ends there.
                return {FROM: [places.get(index, -1), pointer]}
            case _:
                return {name: _moved(member, places) for name, member in value.items()}
    if isinstance(value, list):
        return [_moved(item, places) for item in value]
    return value
