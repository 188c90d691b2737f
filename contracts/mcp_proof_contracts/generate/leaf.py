"""Judges strings, names and numbers on the spot, where trying again costs least."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from jsonschema_rs import Validator, validator_for

from mcp_proof_contracts.generate.document import REFERENCES
from mcp_proof_contracts.json_value import Json, JsonObject

_REFERENCES: Final = [json.dumps(keyword) for keyword in REFERENCES]


def fits(keywords: JsonObject, value: Json) -> bool:
    """Whether a value keeps some keywords, formats included.

    Keywords that refer to other parts of their document are left to the judgement of the whole.
    """
    text = json.dumps(keywords)
    return any(reference in text for reference in _REFERENCES) or _validator(text).is_valid(value)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text."""
    return fits({"pattern": pattern}, text)


def that_match(pattern: str, texts: Iterable[str]) -> list[str]:
    """The texts in which a pattern is found."""
    return list(filter(_validator(json.dumps({"pattern": pattern})).is_valid, texts))


@lru_cache(maxsize=1024)
def _validator(text: str) -> Validator:
    return validator_for(json.loads(text), offline=True, validate_formats=True)
