"""The classical faults of an HTTP request: its header lines, and where its body ends."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Final

from mcp_proof.fuzz.protocol.case import ProtocolStep
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode

HEADERS: Final[Mapping[str, Mapping[str, str | None]]] = {
    "no Accept": {"Accept": None},
    "an Accept that is no list": {"Accept": ";;,,="},
    "no Content-Type": {"Content-Type": None},
    "two Content-Types": {"Content-Type": "application/json", "content-type": "text/plain"},
    "Content-Type text/plain": {"Content-Type": "text/plain"},
    "Content-Type of a form": {"Content-Type": "multipart/form-data"},
    "a Content-Type that is none": {"Content-Type": "/;=\""},
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
LARGEST: Final = "FFFFFFFFFFFFFFFF"


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


def framing_faults(base: ProtocolStep, message: JsonObject) -> Iterator[tuple[str, ProtocolStep]]:
    """Yield wrong and unusual framings by name, sent byte for byte."""
    body = encode(message)
    size = len(body)

    def lengths(*values: str, raw: bytes = body) -> ProtocolStep:
        spellings = ("Content-Length", "content-length")
        return framed(base, raw, dict(zip(spellings, values, strict=False)))

    def coded(value: str, raw: bytes) -> ProtocolStep:
        return framed(base, raw, {"Transfer-Encoding": value})

    yield "Content-Length: too long", lengths(str(size + 10))
    yield "Content-Length: too short", lengths(str(size - 10))
    yield "Content-Length: negative", lengths("-1")
    yield "Content-Length: no number", lengths("many")
    yield "Content-Length: beyond 64 bits", lengths("99999999999999999999")
    yield "Content-Length: two that differ", lengths(str(size), str(size - 1))
    yield "Content-Length: 0", lengths("0", raw=b"")
    yield "chunked with odd sizes", coded("chunked", chunked(body, [1, 2, 3, 5, 7]))
    yield "chunked with one byte each", coded("chunked", chunked(body, [1]))
    yield "chunked with extensions", coded("chunked", chunked(body, [16], b";a=b"))
    yield "chunked, never ended", coded("chunked", chunked(body, [16])[: -len(b"0\r\n\r\n")])
    yield "chunked with a size that is no number", coded("chunked", b"xyz\r\n" + body + b"\r\n")
    yield "chunked with the largest size", coded("chunked", f"{LARGEST}\r\n".encode() + body)
    yield "chunked with a negative size", coded("chunked", b"-1\r\n" + body + b"\r\n0\r\n\r\n")
    yield "an unknown Transfer-Encoding", coded("mcp-proof", body)
    both = {"Transfer-Encoding": "chunked", "Content-Length": "3"}
    yield "chunked with a Content-Length", framed(base, chunked(body, [size]), both)
    lines = "1\r\n folded"
    yield "a folded header line", _plain(base, body, {"X-Mcp-Proof": lines})
    yield "a header line without a colon", _plain(base, body, {"X-Mcp-Proof": "1\r\nno colon"})
    yield "a space before the colon", _plain(base, body, {"X-Mcp-Proof ": "1"})
    yield "a NUL in a header", _plain(base, body, {"X-Mcp-Proof": "a\x00b"})
    yield "a header without a name", _plain(base, body, {"": "1"})
    yield "two Hosts", _plain(base, body, {"host": "mcp-proof.invalid"})


def random_chunks(base: ProtocolStep, message: JsonObject, random: Random) -> ProtocolStep:
    """Return a good message in chunks of random sizes: it is to be answered as if it were whole."""
    sizes = [random.randint(1, 40) for _ in range(random.randint(1, 6))]
    return framed(base, chunked(encode(message), sizes), {"Transfer-Encoding": "chunked"})


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
    return b"".join((*parts, b"0\r\n\r\n"))


def _plain(base: ProtocolStep, raw: bytes, headers: Mapping[str, str | None]) -> ProtocolStep:
    return framed(base, raw, {"Content-Length": str(len(raw)), **headers})
