"""Compares a live answer with what recordings tell of its shape."""

import re
from collections.abc import Sequence
from typing import Final

from mcp_proof.drift.answer import KEYS
from mcp_proof.drift.difference import Change, Difference
from mcp_proof.drift.matcher import ANY, Match, Matcher, Matchers
from mcp_proof.drift.shape import Shape, canonical, json_in, kind_of, tag_of
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.wire import quote

PARTS: Final = ("content", "contents", "messages")
"""The members of results whose elements are what was asked for: not one of them is an answer."""
SETS: Final = ("required", "enum", "type")
"""Lists of a JSON Schema whose order says nothing."""
DATA: Final = re.compile(r"\d[\d.:TZ+-]*|[0-9a-fA-F-]{8,}|.*[/@:\s].*", re.DOTALL)
"""Names of members that are data: numbers, dates, hashes, paths, addresses."""
KEYED: Final = tuple((name,) for name in KEYS)
"""The places of what is listed by name."""
OPTIONAL: Final = "no recorded answer has it"
ALWAYS: Final = "every recorded answer has it"


class Comparison:
    """The differences between one live answer and the recorded ones, each told once."""

    def __init__(self, matchers: Matchers) -> None:
        self._matchers = matchers
        self._found: dict[tuple[str, Change, str], Difference] = {}

    @property
    def differences(self) -> list[Difference]:
        """What was found."""
        return list(self._found.values())

    def compare(self, recorded: Shape, live: Json, steps: tuple[str, ...] = ()) -> None:
        """Compare what is at one place, and all below it."""
        matcher = self._matchers.at(steps)
        if matcher.match is Match.IGNORE:
            return
        if matcher.match is Match.REGEX:
            self._fits(matcher, recorded, live, steps)
        elif matcher.match is Match.EQUAL and not (isinstance(live, dict) and recorded.objects):
            self._is_one_of(recorded, live, steps)
        else:
            self._alike(recorded, live, steps)

    def _alike(self, recorded: Shape, live: Json, steps: tuple[str, ...]) -> None:
        kind = _live_kind(recorded, live)
        if kind not in recorded.kinds:
            types = " or ".join(recorded.kinds)
            first = next(iter(recorded.kinds.values()), None)
            told = f"{types}, such as {quote(first)}"
            why = f"it was recorded as {types}, and is {kind}"
            self._tell(steps, Change.TYPE, told, f"{kind}: {quote(live)}", why)
        elif isinstance(live, dict):
            self._objects(recorded, live, steps)
        elif isinstance(live, list):
            self._arrays(recorded, live, steps)
        elif isinstance(live, str):
            self._texts(recorded, live, steps)

    def _objects(self, recorded: Shape, live: JsonObject, steps: tuple[str, ...]) -> None:
        names = [*recorded.members, *live]
        if names and steps not in KEYED and all(map(DATA.fullmatch, names)):
            for value in live.values() if recorded.members else ():
                self.compare(recorded.any_member, value, (*steps, ANY))
            return
        for name, shape in recorded.members.items():
            inner = (*steps, name)
            if name in live:
                self.compare(shape, live[name], inner)
            elif recorded.always(name) and self._counts(inner):
                self._tell(inner, Change.GONE, quote(shape.values[0]), "not there", ALWAYS)
        for name in live.keys() - recorded.members.keys():
            if self._counts(inner := (*steps, name)):
                self._tell(inner, Change.NEW, "not there", quote(live[name]), OPTIONAL)

    def _arrays(self, recorded: Shape, live: JsonArray, steps: tuple[str, ...]) -> None:
        inner = (*steps, ANY)
        shapes = recorded.elements
        if len(steps) == 1 and steps[0] in PARTS:
            self._parts(recorded, live, inner)
        for element in live if shapes else ():
            shape = shapes.get("") or shapes.get(tag_of(element))
            if shape is not None:
                self.compare(shape, element, inner)
            elif self._counts(inner):
                tags = ", ".join(shapes)
                why = f"elements of these types were recorded: {tags}"
                self._tell(inner, Change.NEW, tags, quote(element), why)

    def _parts(self, recorded: Shape, live: JsonArray, inner: tuple[str, ...]) -> None:
        """See that what every recorded answer consists of is still there."""
        arrays = [value for value in recorded.values if isinstance(value, list)]
        now = {tag_of(element) for element in live}
        for tag, shape in recorded.elements.items():
            if all(any(tag_of(e) == tag or not tag for e in each) for each in arrays):
                missing = tag not in now if tag else not live
                if missing and self._counts(inner):
                    shown = quote(shape.values[0])
                    self._tell(inner, Change.GONE, shown, f"{len(live)} others", ALWAYS)

    def _texts(self, recorded: Shape, live: str, steps: tuple[str, ...]) -> None:
        inner, held = json_in(live), recorded.in_texts
        if held is not None and inner is not None:
            self._alike(held, inner, steps)  # the paths go on through the text
        elif held is not None:
            why = "every recorded text is JSON, and this one is not"
            self._tell(steps, Change.TYPE, quote(recorded.texts[0]), quote(live), why)
        elif inner is not None and recorded.has_plain_texts_only:
            why = "no recorded text is JSON, and this one is"
            self._tell(steps, Change.TYPE, quote(recorded.texts[0]), quote(live), why)

    def _is_one_of(self, recorded: Shape, live: Json, steps: tuple[str, ...]) -> None:
        values: Sequence[Json] = recorded.values
        if steps and steps[-1] in SETS:
            known, now = {_as_set(value) for value in values}, _as_set(live)
        else:
            known, now = set(recorded.written), canonical(live)
        if now not in known:
            several = f" (or {len(known) - 1} other values)" if len(known) > 1 else ""
            told = f"{quote(values[0])}{several}"
            self._tell(steps, Change.VALUE, told, quote(live), "the value itself is compared here")

    def _fits(self, matcher: Matcher, recorded: Shape, live: Json, steps: tuple[str, ...]) -> None:
        assert matcher.pattern is not None
        if isinstance(live, str) and matcher.pattern.search(live):
            return
        why = f"it must match the regular expression {matcher.pattern.pattern}"
        self._tell(steps, Change.VALUE, quote(recorded.values[0]), quote(live), why)

    def _counts(self, steps: tuple[str, ...]) -> bool:
        return self._matchers.at(steps).match is not Match.IGNORE

    def _tell(
        self, steps: tuple[str, ...], change: Change, recorded: str, actual: str, why: str
    ) -> None:
        path = json_pointer(steps)
        told = Difference(path=path, change=change, recorded=recorded, actual=actual, why=why)
        self._found.setdefault((path, change, why), told)


def _live_kind(recorded: Shape, live: Json) -> str:
    """Name the type of a live value: a number without a fraction is as good as one that has one."""
    kind = kind_of(live)
    if isinstance(live, float) and live.is_integer() and "integer" in recorded.kinds:
        return "integer"
    fits = "number" in recorded.kinds and "integer" not in recorded.kinds
    return "number" if kind == "integer" and fits else kind


def _as_set(value: Json) -> bytes:
    if not isinstance(value, list):
        return canonical([value])
    return b"\n".join(sorted(map(canonical, value)))
