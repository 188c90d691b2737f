"""A recorder that is killed has lost nothing that either side had received from the other.

Two hundred recorders are killed by SIGKILL, each at another instant of a conversation that never
pauses; what each side holds then is compared with what the cassette holds.
"""

import asyncio
import json
import os
import random
import select
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from forking_recorders import Recorders, recorders
from raw_client import connected, post
from recorded import read_back
from tcp_server import alone, serving

from mcp_proof_contracts.transcript import Transcript

INSTANTS = 100
"""On each transport."""
LATEST = 0.04
"""Seconds after the start of a recorder at which it is killed, at the latest."""
BOUND = 30
SIZES = (0, 10, 300, 5_000, 70_000)
"""Characters that messages carry: what fits into one read, and what does not."""


@pytest.fixture(scope="module")
def started():
    with recorders() as starting:
        yield starting


def ids(raw: list[bytes]) -> set[object]:
    return {json.loads(line)["id"] for line in raw}


def kept(transcript: Transcript, sender: str) -> set[object]:
    return {
        event.message.id
        for event in transcript.events
        if event.sender == sender and event.message is not None and not event.message.fault
    }


def whole_lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")[:-1]


class Pipes:
    """A client that says one line after the other, and reads what comes; until it is too late."""

    def __init__(self, rng: random.Random, to_server: int, from_server: int, log: int) -> None:
        self.heard = {from_server: b"", log: b""}
        self._rng = rng
        self._to_server = to_server
        self._waiting = b""
        self._number = 0

    def talk(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        os.set_blocking(self._to_server, False)
        while (left := until - time.monotonic()) > 0:
            readable, writable, _ = select.select([*self.heard], [self._to_server], [], left)
            for each in readable:
                self.heard[each] += os.read(each, 65536)
            if writable:
                self._say()

    def _say(self) -> None:
        if not self._waiting:
            self._number += 1
            text = "x" * self._rng.choice(SIZES)
            ping = {"jsonrpc": "2.0", "id": self._number, "method": "ping", "params": {"t": text}}
            self._waiting = json.dumps(ping).encode() + b"\n"
        with suppress(BlockingIOError):
            self._waiting = self._waiting[os.write(self._to_server, self._waiting) :]

    def finish(self) -> None:
        """Read what is left; both ends come by themselves."""
        os.close(self._to_server)
        for each in self.heard:
            while data := os.read(each, 65536):
                self.heard[each] += data
            os.close(each)


def killed_over_stdio(start: Recorders, folder: Path, rng: random.Random) -> tuple[int, int]:
    """Kill one; return how many messages the server and the client had by then."""
    file, log = folder / "c.ndjson", folder / "log"
    os.mkfifo(log)
    # It echoes every line, and what it was told goes into the log; opened like this, for both ways,
    # it does not wait for ever where the killed one has left it before it opened anything.
    command = ["sh", "-c", 'exec tee /dev/fd/3 3<>"$0"', str(log)]
    stdin, to_server = os.pipe()
    from_server, stdout = os.pipe()
    heard = os.open(log, os.O_RDONLY | os.O_NONBLOCK)
    keep_open = os.open(log, os.O_WRONLY)  # or there is an end before there is a beginning
    pid = start.start(stdin, stdout, transport="stdio", file=str(file), command=command)
    os.set_blocking(heard, True)
    pipes = Pipes(rng, to_server, from_server, heard)
    pipes.talk(rng.uniform(0, LATEST))
    os.kill(pid, signal.SIGKILL)
    os.close(keep_open)
    pipes.finish()
    had, came = whole_lines(pipes.heard[heard]), whole_lines(pipes.heard[from_server])
    if file.exists() and file.stat().st_size:
        transcript = read_back(file)
        assert ids(had) <= kept(transcript, "client")
        assert ids(came) <= kept(transcript, "server")
    else:
        assert (had, came) == ([], [])
    return len(had), len(came)


def instants(totals):
    """Number a hundred instants, and more where a busy machine lets few messages through."""
    for number in range(5 * INSTANTS):
        if number >= INSTANTS and min(totals) > INSTANTS:
            return
        yield number


def test_what_was_received_over_stdio_is_kept_at_a_hundred_instants(started, tmp_path):
    rng, totals = random.Random(7), [0, 0]
    for number in instants(totals):
        folder = tmp_path / str(number)
        folder.mkdir()
        had, came = killed_over_stdio(started, folder, rng)
        totals[0] += had
        totals[1] += came
    assert min(totals) > INSTANTS, f"so few messages prove nothing: {totals}"


class HttpServer:
    """Answers each request by JSON or by a stream, and notes what it got."""

    def __init__(self, rng: random.Random) -> None:
        self.got: list[bytes] = []
        self._rng = rng

    async def __call__(self, reader, writer) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            size = int(head.partition("content-length: ")[2].partition("\r")[0])
            body = await reader.readexactly(size)
            self.got.append(body)
            text = "y" * self._rng.choice(SIZES)
            answer = {"jsonrpc": "2.0", "id": json.loads(body)["id"], "result": {"t": text}}
            told, kind = json.dumps(answer).encode(), "application/json"
            if self._rng.random() < 0.5:
                told, kind = b"data: " + told + b"\n\n", "text/event-stream"
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n"
            writer.write(b"%s%x\r\n%s\r\n0\r\n\r\n" % (head.encode(), len(told), told))
            await writer.drain()


async def ask_on(url: str, rng: random.Random, came: list[bytes]) -> None:
    """Ask without pause, until the connection is gone."""
    with suppress(OSError, asyncio.IncompleteReadError, ValueError):
        async with connected(url) as client:
            for number in range(1_000_000):
                await client.send(post("ping", {"t": "x" * rng.choice(SIZES)}, number))
                response = await client.response()
                if not response.body:
                    return
                came.append(response.body.removeprefix(b"data: ").strip())


async def killed_over_http(
    start: Recorders, url: str, file: Path, rng: random.Random
) -> list[bytes]:
    """Kill one; return what the client had got by then."""
    stdin = os.open(os.devnull, os.O_RDONLY)
    announced, stdout = os.pipe()
    pid = start.start(stdin, stdout, transport="http", file=str(file), url=url)
    with os.fdopen(announced, "rb") as lines:
        own = (await asyncio.to_thread(lines.readline)).decode().strip()
    came: list[bytes] = []
    asking = asyncio.create_task(ask_on(own, rng, came))
    await asyncio.wait({asking}, timeout=rng.uniform(0, LATEST))
    os.kill(pid, signal.SIGKILL)
    await asyncio.wait_for(asking, BOUND)
    return came


def test_what_was_received_over_http_is_kept_at_a_hundred_instants(started, tmp_path):
    rng, totals = random.Random(8), [0, 0]

    async def run() -> None:
        for number in instants(totals):
            file, server = tmp_path / f"{number}.ndjson", HttpServer(rng)
            async with asyncio.timeout(BOUND), serving(server) as url:
                came = await killed_over_http(started, url, file, rng)
            transcript = read_back(file)
            assert ids(server.got) <= kept(transcript, "client")
            assert ids(came) <= kept(transcript, "server")
            totals[0] += len(server.got)
            totals[1] += len(came)

    alone(run())
    assert min(totals) > INSTANTS, f"so few messages prove nothing: {totals}"


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.05])
def test_the_command_itself_can_be_killed(tmp_path, seconds: float):
    file = tmp_path / "c.ndjson"
    command = [sys.executable, "-m", "mcp_proof", "record", "-o", str(file), "--", "cat"]
    with Popen(command, stdin=PIPE, stdout=PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b'{"jsonrpc":"2.0","id":0,"method":"ping"}\n')
        process.stdin.flush()
        came = process.stdout.readline()
        time.sleep(seconds)  # the instants differ; nothing is waited for
        process.kill()
        came += process.stdout.read()
    assert ids(whole_lines(came)) <= kept(read_back(file), "server")
