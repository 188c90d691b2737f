"""Strings: words, formats and patterns within a length (validation §6.3)."""

from random import Random
from typing import Final

from mcp_proof_contracts.generate.count import MOST, count
from mcp_proof_contracts.generate.draw import Draw
from mcp_proof_contracts.generate.formats import FORMATS, content
from mcp_proof_contracts.generate.leaf import fits
from mcp_proof_contracts.generate.patterns import matching
from mcp_proof_contracts.generate.words import words
from mcp_proof_contracts.json_value import JsonObject

_USUAL: Final = 40
_BEYOND: Final = 4
_TRIES: Final = 60
_CHARACTERS: Final = 10
"""As many cost as much as one part of a value."""
_BY_CHANCE: Final = ("pattern", "format", "not")


def a_string(schema: JsonObject, draw: Draw) -> str:
    """Return a string; without its `format`, often an annotation only, where nothing has all."""
    if all(keyword not in schema for keyword in _BY_CHANCE):
        return _candidate(schema, draw.random)
    wanted = {k: schema[k] for k in ("minLength", "maxLength", *_BY_CHANCE) if k in schema}
    text = ""
    for keywords in (wanted, {k: value for k, value in wanted.items() if k != "format"}):
        for _ in range(_TRIES):
            text = _candidate(keywords, draw.random)
            draw.parts += len(text) // _CHARACTERS
            if draw.parts > MOST or fits(keywords, text):
                return text
    return text


def _candidate(schema: JsonObject, random: Random) -> str:
    low = count(schema, "minLength", 0)
    high = count(schema, "maxLength", max(_USUAL, low))
    pattern, kind = schema.get("pattern"), schema.get("format")
    if isinstance(kind, str) and kind in FORMATS and (pattern is None or random.random() < 1 / 2):
        return FORMATS[kind](random)
    if isinstance(pattern, str):
        most = random.randint(0, max(_BEYOND, low))
        text = matching(pattern, random, (random.choice((0, most)), most))
        return text if len(text) >= low else text + words(random, low - len(text), high - len(text))
    return content(schema, random) or words(random, low, high)
