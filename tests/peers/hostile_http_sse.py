"""HTTP+SSE servers that do everything wrong: each is a function of one TCP connection."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from hostile_http import NOTE, STREAM, pour, response, whole_request
from tcp_server import Peer

REFUSED = response(b"", b"text/plain", b"405 Method Not Allowed")
ACCEPTED = response(b"", b"text/plain", b"202 Accepted")
ENDPOINT = b"event: endpoint\ndata: /messages?sessionId=1\n\n"

Listen = Callable[[asyncio.StreamWriter], Awaitable[None]]
Take = Callable[[asyncio.StreamWriter, dict[str, Any]], Awaitable[None]]

streams: dict[Peer, asyncio.StreamWriter] = {}
"""The stream that is open, by the server."""


def server(listen: Listen, take: Take) -> Peer:
    """A server whose event stream is at /mcp and whose endpoint is anywhere else."""

    async def hostile(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            method, path, message = await whole_request(reader)
            if method == "GET":
                streams[hostile] = writer
                writer.write(STREAM)
                await listen(writer)
                return
            if path == "/mcp":
                writer.write(REFUSED)
            else:
                await take(streams[hostile], message)
                writer.write(ACCEPTED)
            await writer.drain()

    return hostile


def says(*data: bytes, end: bool = False) -> Listen:
    """A stream that says this; then it ends, or stays open."""

    async def listen(writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(data))
        await writer.drain()
        if not end:
            await asyncio.Event().wait()

    return listen


def repeats(first: bytes, then: bytes) -> Listen:
    """A stream that does not end soon."""

    async def listen(writer: asyncio.StreamWriter) -> None:
        await pour(writer, first, then)

    return listen


async def ignores(_stream: asyncio.StreamWriter, _message: dict[str, Any]) -> None:
    """Accept a message and say nothing."""


async def hangs(_stream: asyncio.StreamWriter, _message: dict[str, Any]) -> None:
    """Leave a POST unanswered."""
    await asyncio.Event().wait()


async def cuts(stream: asyncio.StreamWriter, _message: dict[str, Any]) -> None:
    """End the stream instead of an answer."""
    stream.transport.abort()


async def breaks_off(stream: asyncio.StreamWriter, _message: dict[str, Any]) -> None:
    """End the stream in the middle of an answer."""
    stream.write(b'event: message\ndata: {"jsonrpc": "2.0", "id')
    await stream.drain()
    stream.close()


async def introduces_itself(stream: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    """Answer `initialize` and pings, and nothing else."""
    results = {
        "initialize": {
            "protocolVersion": "2024-11-05",
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "hostile", "version": "1"},
        },
        "ping": {},
    }
    if (result := results.get(message.get("method", ""))) is not None:
        answer = {"jsonrpc": "2.0", "id": message.get("id"), "result": result}
        stream.write(b"data: " + json.dumps(answer).encode() + b"\n\n")
        await stream.drain()


def late(then: Take) -> Take:
    """Introduce itself properly and turn hostile on `tools/list`."""

    async def take(stream: asyncio.StreamWriter, message: dict[str, Any]) -> None:
        kind = then if message.get("method") == "tools/list" else introduces_itself
        await kind(stream, message)

    return take


WITHOUT_ENDPOINT: dict[str, tuple[Peer, str]] = {
    "says_nothing": (server(says(), ignores), "none in 0.3 s"),
    "says_other_things": (server(says(b": hello\n\n", NOTE), ignores), "none in 0.3 s"),
    "comments_forever": (server(repeats(b"", b": hello\n\n"), ignores), "none in 0.3 s"),
    "names_no_data": (server(says(b"event: endpoint\n\n"), ignores), "none in 0.3 s"),
    "ends_at_once": (server(says(end=True), ignores), "the stream ended before it"),
    "ends_within_the_event": (server(says(ENDPOINT[:-1], end=True), ignores), "the stream ended"),
    "sends_an_endless_event": (
        server(repeats(b"event: endpoint\n", b"data: " + b"x" * (1 << 20) + b"\n"), ignores),
        "the stream ended|none in 0.3 s",
    ),
    "names_no_url": (
        server(says(b"event: endpoint\ndata: http://[::\n\n"), ignores),
        "names no URL",
    ),
    "names_another_scheme": (
        server(says(b"event: endpoint\ndata: file:///etc/passwd\n\n"), ignores),
        "names another origin, file:///etc/passwd",
    ),
}
"""Servers whose stream gives no endpoint to use, and what is said about each."""

SILENT: dict[str, tuple[Peer, str]] = {
    "never_answers_a_post": (server(says(ENDPOINT), hangs), "no answer in"),
    "never_answers_on_the_stream": (server(says(ENDPOINT), ignores), "no answer in"),
    "floods_the_stream": (server(repeats(ENDPOINT, NOTE * 100), ignores), "goes on|no answer in"),
    "cuts_the_stream": (server(says(ENDPOINT), cuts), "the event stream has ended"),
    "breaks_off_an_answer": (server(says(ENDPOINT), breaks_off), "the event stream has ended"),
}
"""Servers that never answer `initialize`, and what is said about each."""

TURNING: dict[str, Peer] = {
    take.__name__: server(says(ENDPOINT), late(take)) for take in (hangs, ignores, cuts, breaks_off)
}
"""Servers that introduce themselves first."""
