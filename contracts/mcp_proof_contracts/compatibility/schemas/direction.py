"""Which of two schemas must admit what the other one does, and what that means for clients."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Final

from mcp_proof_contracts.compatibility.change import Effect
from mcp_proof_contracts.compatibility.schemas.containment import Answer, Containment, containment
from mcp_proof_contracts.compatibility.schemas.edits import Edit
from mcp_proof_contracts.compatibility.schemas.told_members import Asked
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.schema_problem import shown

OF_TOLD: Final = (
    "All that clients were told of is accepted still; members that they were not told of may be "
    "refused."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one difference does, taken by itself."""

    effect: Effect
    why: str
    adds: bool = False
    example: tuple[Json, ...] = ()
    for_good: bool = False
    """Whether it holds whatever is proved of the whole: it is not about which values are valid."""


class Direction(ABC):
    """The way in which values go: arguments to the server, or results from it."""

    whole: ClassVar[Asked]
    """Which values of a whole schema are asked about."""
    part: ClassVar[Asked]
    """Which values of a part of it are."""
    fine: ClassVar[str]
    refused: ClassVar[str]
    """What becomes of a value that shows the contrary."""
    unproved: ClassVar[str]
    widens: ClassVar[bool]
    """Whether a change that harms nobody offers more than before."""

    @abstractmethod
    def sides(self, old: Json, new: Json) -> tuple[Json, Json]:
        """Return the schema that must admit all, and that whose values it must admit."""

    @abstractmethod
    def of_member(self, edit: Edit) -> Judged:
        """Return what it does that a member is named or required, or no longer."""

    def contained(
        self, old: Json, new: Json, asked: Asked, tries: tuple[Json, ...] = ()
    ) -> Containment:
        """Return whether a change harms nobody."""
        larger, smaller = self.sides(old, new)
        return containment(larger, smaller, asked=asked, tries=tries)

    def same_meaning(self, old: Json, new: Json) -> bool:
        """Whether all that the new schema admits was admitted, and the other way round."""
        return all(
            containment(larger, smaller).answer is Answer.YES
            for larger, smaller in ((old, new), (new, old))
        )

    def judged(self, answer: Containment) -> Judged:
        """Return what an answer means for clients."""
        match answer.answer:
            case Answer.YES:
                why = OF_TOLD if answer.of_told else self.fine
                return Judged(effect=Effect.COMPATIBLE, why=why, adds=self.widens)
            case Answer.NO:
                what = (
                    shown(answer.example[0])
                    if answer.example
                    else "Some value, of which no example was found,"
                )
                why = f"{what} {self.refused}."
                return Judged(effect=Effect.BREAKING, why=why, example=answer.example)
            case Answer.UNKNOWN:
                why = f"{self.unproved}: {answer.reason}."
                return Judged(effect=Effect.UNKNOWN, why=why)
