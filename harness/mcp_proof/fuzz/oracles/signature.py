"""What is the same in a text whatever the input was: without numbers and quoted words."""

import re
from typing import Final

CHANGING: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|0x[0-9a-fA-F]+|\d+")
LONGEST: Final = 60
"""Characters that tell one kind of text from another; inputs are quoted behind them."""


def signature(text: str) -> str:
    """Return the beginning of a text, with all that an input may change left out."""
    return CHANGING.sub("_", text[: 4 * LONGEST].partition(":")[0])[:LONGEST]
