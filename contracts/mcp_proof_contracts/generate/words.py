"""Short words, for values that a person reads."""

from random import Random
from typing import Final

_TEXT: Final = """
amber anchor apple autumn basil birch bridge brook candle cedar cloud clover copper coral daisy
delta ember falcon fern field forest garden harbor hazel island ivory juniper lake lantern linen
maple meadow mint north oak ocean olive orchard pearl pine quartz river saffron sage silver
spring stone summer tulip valley velvet violet willow winter
"""
_WORDS: Final = _TEXT.split()
_SHORTEST: Final = min(map(len, _WORDS))


def a_word(random: Random) -> str:
    """One word."""
    return random.choice(_WORDS)


def words(random: Random, shortest: int, longest: int) -> str:
    """One to three words, lengthened or cut to a number of characters."""
    fewest = shortest // (_SHORTEST + 1) + 1
    text = " ".join(random.choices(_WORDS, k=max(fewest, random.randint(1, 3))))
    return text if len(text) <= longest else text[:longest].rstrip().ljust(shortest, "s")
