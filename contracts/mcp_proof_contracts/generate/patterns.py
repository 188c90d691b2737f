"""Texts that match a regular expression of ECMA-262, the dialect of `pattern` (core §6.4).

The parser knows the structure alone: which characters a class or an escape stands for is asked of
the validator. Assertions are not solved, so whoever calls checks the text and tries again.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import chain
from random import Random
from typing import Final, TypeAlias

from mcp_proof_contracts.generate.count import MOST
from mcp_proof_contracts.generate.leaf import that_match
from mcp_proof_contracts.tool_schema import schema_problem

_PRINTABLE: Final = [chr(code) for code in range(0x20, 0x7F)]
_CONTROLS: Final = [chr(code) for code in (*range(0x20), 0x7F)]
_BEYOND_ASCII: Final = [chr(c) for c in chain(range(0x80, 0xD800), range(0x1F300, 0x1FB00))]
_QUANTIFIER: Final = re.compile(r"(?:([*+?])|\{(\d+)(,?)(\d*)\})[?+]?")
_FLAGS: Final = re.compile(r"\(\?[a-z-]+\)")
_GROUP: Final = re.compile(r"\((?:\?(?:P?<\w+>()|<?([=!])|[\w-]*:|>))?")
_CLASS: Final = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_ESCAPE: Final = re.compile(
    r"\\(?:[pP]\{[^}]*\}|u\{[0-9a-fA-F]+\}|(?:u[0-9a-fA-F]{4}){1,2}|x[0-9a-fA-F]{2}|c[A-Za-z]"
    r"|([1-9]\d*)|(.))",
    re.DOTALL,
)


class _Writer:
    """One text in the making."""

    def __init__(self, random: Random, beyond: tuple[int, int]) -> None:
        self.random = random
        self.beyond = beyond
        self.groups: dict[str, str] = {}
        self.left = MOST


_Part: TypeAlias = Callable[[_Writer], str]


def matching(pattern: str, random: Random, beyond: tuple[int, int] = (0, 4)) -> str:
    """Return a text that is likely to match.

    A repetition goes `beyond` its least by a number of rounds in this range, if it may.
    """
    return _parsed(pattern)(_Writer(random, beyond))


@lru_cache(maxsize=1024)
def _alphabet(atom: str) -> str:
    """The characters that an expression for one character stands for, letters and digits thrice."""
    whole = f"^(?:{atom})$"
    if schema_problem({"pattern": whole}) is not None:  # an extension that we read wrongly
        return ""
    for candidates in (_PRINTABLE, _CONTROLS, _BEYOND_ASCII):
        if found := that_match(whole, candidates):
            return "".join(c * 3 if c.isalnum() else c for c in found)
    return ""


@lru_cache(maxsize=1024)
def _parsed(pattern: str) -> _Part:
    return _Parser(pattern).alternatives()


class _Parser:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._groups = 0

    def alternatives(self) -> _Part:
        choices = [self._sequence()]
        while self._next() == "|":
            self._at += 1
            choices.append(self._sequence())
        if len(choices) == 1:
            return choices[0]
        return lambda writer: writer.random.choice(choices)(writer)

    def _next(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _sequence(self) -> _Part:
        parts: list[_Part] = []
        while self._next() not in ("", "|", ")"):
            parts.append(self._quantified(self._atom()))
        return lambda writer: "".join([part(writer) for part in parts])

    def _atom(self) -> _Part:
        readers = {_FLAGS: _nothing, _GROUP: self._group, _CLASS: _one_of, _ESCAPE: _escape}
        for form, read in readers.items():
            if (found := form.match(self._pattern, self._at)) is not None:
                self._at = found.end()
                return read(found)
        character = self._next()
        self._at += 1
        if character in "^$":
            return _literal("")
        return _character(".") if character == "." else _literal(character)

    def _group(self, found: re.Match[str]) -> _Part:
        captures, assertion = found[1] is not None or found[0] == "(", found[2]
        self._groups += captures
        number = str(self._groups)
        inner = self.alternatives()
        self._at += 1  # the closing bracket
        if assertion is not None:
            return _perhaps(inner) if assertion == "=" else _literal("")
        return _kept(inner, number) if captures else inner

    def _quantified(self, part: _Part) -> _Part:
        found = _QUANTIFIER.match(self._pattern, self._at)
        if found is None:
            return part
        self._at = found.end()
        least = 1 if found[1] == "+" else int(found[2] or 0)
        most = None
        if found[1] == "?":
            most = 1
        elif found[2] and not (found[3] and not found[4]):
            most = int(found[4] or found[2])
        return _repeated(part, least, most)


def _literal(text: str) -> _Part:
    return lambda _: text


def _character(atom: str) -> _Part:
    def write(writer: _Writer) -> str:
        characters = _alphabet(atom)
        return writer.random.choice(characters) if characters else ""

    return write


def _nothing(_: re.Match[str]) -> _Part:
    return _literal("")


def _one_of(found: re.Match[str]) -> _Part:
    return _character(found[0])


def _escape(found: re.Match[str]) -> _Part:
    if group := found[1]:
        return lambda writer: writer.groups.get(group, "")
    return _literal("") if found[2] in ("b", "B") else _character(found[0])


def _perhaps(part: _Part) -> _Part:
    """What lies ahead, written out in every second text: what follows may hold it or not."""
    return lambda writer: part(writer) if writer.random.random() < 1 / 2 else ""


def _kept(part: _Part, number: str) -> _Part:
    def write(writer: _Writer) -> str:
        text = part(writer)
        writer.groups[number] = text
        return text

    return write


def _repeated(part: _Part, least: int, most: int | None) -> _Part:
    def write(writer: _Writer) -> str:
        rounds = least + writer.random.randint(*writer.beyond)
        if most is not None:
            rounds = min(rounds, most)
        texts: list[str] = []
        while len(texts) < rounds and writer.left > 0:
            texts.append(part(writer))
            writer.left -= 1
        return "".join(texts)

    return write
