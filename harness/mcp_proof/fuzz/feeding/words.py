"""The words of a name, so that `next_cursor` and `nextCursor` are told to be one."""

import re
from typing import Final

WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
SINGULAR: Final = 4
"""Letters from which on a final s is left out."""


def words(name: str) -> frozenset[str]:
    """Return the words in lower case, in the singular as far as an s tells."""
    return frozenset(_singular(word.lower()) for word in WORD.findall(name))


def _singular(word: str) -> str:
    return word[:-1] if len(word) >= SINGULAR and word.endswith("s") else word
