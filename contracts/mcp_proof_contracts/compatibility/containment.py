"""Whether one schema admits every value that another admits, and how that is known."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from jsonschema_rs import CanonicalSchema, canonical, canonicalize

from mcp_proof_contracts.json_value import Json


class Answer(StrEnum):
    """Whether it does."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Containment:
    """An answer, and what it rests on."""

    answer: Answer
    example: tuple[Json, ...] = ()
    """A value that the one admits and the other does not, where one was found."""
    reason: str = ""
    """Why it is not known."""


def containment(larger: Json, smaller: Json) -> Containment:
    """Return whether `larger` admits every value that `smaller` admits."""
    try:
        covered = _canonical(larger).covers(_canonical(smaller))
    except (canonical.CanonicalizationError, ValueError) as error:
        return Containment(answer=Answer.UNKNOWN, reason=str(error))
    return Containment(answer=Answer(covered.value))


def _canonical(schema: Json) -> CanonicalSchema:
    return canonicalize(cast("dict[str, Any]", schema), validate_formats=False, offline=True)
