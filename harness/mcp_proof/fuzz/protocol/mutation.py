"""Random mutation of a JSON text by its grammar: tokens are lost, doubled, swapped and replaced."""

import re
from collections.abc import Callable
from random import Random
from typing import Final, TypeAlias

TOKEN: Final = re.compile(
    rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}\[\]:,]|\s+|.',
    re.DOTALL,
)
ODD_TOKENS: Final = (
    *(b"null", b"true", b"false", b"0", b"-1", b"-0", b"1.5", b"1e400", b"9007199254740993"),
    *(b"NaN", b"Infinity", b"0x10", b"01", b".5", b"undefined", b"None", b"'", b"/**/", b"//"),
    *(b'""', b'"__proto__"', b'"constructor"', b'"\\u0000"', b'"\\ud800"', b'"\\x41"', b'"\xff"'),
    *(b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"a', b"{}", b"[]", b"[[]]", b"{", b"}", b"[", b"]"),
    *(b",", b":", b'{"":{}}', b'{"a":1,"a":2}', b"\xef\xbb\xbf", b"1" * 400, b'"\xf0\x9f\x98\x80"'),
)
ODD_BYTES: Final = b'\x00\x01\x08\t\n\r\x1b "\\/{}[]:,\x7f\x80\xbf\xc0\xed\xf5\xfe\xff'
MOST_AT_ONCE: Final = 3
TIMES: Final = (2, 3, 50, 1000)

Tokens: TypeAlias = list[bytes]
Operator: TypeAlias = Callable[[Tokens, Random], str]
"""Changes tokens in place; returns what it did, in words."""


def tokens_of(text: bytes) -> Tokens:
    """Return the tokens of a JSON text, or of what is left of one; joined they are the text."""
    return TOKEN.findall(text)


def mutated(text: bytes, random: Random) -> tuple[str, bytes]:
    """Return a text with one to three random changes, and what was done in words."""
    tokens = tokens_of(text)
    done = [
        random.choice(OPERATORS)(tokens, random) for _ in range(random.randint(1, MOST_AT_ONCE))
    ]
    return ", ".join(done), b"".join(tokens)


def _place(tokens: Tokens, random: Random) -> int:
    if not tokens:
        tokens.append(b"")
    return random.randrange(len(tokens))


def _delete(tokens: Tokens, random: Random) -> str:
    place = _place(tokens, random)
    return f"{_shown(tokens.pop(place))} deleted"


def _duplicate(tokens: Tokens, random: Random) -> str:
    place, times = _place(tokens, random), random.choice(TIMES)
    token = tokens[place]
    tokens[place] = token * times
    return f"{_shown(token)} {times} times"


def _swap(tokens: Tokens, random: Random) -> str:
    one, other = _place(tokens, random), _place(tokens, random)
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return f"{_shown(tokens[one])} and {_shown(tokens[other])} swapped"


def _replace(tokens: Tokens, random: Random) -> str:
    place = _place(tokens, random)
    old, tokens[place] = tokens[place], random.choice(ODD_TOKENS)
    return f"{_shown(old)} replaced by {_shown(tokens[place])}"


def _insert(tokens: Tokens, random: Random) -> str:
    place, token = _place(tokens, random), random.choice(ODD_TOKENS)
    tokens.insert(place, token)
    return f"{_shown(token)} put before token {place}"


def _truncate(tokens: Tokens, random: Random) -> str:
    place = _place(tokens, random)
    token = tokens[place]
    del tokens[place + 1 :]
    tokens[place] = token[: random.randint(1, max(1, len(token)))]
    return f"truncated in {_shown(token)}"


def _insert_byte(tokens: Tokens, random: Random) -> str:
    place, byte = _place(tokens, random), bytes([random.choice(ODD_BYTES)])
    token = tokens[place]
    at = random.randint(0, len(token))
    tokens[place] = token[:at] + byte + token[at:]
    return f"byte 0x{byte[0]:02x} inserted in {_shown(token)}"


def _flip_byte(tokens: Tokens, random: Random) -> str:
    place = _place(tokens, random)
    token = bytearray(tokens[place] or b" ")
    at = random.randrange(len(token))
    token[at] ^= 1 << random.randrange(8)
    old, tokens[place] = tokens[place], bytes(token)
    return f"a bit flipped in {_shown(old)}"


OPERATORS: Final[tuple[Operator, ...]] = (
    *(_delete, _duplicate, _swap, _replace),
    *(_insert, _truncate, _insert_byte, _flip_byte),
)
LONGEST_SHOWN: Final = 24


def _shown(token: bytes) -> str:
    text = token.decode("latin-1").encode("unicode_escape").decode()
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
