"""Valid arguments without randomness: the smallest, and some that show everything else."""

import json
from random import Random
from typing import Final

from mcp_proof.example import example_of
from mcp_proof.fuzz.generation.places import places, without
from mcp_proof.fuzz.generation.validity import Judge, Validity
from mcp_proof.fuzz.generation.variations.types import kind_of
from mcp_proof_contracts.generate import UngeneratableError, generate
from mcp_proof_contracts.generate.document import Document
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object

_SEEDS: Final = 32
_HOPELESS: Final = 4
"""Attempts without any valid value after which there is none."""
_MOST: Final = 8
_VERDICTS: Final = 200
"""Attempts to make one instance smaller."""


class Instances:
    """Valid arguments of one schema."""

    def __init__(
        self,
        document: Document,
        judge: Judge,
        examples: tuple[JsonObject, ...],
        *,
        only_one: bool = False,
    ) -> None:
        self._document = document
        self._schema = document.root
        self._judge = judge
        self._only_one = only_one
        self.examples: tuple[JsonObject, ...] = tuple(filter(self._is_valid, examples))
        """Those of the user's that are valid."""
        self.problem: str | None = None
        """Why none was found, if none was."""
        self.makes_more: bool = True
        """Whether there are any but the examples."""
        self.chosen: tuple[JsonObject, ...] = self._choose()
        """The examples, the smallest, and some that show what those before them do not."""

    def base(self, seed: int) -> JsonObject:
        """Arguments to vary: every second time an example of the user's, if there are any."""
        if self.examples and seed % 2:
            return self.examples[seed // 2 % len(self.examples)]
        return self.of(seed) or self.chosen[0]

    def of(self, seed: int) -> JsonObject | None:
        """Arguments by chance, the same for the same seed."""
        try:
            value = self._made(seed) if self.makes_more else None
        except UngeneratableError:
            return None
        return value if isinstance(value, dict) and self._is_valid(value) else None

    def _made(self, seed: int) -> Json:
        return generate(self._schema, Random(seed))  # noqa: S311  # repeatable on purpose

    def _is_valid(self, value: Json) -> bool:
        return isinstance(value, dict) and self._judge.verdict(value) is Validity.VALID

    def _choose(self) -> tuple[JsonObject, ...]:
        found: dict[str, JsonObject] = {}
        example = example_of(as_object(self._schema))
        if isinstance(example, dict) and self._is_valid(example):
            found[json.dumps(example, sort_keys=True)] = example
        for seed in range(_SEEDS):
            if found if self._only_one else not found and seed >= _HOPELESS:
                break
            if (value := self.of(seed)) is not None:
                found.setdefault(json.dumps(value, sort_keys=True), value)
        self.makes_more = bool(found)
        if not found and not self.examples:
            self.problem = self._reason()
        ordered = sorted(found, key=lambda text: (len(text), text))
        return (*self.examples[:_MOST], *self._telling([found[text] for text in ordered]))

    def _reason(self) -> str:
        try:
            self._made(0)
        except UngeneratableError as error:
            return str(error)
        return "No arguments can be valid, for they are objects"

    def _telling(self, values: list[JsonObject]) -> tuple[JsonObject, ...]:
        chosen: list[JsonObject] = []
        shown: set[object] = set()
        for value in values[:1]:
            chosen.append(self._reduced(value, set()))
            shown |= self._shows(chosen[0])
        for value in sorted(values, key=lambda v: -len(self._shows(v))):
            new = self._shows(value) - shown
            if new and len(chosen) < _MOST:
                chosen.append(self._reduced(value, new))
                shown |= new
        return tuple(chosen)

    def _shows(self, value: Json) -> set[object]:
        """The shapes of its places with their types, and the named values that it has."""
        shows: set[object] = set()
        for place in places(self._document, value):
            shows.add((place.shape, kind_of(place.value)))
            if any(True for word in ("enum", "const") for _ in place.said(word)):
                shows.add((place.shape, json.dumps(place.value, sort_keys=True)))
        return shows

    def _reduced(self, value: JsonObject, kept: set[object]) -> JsonObject:
        """The value without the parts that it is valid without, as long as it shows some things."""
        # The outer parts first, and the last items of an array before those that would move.
        parts = places(self._document, value)[::-1]
        parts.sort(key=lambda place: len(place.path))
        for place in [place for place in parts if place.path][:_VERDICTS]:
            try:
                smaller = without(value, place.path)
            except (KeyError, IndexError):  # gone with what it was part of
                continue
            if not isinstance(smaller, dict) or not self._is_valid(smaller):
                continue
            if kept <= self._shows(smaller):
                value = smaller
        return value
