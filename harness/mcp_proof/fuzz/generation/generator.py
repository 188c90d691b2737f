from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from schemathesis import GenerationMode

from mcp_proof.fuzz.generation.boundary import Boundary
from mcp_proof.fuzz.generation.choices import NO_CHOICES, Choices
from mcp_proof.fuzz.generation.chosen import with_choices
from mcp_proof.fuzz.generation.instances import Instances
from mcp_proof.fuzz.generation.obstacles import Extent, obstacle
from mcp_proof.fuzz.generation.schemathesis_cases import schemathesis_cases
from mcp_proof.fuzz.generation.spoiling import ANYTHING, SEED, spoilt
from mcp_proof.fuzz.generation.validity import Judge, Validity
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.generate.document import Document
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list

_QUARTERS: Final = st.integers(0, 3)
_ANY_OBJECT: Final = st.dictionaries(st.text(), ANYTHING, max_size=3)


class Generator:
    """Makes arguments for one tool from its input schema."""

    def __init__(self, name: str, schema: Json, *, choices: Choices = NO_CHOICES) -> None:
        self.name = name
        self._choices = choices
        self._obstacle = obstacle(schema)
        self._leaves = None if self._obstacle is None else self._obstacle.leaves
        self._judge = None if self._leaves is Extent.NOTHING else Judge(schema)
        self._document = Document(_of_objects(schema) if self._judge is not None else True)

    @property
    def problem(self) -> str | None:
        """Why nothing, or only a part, can be generated; None if all is well."""
        told = [] if self._obstacle is None else [self._obstacle.message]
        if self._instances is not None and self._instances.problem is not None:
            text = excerpt(self._instances.problem.rstrip("."))
            told.append(f"input schema: {text}. Still tested: arguments that the schema forbids.")
        return " ".join(told) or None

    def verdict(self, value: Json) -> Validity:
        """What the tool's own schema says of a value."""
        return Validity.UNJUDGED if self._judge is None else self._judge.verdict(value)

    def boundaries(self) -> Iterator[JsonObject]:
        """The same distinct arguments each time, the most telling first."""
        if self._judge is None or self._instances is None:
            return
        if not self._instances.chosen:
            yield {}
        yield from Boundary(self._document, self._judge, self._instances.chosen).cases()

    def positive(self) -> SearchStrategy[JsonObject]:
        """Arguments that are all valid."""
        return self._positive

    def negative(self) -> SearchStrategy[JsonObject]:
        """Objects that are all invalid."""
        return self._negative

    @cached_property
    def _instances(self) -> Instances | None:
        if self._judge is None:
            return None
        only_one = self._leaves is Extent.BOUNDARIES
        examples = self._choices.examples
        return Instances(self._document, self._judge, examples, only_one=only_one)

    @cached_property
    def _positive(self) -> SearchStrategy[JsonObject]:
        if self._judge is None or self._instances is None:
            return st.nothing()
        if self._leaves is Extent.BOUNDARIES:
            return self._of_boundaries(Validity.VALID)
        if not self._instances.chosen:
            return st.nothing()
        sources: list[SearchStrategy[JsonObject]] = []
        if self._instances.makes_more:
            sources.append(SEED.map(self._instances.of).filter(_is_some).map(_known))
        if self._instances.examples:
            sources.append(st.sampled_from(self._instances.examples))
        sources += self._by_schemathesis(GenerationMode.POSITIVE, Validity.VALID)
        return with_choices(st.one_of(sources), self._document, self._judge, self._choices)

    @cached_property
    def _negative(self) -> SearchStrategy[JsonObject]:
        if self._judge is None or self._instances is None:
            return st.nothing()
        if self._leaves is Extent.BOUNDARIES:
            return self._of_boundaries(Validity.INVALID)
        if not self._instances.chosen:
            return _ANY_OBJECT.filter(lambda value: self.verdict(value) is Validity.INVALID)
        if all(self.verdict(case) is not Validity.INVALID for case in self.boundaries()):
            return st.nothing()  # whatever is tried, it is allowed
        own = spoilt(self._document, self._judge, self._instances).filter(_is_some).map(_known)
        theirs = self._by_schemathesis(GenerationMode.NEGATIVE, Validity.INVALID)
        return _mixed(own, *theirs) if theirs else own

    def _of_boundaries(self, wanted: Validity) -> SearchStrategy[JsonObject]:
        cases = [case for case in self.boundaries() if self.verdict(case) is wanted]
        return st.sampled_from(cases) if cases else st.nothing()

    def _by_schemathesis(
        self, mode: GenerationMode, wanted: Validity
    ) -> list[SearchStrategy[JsonObject]]:
        if self._leaves is not None:
            return []

        def fits(body: Json) -> bool:
            return isinstance(body, dict) and self.verdict(body) is wanted

        bodies = schemathesis_cases(self._document, mode, fits)
        return [] if bodies is None else [bodies]


def _mixed(
    own: SearchStrategy[JsonObject], theirs: SearchStrategy[JsonObject]
) -> SearchStrategy[JsonObject]:
    """Return three cases with one defect of ours for each that Schemathesis makes."""

    @st.composite
    def draw_one(draw: DrawFn) -> JsonObject:
        return draw(theirs if draw(_QUARTERS) == 0 else own)

    return draw_one()


def _of_objects(schema: Json) -> Json:
    """The schema for objects only, which arguments are."""
    if not isinstance(schema, Mapping):
        return {"type": "object"} if schema else False
    kind = schema.get("type", "object")
    return {**schema, "type": "object"} if kind == "object" or "object" in as_list(kind) else schema


def _is_some(value: JsonObject | None) -> bool:
    return value is not None


def _known(value: JsonObject | None) -> JsonObject:
    assert value is not None
    return value
