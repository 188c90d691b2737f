"""Smaller cases: fewer steps first, then smaller arguments of each, sent in a plainer way."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from mcp_proof.fuzz.case import Case, Step, renumbered
from mcp_proof.fuzz.shrink.values import fewer, plainest, shrink_value
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
                if case.steps[index] not in case.steps[:index]:
                    case = self._smaller_arguments(case, index)
            case = self._plainer(case)
            if case == before or self._left <= 0:
                break
        return case

    def _still_fails(self, case: Case) -> bool:
        if case.dangles:
            return False
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
        kept = fewer(numbered, lambda some: self._still_fails(Case(renumbered(some))))
        return Case(renumbered(kept))

    def _plainer(self, case: Case) -> Case:
        """Send each step in the ordinary way where that shows it too."""
        for index, step in enumerate(case.steps):
            plain = Step(step.kind, step.name, step.arguments)
            changes = ({"client": ""}, {"session": 0}, {"wait": True})
            for plainer in (plain, *(replace(step, **change) for change in changes)):
                less = Case((*case.steps[:index], plainer, *case.steps[index + 1 :]))
                if plainer != case.steps[index] != plain and self._still_fails(less):
                    case = less
        return case

    def _smaller_arguments(self, case: Case, index: int) -> Case:
        """Make the arguments of a step smaller, and those of the same step further on with it."""
        old = case.steps[index]

        def with_arguments(arguments: Json) -> Case:
            assert isinstance(arguments, Mapping)
            new = replace(old, arguments=arguments)
            return Case(tuple(new if step == old else step for step in case.steps))

        plain = plainest(dict(old.arguments))
        assert isinstance(plain, dict)
        if plain != old.arguments and self._still_fails(with_arguments(plain)):
            old, case = replace(old, arguments=plain), with_arguments(plain)
        arguments = dict(old.arguments)
        return with_arguments(
            shrink_value(arguments, lambda value: self._still_fails(with_arguments(value)))
        )
