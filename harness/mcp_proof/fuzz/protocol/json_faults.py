"""The classical faults of a JSON text: what parsers stumble over."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import BOM, encode

Fault: TypeAlias = Callable[[JsonObject], bytes]
"""Makes a wrong text of a message."""

DEEP: Final = 10_000
MEGABYTE: Final = 1_000_000
LONG_NUMBER: Final = b"9" * 400


def _text(edit: Callable[[bytes], bytes]) -> Fault:
    return lambda message: edit(encode(message))


def _with(member: bytes) -> Fault:
    """A further member, written out: `member` is the text of its name, colon and value."""
    return lambda message: encode(message)[:-1] + b"," + member + b"}"


def _padded(value: bytes) -> Fault:
    """A further member with this text as its value."""
    return _with(b'"mcp-proof":' + value)


def _fixed(text: bytes) -> Fault:
    return lambda _message: text


def _renamed(name: bytes, written: bytes) -> Fault:
    return _text(lambda text: text.replace(b'"' + name + b'"', b'"' + written + b'"', 1))


def _after_colon(text: bytes) -> bytes:
    return text[: text.rindex(b":") + 1]


def _in_string(text: bytes) -> bytes:
    return text[: text.rindex(b'"') - 1]


JSON_FAULTS: Final[dict[str, Fault]] = {
    "truncated after a colon": _text(_after_colon),
    "truncated in a string": _text(_in_string),
    "truncated before the last brace": _text(lambda text: text[:-1]),
    "the opening brace alone": _fixed(b"{"),
    "a closing brace alone": _fixed(b"}"),
    "a second closing brace": _text(lambda text: text + b"}"),
    "a comma after the last member": _text(lambda text: text[:-1] + b",}"),
    "a comma missing": _text(lambda text: text.replace(b",", b" ", 1)),
    "a colon missing": _text(lambda text: text.replace(b":", b" ", 1)),
    "single quotes": _text(lambda text: text.replace(b'"', b"'")),
    "names without quotes": _text(lambda text: text.replace(b'"jsonrpc"', b"jsonrpc", 1)),
    "a comment": _text(lambda text: text[:-1] + b"/* comment */}"),
    "text that is no JSON": _fixed(b"hello, is anybody there?"),
    "a log line before the message": _text(lambda text: b"INFO starting " + text),
    "HTML": _fixed(b"<!doctype html><html><body>502 Bad Gateway</body></html>"),
    "NaN": _padded(b"NaN"),
    "-Infinity": _padded(b"-Infinity"),
    "a number with a leading zero": _padded(b"007"),
    "a number with a plus sign": _padded(b"+1"),
    "a hexadecimal number": _padded(b"0x7f"),
    "a number beyond every range": _padded(b"1e999999"),
    "an integer of 400 digits": _padded(LONG_NUMBER),
    "an integer of 5000 digits": _padded(b"9" * 5000),
    "BOM first": _text(lambda text: BOM + text),
    "UTF-16": _text(lambda text: text.decode().encode("utf-16")),
    "UTF-16 without BOM": _text(lambda text: text.decode().encode("utf-16-le")),
    "overlong UTF-8": _padded(b'"\xc0\xaf"'),
    "a surrogate in UTF-8": _padded(b'"\xed\xa0\x80"'),
    "the byte 0xff in a string": _padded(b'"\xff"'),
    "UTF-8 cut in the middle of a character": _padded(b'"\xf0\x9f\x98"'),
    "lone surrogate escape": _padded(b'"\\ud800"'),
    "lone surrogate escape in a name": _with(b'"\\udfff":1'),
    "surrogates in the wrong order": _padded(b'"\\udc00\\ud800"'),
    "escaped NUL in a string": _padded(b'"a\\u0000b"'),
    "a NUL byte in a string": _padded(b'"a\x00b"'),
    "a NUL byte before the message": _text(lambda text: b"\x00" + text),
    "a NUL byte after the message": _text(lambda text: text + b"\x00"),
    "a raw control character in a string": _padded(b'"a\x1bb"'),
    "an unknown escape": _padded(b'"\\x41"'),
    "half an escape": _padded(b'"\\u00"'),
    "duplicate member method": _with(b'"method":"mcp-proof/second"'),
    "duplicate member id": _with(b'"id":"mcp-proof-second"'),
    "duplicate member jsonrpc": _with(b'"jsonrpc":"1.0"'),
    "an escaped member name": _renamed(b"method", b"\\u006dethod"),
    "a member name in capitals": _renamed(b"method", b"METHOD"),
    "member __proto__": _with(b'"__proto__":{"polluted":true}'),
    "member constructor": _with(b'"constructor":{"prototype":{"polluted":true}}'),
    "an empty member name": _with(b'"":""'),
    "depth 10 000 of arrays": _padded(b"[" * DEEP + b"]" * DEEP),
    "depth 10 000 of objects": _padded(b'{"a":' * DEEP + b"0" + b"}" * DEEP),
    "depth 100 000, never closed": _fixed(b"[" * 10 * DEEP),
    "10 000 members of one name": _with(b",".join([b'"a":0'] * DEEP)),
    "1 MB of spaces": _text(lambda text: text[:1] + b" " * MEGABYTE + text[1:]),
    "1 MB in a string": _padded(b'"' + b"a" * MEGABYTE + b'"'),
    "two messages without a break": _text(lambda text: text + text.replace(b'"id"', b'"ID"', 1)),
}
"""By name. Most add a member that nobody reads, so that a reader must at least read past it."""


def json_faults(message: JsonObject) -> Iterator[tuple[str, bytes]]:
    """Yield each fault by name, as a text."""
    for name, fault in JSON_FAULTS.items():
        yield name, fault(message)
