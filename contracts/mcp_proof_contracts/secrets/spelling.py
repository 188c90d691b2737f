"""The ways in which a text is spelled: as it is, or escaped for JSON, a URL, HTML or a shell."""

import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Final

HEAD: Final = 6
"""Characters by which a beginning is known."""
CUT: Final = "…"
"""What excerpts end with."""
ESCAPE: Final = 8
"""Characters that may stand for a single one."""
BYTE: Final = 0x100
ASTRAL: Final = 0x10000
"""The first character that UTF-16 writes as two."""
_HTML: Final = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_JSON: Final = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}
_SHELL: Final = {"'": r"""'(?:"'"|\\')'"""}
_SLASHES: Final = re.compile(r"\\+")
_RUN: Final = re.compile("[A-Za-z0-9]+")


def spellings(text: str) -> re.Pattern[str]:
    """Return what matches a text in every spelling, also in one within another."""
    single = "\\".join(_SLASHES.split(text))  # one stands for any number
    return re.compile("".join(map(_spellings_of, single)))


def cut_spellings(text: str) -> re.Pattern[str]:
    """Return what matches the beginning of a text where an excerpt was cut off within it.

    The first characters are looked for in their order; what is left before the cut need only be
    made of the others, and may end within what stands for one.
    """
    head, rest = map(_spellings_of, text[:HEAD]), {_spellings_of(each) for each in text[HEAD:]}
    return re.compile(rf"{''.join(head)}(?:{'|'.join(sorted(rest))})*\S{{,{ESCAPE}}}(?={CUT})")


def core(text: str) -> str:
    """Return the longest part of a text that all spellings have: they keep letters and digits."""
    return max(_RUN.findall(text), key=len, default="")


def base64_parts(text: str) -> set[str]:
    """Return what betrays a text in the Base64 of something that holds it.

    Three bytes make four characters, so it is one of three strings, by where the text begins. The
    characters that depend on what stands beside it are left out.
    """
    raw = text.encode(errors="surrogatepass")
    parts: set[str] = set()
    for lead, start in enumerate((0, 2, 3)):
        end = (lead + len(raw)) * 8 // 6
        part = b64encode(bytes(lead) + raw)[start:end].decode()
        parts |= {part, part.replace("+", "-").replace("/", "_")}
    return parts


def _spellings_of(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    ways = [*_escapes(character)]
    if not character.isascii():  # UTF-8 that was read as Latin-1, as headers are
        mistaken = map(chr, character.encode(errors="surrogatepass"))
        ways.append("".join(f"(?:{'|'.join(_escapes(part))})" for part in mistaken))
    return f"(?:{'|'.join(ways)})" + ("++" if character == "\\" else "")


def _escapes(character: str) -> Iterator[str]:
    """Yield patterns; any number of backslashes escapes, and is taken without a second try."""
    code = ord(character)
    yield r"\\++" if character == "\\" else rf"\\*+{re.escape(character)}"
    yield "".join(rf"(?i:\\*+u{unit:04x})" for unit in _utf16(code))
    yield "".join(f"(?i:%(?:25)*{byte:02x})" for byte in character.encode(errors="surrogatepass"))
    yield f"(?i:&#x0*{code:x};)|&#0*{code};"
    if code < BYTE:
        yield rf"(?i:\\*+x{code:02x})"
    if character in _JSON:
        yield rf"\\*+{_JSON[character]}"
    if character in _HTML:
        yield f"&{_HTML[character]};"
    if character in _SHELL:
        yield _SHELL[character]
    if character == " ":
        yield r"\+"


def _utf16(code: int) -> tuple[int, ...]:
    """Return the code units of a character. The codec is gone when the interpreter ends."""
    if code < ASTRAL:
        return (code,)
    return 0xD800 + (code - ASTRAL >> 10), 0xDC00 + (code & 0x3FF)
