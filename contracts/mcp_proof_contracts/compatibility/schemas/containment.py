"""Whether one schema admits every value that another admits, and how that is known.

jsonschema-rs proves it where it can, and says so where it cannot. Its word is not all there is:
what it proves is tried on a few values, and what it denies is shown by one, judged by the schemas
as they were written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jsonschema_rs import canonical

from mcp_proof_contracts.compatibility.schemas.examples import likely_examples, sought_examples
from mcp_proof_contracts.compatibility.schemas.obstacle import obstacle
from mcp_proof_contracts.compatibility.schemas.sides import Larger, Smaller
from mcp_proof_contracts.compatibility.schemas.smaller import smallest
from mcp_proof_contracts.compatibility.schemas.told_members import Asked
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.embedded_schema import UnembeddableError
from mcp_proof_contracts.subschemas import subschemas


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
    of_told: bool = False
    """Whether it is proved of the values that are asked about, and not of all."""


BY_FORMAT: Final = "it depends on whether `format` is checked, which is left open"


def containment(
    larger: Json, smaller: Json, *, asked: Asked = Asked.ALL, tries: Sequence[Json] = ()
) -> Containment:
    """Return whether `larger` admits every value that `smaller` admits.

    Args:
        larger: the one.
        smaller: the other.
        asked: which values of `smaller`.
        tries: values that may show that it does not.
    """
    if reason := obstacle(larger) or obstacle(smaller):
        return Containment(answer=Answer.UNKNOWN, reason=reason)
    question = _Question(larger, smaller, asked, tuple(tries))
    annotated = question.answer(formats=False)
    if annotated.answer is Answer.UNKNOWN or not (_has_format(larger) or _has_format(smaller)):
        return annotated
    asserted = question.answer(formats=True)
    if annotated.answer is Answer.NO and asserted.answer is not Answer.YES:
        return asserted if asserted.example else annotated
    if annotated.answer is asserted.answer:
        return annotated
    return Containment(answer=Answer.UNKNOWN, reason=BY_FORMAT)


@dataclass(frozen=True, slots=True)
class _Question:
    larger: Json
    smaller: Json
    asked: Asked
    tries: tuple[Json, ...]

    def answer(self, *, formats: bool) -> Containment:
        """Return the answer, where a format is an annotation or an assertion."""
        try:
            larger = Larger(self.larger, formats=formats)
            smaller = Smaller(self.smaller, larger, self.asked)
        except UnembeddableError as error:
            return Containment(answer=Answer.UNKNOWN, reason=str(error))

        def is_example(value: Json) -> bool:
            return smaller.admits(value) and not larger.admits(value)

        # A value that decides it is often found sooner than a proof.
        for example in filter(is_example, likely_examples(larger, smaller, self.tries)):
            return Containment(answer=Answer.NO, example=(smallest(example, is_example),))
        proof = _proof(larger, smaller)
        if proof.answer is not Answer.YES:
            for example in filter(is_example, sought_examples(larger, smaller)):
                return Containment(answer=Answer.NO, example=(smallest(example, is_example),))
        return proof


def _proof(larger: Larger, smaller: Smaller) -> Containment:
    try:
        if larger.form.covers(smaller.form) is canonical.Containment.YES:
            return Containment(answer=Answer.YES)
        covered = larger.form.covers(smaller.asked)
    except (canonical.CanonicalizationError, ValueError) as error:
        reason = f"the prover gives up on it ({excerpt(str(error))})"
        return Containment(answer=Answer.UNKNOWN, reason=reason)
    if covered is canonical.Containment.UNKNOWN:
        reason = "neither a proof nor an example was found"
        return Containment(answer=Answer.UNKNOWN, reason=reason)
    return Containment(answer=Answer(covered.value), of_told=True)


def _has_format(schema: Json) -> bool:
    return any("format" in part for part in _parts(schema))


def _parts(schema: Json) -> Iterator[JsonObject]:
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting += (held for _, held in subschemas(part))
