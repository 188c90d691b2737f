"""Texts at the edge of what a schema allows, and beyond what servers expect."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof.fuzz.generation.canaries import CANARIES
from mcp_proof.fuzz.generation.places import Place
from mcp_proof.fuzz.generation.variations.counts import counts
from mcp_proof.fuzz.generation.variations.variation import Rank, Variation
from mcp_proof_contracts.generate.formats import FORMATS
from mcp_proof_contracts.generate.leaf import matches

LONG: Final = 65_536
_LONGEST: Final = 100_000
"""A greater `maxLength` is not exhausted."""

_OF_A_FORMAT: Final = 3
_TELLING: Final = (
    "",
    "\N{GRINNING FACE}",
    "x" * LONG,
    "a\x00b",
    "a\nb\r\nc\t",
    "e\N{COMBINING ACUTE ACCENT}\N{COMBINING TILDE}",
    "\N{RIGHT-TO-LEFT OVERRIDE}\N{HEBREW LETTER ALEF}\N{ARABIC LETTER BEH}abc",
    "\N{MATHEMATICAL SCRIPT CAPITAL A}\N{CJK UNIFIED IDEOGRAPH-20BB7}",
    '"',
    "'",
    " ",
    "a",
)
_REST: Final = (
    "\\",
    "`",
    "%s%n%d",
    "%00",
    "null",
    "true",
    "0",
    "-1",
    "NaN",
    "\N{ZERO WIDTH NO-BREAK SPACE}",
    "\N{LATIN SMALL LETTER SHARP S}\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}",
    "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}",
)
_FORMAT_EDGES: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("2024-02-29", "0001-01-01", "9999-12-31"),
    "date-time": ("1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999+14:00"),
    "time": ("00:00:00Z", "23:59:59.999999-12:00"),
    "duration": ("P0D", "P9999Y"),
    "email": ("a@b.co", '"a b"@example.com'),
    "hostname": ("a", "localhost"),
    "ipv4": ("255.255.255.255", "169.254.169.254"),
    "ipv6": ("::", "::1", "::ffff:192.0.2.1"),
    "uri": ("file:///etc/passwd", "urn:a:b", "http://[::1]:0/"),
    "uri-reference": ("", "//a", "../../etc/passwd"),
    "json-pointer": ("", "/", "/~0~1"),
    "regex": ("", "(a+)+$"),
    "uuid": (
        "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    ),
}


def text_variations(place: Place, text: str) -> Iterator[Variation]:
    """Lengths, the pattern and the format first, then what any text can be."""
    for length in _lengths(place):
        yield Variation(Rank.PROMISE, fitted(text, length))
    for pattern in place.said("pattern"):
        for other in (f"{text}!", f"!{text}", "", text.swapcase(), f"{text}\n"):
            if not matches(str(pattern), other):
                yield Variation(Rank.PROMISE, other)
                break
        yield Variation(Rank.TELLING, f"{text}\n")
    formats = [str(name) for name in place.said("format")]
    for name in formats:
        yield Variation(Rank.TELLING, f"not a {name}")
        for edge in _FORMAT_EDGES.get(name, ()):
            yield Variation(Rank.TELLING, edge)
    for number, other in enumerate(_TELLING):
        # One text without the format is much like another.
        broken = number >= _OF_A_FORMAT and any(name in FORMATS for name in formats)
        yield Variation(Rank.REST if broken else Rank.TELLING, other)
    for canary in CANARIES:
        yield Variation(Rank.CANARY, canary)
    for other in _REST:
        yield Variation(Rank.REST, other)


def fitted(text: str, length: int) -> str:
    """The text with so many characters."""
    return text[:length] if length <= len(text) else text.ljust(length, text[-1:] or "a")


def _lengths(place: Place) -> Iterator[int]:
    for least in counts(place, "minLength", _LONGEST):
        yield from (least - 1, least) if least else (0,)
    for most in counts(place, "maxLength", _LONGEST):
        yield from (most + 1, most)
