"""Patterns that take exponential time where they are matched by backtracking (ReDoS)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

from jsonschema_rs import ValidationError

from mcp_proof_contracts.generate.leaf import that_match

_QUANTIFIER: Final = re.compile(r"(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})[?+]?")
_GROUP: Final = re.compile(r"\((?:\?(?:P?<\w+>|<?[=!]|[\w-]*:|>))?")
_CLASS: Final = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_ESCAPE: Final = re.compile(
    r"\\(?:[pP]\{[^}]*\}|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x\w\w|.)", re.DOTALL
)
_MANY: Final = 20
"""Repetitions from which on a bound is no bound."""
_SAMPLES: Final = [chr(code) for code in (9, 10, *range(0x20, 0x7F), 0xE9, 0x3B1, 0x4E2D, 0x1F600)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What a piece of a pattern can be, as far as ambiguity goes."""

    first: frozenset[str]
    """Characters that it can begin with."""
    loops: frozenset[str]
    """Characters that repeat without bound somewhere in it."""
    fence: frozenset[str] | None
    """Characters one of which it must have outside of its loops; None if there is no such place."""
    empty: bool
    risky: bool = False


_NOTHING: Final = _Part(first=frozenset(), loops=frozenset(), fence=None, empty=True)


def may_explode(pattern: str) -> bool:
    """Whether a repetition holds another one, or alternatives, that match the same text."""
    try:
        return _Reader(pattern).alternatives().risky
    except RecursionError:
        return True


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def alternatives(self) -> _Part:
        branches = [self._sequence()]
        while self._next() == "|":
            self._at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else _either(branches)

    def _next(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _sequence(self) -> _Part:
        whole = _NOTHING
        while self._next() not in ("", "|", ")"):
            whole = _then(whole, self._quantified(self._atom()))
        return whole

    def _atom(self) -> _Part:
        if (group := _GROUP.match(self._pattern, self._at)) is not None:
            self._at = group.end()
            inner = self.alternatives()
            self._at += 1
            around = group[0].endswith(("=", "!"))
            return (
                _Part(
                    first=frozenset(), loops=frozenset(), fence=None, empty=True, risky=inner.risky
                )
                if around
                else inner
            )
        found = _CLASS.match(self._pattern, self._at) or _ESCAPE.match(self._pattern, self._at)
        text = found[0] if found is not None else self._next()
        self._at += len(text)
        if text in ("^", "$", "\\b", "\\B"):
            return _NOTHING
        characters = _characters(text)
        return _Part(first=characters, loops=frozenset(), fence=characters, empty=False)

    def _quantified(self, part: _Part) -> _Part:
        found = _QUANTIFIER.match(self._pattern, self._at)
        if found is None:
            return part
        self._at = found.end()
        least = int(found[2]) if found[2] else int(found[1] == "+")
        bounded = found[1] == "?" or (found[2] and not (found[3] and not found[4]))
        most = 1 if found[1] == "?" else int(found[4] or found[2] or 0) if bounded else _MANY
        return _repeated(part, least, most)


def _repeated(part: _Part, least: int, most: int) -> _Part:
    empty = part.empty or least == 0
    if most < _MANY:
        fence = None if empty else part.fence
        return _Part(first=part.first, loops=part.loops, fence=fence, empty=empty, risky=part.risky)
    ambiguous = bool(part.loops) and (part.fence is None or bool(part.fence & part.loops))
    ambiguous = ambiguous or (part.empty and least > 1)
    return _Part(
        first=part.first,
        loops=part.loops | part.first | (part.fence or frozenset()),
        fence=None,
        empty=empty,
        risky=part.risky or ambiguous or part.fence == _AMBIGUOUS,
    )


_AMBIGUOUS: Final = frozenset({"ambiguous"})
"""The fence of alternatives that begin alike: where they repeat, a text can be read in two ways."""


def _either(branches: list[_Part]) -> _Part:
    alike = any(one.first & other.first for one, other in combinations(branches, 2))
    fences = [branch.fence for branch in branches]
    fence = frozenset[str]().union(*(each for each in fences if each is not None))
    return _Part(
        first=frozenset[str]().union(*(branch.first for branch in branches)),
        loops=frozenset[str]().union(*(branch.loops for branch in branches)),
        fence=_AMBIGUOUS if alike else None if None in fences else fence,
        empty=any(branch.empty for branch in branches),
        risky=any(branch.risky for branch in branches),
    )


def _then(one: _Part, other: _Part) -> _Part:
    loops = one.loops | other.loops
    return _Part(
        first=one.first | other.first if one.empty else one.first,
        loops=loops,
        fence=_better(_told_apart(one, other), _told_apart(other, one), loops),
        empty=one.empty and other.empty,
        risky=one.risky or other.risky,
    )


def _told_apart(part: _Part, beside: _Part) -> frozenset[str] | None:
    """The fence of a part; what must stand beside alternatives can tell where they begin."""
    if part.fence == _AMBIGUOUS and not beside.empty and not beside.first & part.first:
        return part.first
    return part.fence


def _better(
    one: frozenset[str] | None, other: frozenset[str] | None, loops: frozenset[str]
) -> frozenset[str] | None:
    """The fence that tells the rounds of a repetition apart, if either does."""
    for fence in (one, other):
        if fence is not None and fence != _AMBIGUOUS and not fence & loops:
            return fence
    return one if one is not None else other


@lru_cache(maxsize=1024)
def _characters(atom: str) -> frozenset[str]:
    """The characters, among some, that an expression for one character stands for."""
    try:
        return frozenset(that_match(f"^(?:{atom})$", _SAMPLES))
    except ValidationError:  # an extension that is read wrongly here
        return frozenset(_SAMPLES)
