"""The classical faults of an HTTP request: its header lines, and where its body ends."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Final, TypeAlias

from mcp_proof.fuzz.protocol.case import ProtocolStep

HEADERS: Final[Mapping[str, Mapping[str, str | None]]] = {
    "no Accept": {"Accept": None},
    "an Accept that is no list": {"Accept": ";;,,="},
    "no Content-Type": {"Content-Type": None},
    "two Content-Types": {"Content-Type": "application/json", "content-type": "text/plain"},
    "Content-Type text/plain": {"Content-Type": "text/plain"},
    "Content-Type of a form": {"Content-Type": "multipart/form-data"},
    "a Content-Type that is none": {"Content-Type": '/;="'},
    "a charset that there is not": {"Content-Type": "application/json; charset=klingon"},
    "a charset that is a codec": {"Content-Type": "application/json; charset=rot13"},
    "Content-Encoding gzip around plain text": {"Content-Encoding": "gzip"},
    "an unknown Content-Encoding": {"Content-Encoding": "mcp-proof"},
    "Expect: something": {"Expect": "200-maybe"},
    "a header of 100 000 bytes": {"X-Mcp-Proof": "a" * 100_000},
    "a header whose name is __proto__": {"__proto__": "polluted"},
    "a method override": {"X-HTTP-Method-Override": "DELETE"},
}
OF_MCP: Final[Mapping[str, Mapping[str, str | None]]] = {
    "a protocol version that is no date": {"MCP-Protocol-Version": "banana"},
    "an empty protocol version": {"MCP-Protocol-Version": ""},
    "a session id that is a path": {"Mcp-Session-Id": "../../etc/passwd"},
    "a session id of 10 000 bytes": {"Mcp-Session-Id": "a" * 10_000},
    "an empty session id": {"Mcp-Session-Id": ""},
    "a session id that is __proto__": {"Mcp-Session-Id": "__proto__"},
    "a Last-Event-ID on a POST": {"Last-Event-ID": "\ufffd"},
}
OF_REQUESTS: Final[Mapping[str, Mapping[str, str | None]]] = {
    "no Mcp-Method": {"Mcp-Method": None},
    "an Mcp-Method that mismatches": {"Mcp-Method": "tools/mcp-proof"},
    "an empty Mcp-Method": {"Mcp-Method": ""},
    "an Mcp-Name where none belongs": {"Mcp-Name": "mcp-proof"},
    "an Mcp-Name that is broken Base64": {"Mcp-Name": "=?base64?%%%?="},
    "an Mcp-Name that is Base64 of no UTF-8": {"Mcp-Name": "=?base64?/w==?="},
}
METHODS: Final = ("PUT", "PATCH", "BREW", "TRACE")
"""Without GET, which opens a stream, and DELETE, which ends a session."""
LARGEST: Final = b"FFFFFFFFFFFFFFFF"
LAST_CHUNK: Final = b"0\r\n\r\n"
SPELLINGS: Final = ("Content-Length", "content-length")
"""Of one header, so that it stands there twice."""

Framing: TypeAlias = Callable[[ProtocolStep, bytes], ProtocolStep]
"""Puts a body into a request."""


def header_faults(
    base: ProtocolStep, *, of_mcp: bool, stateless: bool
) -> Iterator[tuple[str, ProtocolStep]]:
    """Yield wrong header lines by name, and methods that are not POST."""
    tables = (HEADERS, OF_MCP if of_mcp else {}, OF_REQUESTS if stateless else {})
    for table in tables:
        for name, headers in table.items():
            yield name, replace(base, headers={**base.headers, **headers})
    for method in METHODS:
        yield f"the method {method}", replace(base, method=method)


def _lengths(*values: Callable[[int], str]) -> Framing:
    """A body with Content-Lengths, each made of how long it is."""

    def frame(base: ProtocolStep, body: bytes) -> ProtocolStep:
        lengths = [value(len(body)) for value in values]
        return framed(base, body, dict(zip(SPELLINGS, lengths, strict=False)))

    return frame


def _coded(edit: Callable[[bytes], bytes], coding: str = "chunked", **headers: str) -> Framing:
    """A body that is changed, with a Transfer-Encoding."""
    return lambda base, body: framed(base, edit(body), {"Transfer-Encoding": coding, **headers})


def _beside(name: str, value: str) -> Framing:
    """A body as it should be, beside a header line that is none."""
    return lambda base, body: framed(base, body, {"Content-Length": str(len(body)), name: value})


FRAMINGS: Final[Mapping[str, Framing]] = {
    "Content-Length: too long": _lengths(lambda size: str(size + 10)),
    "Content-Length: too short": _lengths(lambda size: str(size - 10)),
    "Content-Length: negative": _lengths(lambda _: "-1"),
    "Content-Length: no number": _lengths(lambda _: "many"),
    "Content-Length: beyond 64 bits": _lengths(lambda _: "99999999999999999999"),
    "Content-Length: two that differ": _lengths(str, lambda size: str(size - 1)),
    "Content-Length: 0": _lengths(lambda _: "0"),
    "chunked with odd sizes": _coded(lambda body: chunked(body, [1, 2, 3, 5, 7])),
    "chunked with one byte each": _coded(lambda body: chunked(body, [1])),
    "chunked with extensions": _coded(lambda body: chunked(body, [16], b";a=b")),
    "chunked, never ended": _coded(lambda body: chunked(body, [16])[: -len(LAST_CHUNK)]),
    "chunked with a size that is no number": _coded(lambda body: b"xyz\r\n" + body + b"\r\n"),
    "chunked with the largest size": _coded(lambda body: LARGEST + b"\r\n" + body),
    "chunked with a negative size": _coded(lambda body: b"-1\r\n" + body + b"\r\n" + LAST_CHUNK),
    "an unknown Transfer-Encoding": _coded(lambda body: body, "mcp-proof"),
    "chunked with a Content-Length": _coded(
        lambda body: chunked(body, [len(body)]), **{"Content-Length": "3"}
    ),
    "a folded header line": _beside("X-Mcp-Proof", "1\r\n folded"),
    "a header line without a colon": _beside("X-Mcp-Proof", "1\r\nno colon"),
    "a space before the colon": _beside("X-Mcp-Proof ", "1"),
    "a NUL in a header": _beside("X-Mcp-Proof", "a\x00b"),
    "a header without a name": _beside("", "1"),
    "two Hosts": _beside("host", "mcp-proof.invalid"),
}
"""Wrong and unusual framings by name; they go out byte for byte."""


def random_chunks(base: ProtocolStep, body: bytes, random: Random) -> ProtocolStep:
    """Return a good body in chunks of random sizes: it is to be answered as if it were whole."""
    sizes = [random.randint(1, 40) for _ in range(random.randint(1, 6))]
    return framed(base, chunked(body, sizes), {"Transfer-Encoding": "chunked"})


def framed(base: ProtocolStep, raw: bytes, headers: Mapping[str, str | None]) -> ProtocolStep:
    """Return a step that goes out as it is, with these header lines beside the usual ones."""
    return replace(base, raw=raw, headers={**base.headers, **headers}, verbatim=True)


def chunked(body: bytes, sizes: Sequence[int], extension: bytes = b"") -> bytes:
    """Return a body in chunks; the sizes are taken in turn (RFC 9112, section 7.1)."""
    parts: list[bytes] = []
    turn = 0
    while body:
        piece, body = body[: sizes[turn % len(sizes)]], body[sizes[turn % len(sizes)] :]
        parts.append(b"%x%b\r\n%b\r\n" % (len(piece), extension, piece))
        turn += 1
    return b"".join((*parts, LAST_CHUNK))
