"""HTTP servers that do everything wrong: each is a function of one TCP connection."""

import asyncio
import json
import zlib
from collections.abc import Callable
from typing import Any

from tcp_server import Peer

HEAD_OK = b"HTTP/1.1 200 OK\r\nContent-Type: "
STREAM = HEAD_OK + b"text/event-stream\r\nConnection: close\r\n\r\n"
MEGABYTE = 1 << 20
FOREVER = 1_000_000
NOTE = b'data: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n'

PEERS: dict[str, Peer] = {}


def peer(function: Peer) -> Peer:
    """Register a hostile server under its function's name."""
    PEERS[function.__name__] = function
    return function


async def whole_request(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, Any]]:
    """Read one HTTP request; return its method, its path and its message ({} when it has none)."""
    head = await reader.readuntil(b"\r\n\r\n")
    method, path, _ = head.decode("latin-1").split(" ", 2)
    size = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            size = int(line.partition(b":")[2])
    body = await reader.readexactly(size)
    try:
        message = json.loads(body)
    except ValueError:
        message = None
    return method, path, message if isinstance(message, dict) else {}


async def request(reader: asyncio.StreamReader) -> dict[str, Any]:
    """Read one HTTP request and return its message; {} when it has none."""
    return (await whole_request(reader))[2]


def discovered(message: dict[str, Any]) -> bytes:
    """Return a right answer to `server/discover`, or a refusal of anything else."""
    answer: dict[str, Any] = {"jsonrpc": "2.0", "id": message.get("id")}
    if message.get("method") == "server/discover":
        answer["result"] = {
            "resultType": "complete",
            "supportedVersions": ["2026-07-28"],
            "capabilities": {"tools": {}},
            "ttlMs": 0,
            "cacheScope": "public",
        }
    else:
        answer["error"] = {"code": -32601, "message": "Method not found"}
    return json.dumps(answer).encode()


def response(body: bytes, kind: bytes, status: bytes = b"200 OK", extra: bytes = b"") -> bytes:
    """Return a whole HTTP response."""
    head = b"HTTP/1.1 %b\r\nContent-Type: %b\r\nContent-Length: %d\r\n%b\r\n"
    return head % (status, kind, len(body), extra) + body


def bomb() -> bytes:
    """Return a small response that grows past every limit."""
    packed = zlib.compressobj(wbits=31)
    body = b"".join(packed.compress(b" " * MEGABYTE) for _ in range(40)) + packed.flush()
    return response(body, b"application/json", extra=b"Content-Encoding: gzip\r\n")


def always(answer: bytes) -> Peer:
    """A server that answers every request with the same bytes and closes."""

    async def hostile(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(answer)
        await writer.drain()

    return hostile


async def pour(
    writer: asyncio.StreamWriter,
    first: bytes,
    then: bytes,
    times: int = FOREVER,
    pause: float = 0.001,
) -> None:
    """Write something, and then something else again and again."""
    writer.write(first)
    for _ in range(times):
        writer.write(then)
        await writer.drain()
        await asyncio.sleep(pause)


def going_on(first: bytes, then: bytes, times: int = FOREVER, pause: float = 0.001) -> Peer:
    """A server that begins an answer and does not stop soon."""

    async def hostile(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        await pour(writer, first, then, times, pause)

    return hostile


def speaking(kind: bytes, framed: Callable[[bytes], bytes]) -> Peer:
    """A server that answers rightly, but under this content type and in this frame."""

    async def hostile(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(response(framed(discovered(await request(reader))), kind))
            await writer.drain()

    return hostile


def late(hostile: Peer) -> Peer:
    """A server that introduces itself properly and turns hostile on every other request."""

    async def two_faced(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            message = await request(reader)
            if message.get("method") != "server/discover":
                replay = asyncio.StreamReader()
                replay.feed_data(b"POST / HTTP/1.1\r\n\r\n")
                await hostile(replay, writer)
                return
            writer.write(response(discovered(message), b"application/json"))
            await writer.drain()

    return two_faced


@peer
async def never_answers(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await request(reader)
    await asyncio.Event().wait()


@peer
async def never_reads(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


@peer
async def closes_at_once(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@peer
async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request(reader)
    writer.transport.abort()


@peer
async def speaks_another_protocol(
    _reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.9\r\n")
    await writer.drain()


PEERS |= {
    "closes_within_the_head": always(b"HTTP/1.1 200 OK\r\nContent-Ty"),
    "closes_within_the_body": always(
        HEAD_OK + b'application/json\r\nContent-Length: 1000\r\n\r\n{"jsonrpc"'
    ),
    "closes_within_a_chunk": always(
        HEAD_OK + b"text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nff\r\ndata: {"
    ),
    "closes_within_an_event": always(STREAM + b'data: {"jsonrpc": "2.0"'),
    "ends_without_an_answer": always(STREAM + NOTE),
    "sends_bytes": always(b"\x00\xff\x16\x03\x01" * 100),
    "sends_an_endless_head": going_on(b"HTTP/1.1 200 OK\r\n", b"X-Flood: " + b"x" * 4096 + b"\r\n"),
    "drips_its_head": going_on(b"HTTP/1.1 200 OK\r\n", b"X", pause=0.01),
    "sends_100_megabytes": going_on(
        HEAD_OK + b"application/json\r\nContent-Length: %d\r\n\r\n" % (100 * MEGABYTE),
        b" " * MEGABYTE,
        times=100,
    ),
    "streams_forever": going_on(STREAM, NOTE * 100),
    "comments_forever": going_on(STREAM, b": still here\n\n" * 1000),
    "sends_an_endless_event": going_on(STREAM, b"data: " + b"x" * MEGABYTE + b"\n"),
    "sends_an_endless_line": going_on(STREAM, b"x" * MEGABYTE),
    "streams_no_utf8": always(STREAM + b'data: {"text": "\xff\xfe"}\n\n'),
    "answers_no_utf8": always(response(b'{"text": "\xff\xfe"}', b"application/json")),
    "answers_nested_json": always(response(b"[" * MEGABYTE, b"application/json")),
    "answers_a_gzip_bomb": always(bomb()),
    "answers_broken_gzip": always(
        response(b"no gzip", b"application/json", extra=b"Content-Encoding: gzip\r\n")
    ),
    "answers_nothing": always(response(b"", b"application/json")),
    "answers_html": always(response(b"<html>Welcome</html>", b"text/html")),
    "fails_with_html": always(
        response(b"<html>Oops</html>", b"text/html", b"500 Internal Server Error")
    ),
    "redirects": always(response(b"", b"text/plain", b"302 Found", b"Location: /elsewhere\r\n")),
    "redirects_to_nowhere": always(
        response(b"", b"text/plain", b"308 Permanent Redirect", b"Location: http://[::\r\n")
    ),
    "answers_json_as_events": speaking(b"text/event-stream", bytes),
    "answers_events_as_json": speaking(b"application/json", lambda body: b"data: %b\n\n" % body),
}

TALKATIVE: dict[str, Peer] = {
    "answers_as_plain_text": speaking(b"text/plain", bytes),
    "answers_as_an_image": speaking(b"image/png", bytes),
    "answers_with_a_bad_charset": speaking(b"application/json; charset=no-such", bytes),
}
"""Servers that can be talked to all the same."""
