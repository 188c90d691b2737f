"""The relays with real sockets and processes: nothing is lost, every end is the right one."""

import asyncio
import gc
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest
from tcp_server import Peer, serving

from mcp_proof_mocks.stream.choice import chosen_fault
from mcp_proof_mocks.stream.tcp_relay import plain_http, relayed

BOUND = 15
"""Seconds within which anything here is over."""
MEGABYTE = 1 << 20


@asynccontextmanager
async def client(url: str):
    port = urlsplit(url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


def through_relay(peer: Peer, work: Callable[..., Awaitable[None]], *faults: str) -> None:
    """Connect through a relay and work; afterwards neither a task nor a socket is left."""
    unheard: list[dict[str, object]] = []

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: unheard.append(told))
        chosen = [chosen_fault(text) for text in faults]
        async with (
            asyncio.timeout(BOUND),
            serving(peer) as inner,
            relayed(f"{inner}?x=1", chosen, tell=pytest.fail) as outer,
            client(outer) as (reader, writer),
        ):
            assert outer != inner
            assert outer.endswith("/mcp?x=1")
            await work(reader, writer)
        for _ in range(3):
            await asyncio.sleep(0)  # what was closed is told to be closed
        assert asyncio.all_tasks() == {asyncio.current_task()}
        gc.collect()  # what nobody closed or heard of is told now; warnings are errors
        assert unheard == []

    asyncio.run(run())


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say something, then listen."""
    writer.write(b"hello, world")
    await reader.read(-1)


async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Begin an event stream."""
    writer.write(b"data: {}\n\n")
    await reader.read(-1)


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection by RST."""
    connected = writer.get_extra_info("socket")
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


# TCP


def test_megabytes_pass_untouched_in_both_directions():
    sent = bytes(range(256)) * (20 * MEGABYTE // 256)

    async def work(reader, writer):
        receiving = asyncio.create_task(reader.read(-1))
        writer.write(sent)
        writer.write_eof()
        assert await receiving == sent

    through_relay(echo, work)
    through_relay(echo, work, "latency:ms=5", "jitter:ms=1", "slicer:bytes=9999")


def test_the_end_of_one_direction_is_handed_on_and_the_other_stays_open():
    async def after_the_end(reader, writer):
        asked = await reader.read(-1)
        writer.write(b"you said " + asked)

    async def work(reader, writer):
        writer.write(b"all of it")
        writer.write_eof()
        assert await reader.read(-1) == b"you said all of it"

    through_relay(after_the_end, work)


@pytest.mark.parametrize("faults", [[], ["latency:ms=1"]])
def test_a_slow_reader_holds_the_sender_up(faults):
    written: list[int] = []
    held_up = asyncio.Event()

    async def flood(_reader, writer):
        with suppress(TimeoutError):
            while sum(written) < 64 * MEGABYTE:
                writer.write(b"x" * MEGABYTE)
                written.append(MEGABYTE)
                await asyncio.wait_for(writer.drain(), 0.5)
        held_up.set()

    async def work(_reader, _writer):
        await held_up.wait()
        assert sum(written) < 64 * MEGABYTE

    through_relay(flood, work, *faults)


def test_a_client_that_resets_is_reset_for_the_server_too():
    ended = asyncio.Event()

    async def listen(reader, _writer):
        with pytest.raises(ConnectionResetError):
            await reader.read(-1)
        ended.set()

    async def work(_reader, writer):
        writer.write(b"x")
        await writer.drain()
        reset(writer)
        await ended.wait()

    through_relay(listen, work)


def test_a_server_that_resets_is_reset_for_the_client_too():
    async def crash(reader, writer):
        await reader.read(1)
        reset(writer)

    async def work(reader, writer):
        writer.write(b"x")
        with pytest.raises(ConnectionResetError):
            await reader.read(-1)

    through_relay(crash, work)


def test_a_reset_fault_reaches_both_sides_after_what_passed():
    ended = asyncio.Event()

    async def greet_and_listen(reader, writer):
        with pytest.raises(ConnectionResetError):
            await greet(reader, writer)
        ended.set()

    async def work(reader, _writer):
        assert await reader.readexactly(5) == b"hello"
        with pytest.raises(ConnectionResetError):
            await reader.read(1)
        await ended.wait()

    through_relay(greet_and_listen, work, "reset:after=5")


def test_a_half_closed_connection_still_carries_what_the_client_sends():
    heard: list[bytes] = []
    ended = asyncio.Event()

    async def greet_and_listen(reader, writer):
        writer.write(b"hello, world")
        heard.append(await reader.read(-1))
        ended.set()

    async def work(reader, writer):
        assert await reader.read(-1) == b"hello"
        writer.write(b"still here")
        writer.write_eof()
        await ended.wait()
        assert heard == [b"still here"]

    through_relay(greet_and_listen, work, "half-close:after=5")


def test_a_truncated_connection_is_closed_for_both_sides():
    ended = asyncio.Event()

    async def greet_and_listen(reader, writer):
        await greet(reader, writer)
        ended.set()

    async def work(reader, _writer):
        assert await reader.read(-1) == b"hello"
        await ended.wait()

    through_relay(greet_and_listen, work, "truncate:after=5")


@pytest.mark.parametrize(
    "faults", [[], ["latency:ms=60000"], ["bandwidth:rate=1"], ["stalled-stream"]]
)
def test_a_relay_can_be_closed_while_connections_are_open(faults):
    async def work(reader, _writer):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(-1), 0.05)

    through_relay(stream, work, *faults)


def test_a_relay_can_be_closed_while_a_client_does_not_read():
    held_up = asyncio.Event()

    async def flood(_reader, writer):
        with suppress(TimeoutError, ConnectionError):
            while True:
                writer.write(b"x" * MEGABYTE)
                await asyncio.wait_for(writer.drain(), 0.5)
        held_up.set()

    async def run() -> None:
        async with asyncio.timeout(BOUND), serving(flood) as inner, AsyncExitStack() as clients:
            async with relayed(inner, [], tell=pytest.fail) as outer:
                reader, _ = await clients.enter_async_context(client(outer))
                await held_up.wait()
            with suppress(ConnectionResetError):
                while await reader.read(MEGABYTE):
                    pass

    asyncio.run(run())


def test_a_server_that_cannot_be_reached_is_told_and_the_client_reset():
    told: list[str] = []

    async def run() -> None:
        async with (
            asyncio.timeout(BOUND),
            relayed("http://127.0.0.1:1/mcp", [], tell=told.append) as url,
            client(url) as (reader, _),
        ):
            with pytest.raises(ConnectionResetError):
                await reader.read(1)

    asyncio.run(run())
    assert [text.startswith("cannot reach 127.0.0.1:1: Connect") for text in told] == [True]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://example.org/mcp", "encrypted"),
        ("ftp://127.0.0.1/", "is no http URL"),
        ("http:///mcp", "is no http URL"),
        ("http://127.0.0.1:0/mcp", "is no http URL"),
        ("http://127.0.0.1:99999/mcp", "is no URL: Port out of range"),
    ],
)
def test_a_url_that_no_relay_can_stand_in_front_of_is_refused(url, says):
    with pytest.raises(ValueError, match=says):
        plain_http(url)


# stdio

MOCK = [sys.executable, "-m", "mcp_proof", "mock"]
HEAD_AND_EXIT = "import sys; print(sys.stdin.readline(), end='', flush=True); sys.exit(7)"
CAT = "import shutil, sys; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)"
TAKES_ITS_TIME = (
    "import signal, sys, time\n"
    "signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))\n"
    "print('ready', flush=True)\n"
    "while True: time.sleep(60)\n"
)


def in_front_of(code: str, *faults: str) -> list[str]:
    """The command of a relay in front of a Python program."""
    options = [f"--fault={text}" for text in faults]
    return [*MOCK, "--stdio", *options, "--", sys.executable, "-c", code]


def started(code: str, *faults: str, stdin: int = subprocess.PIPE) -> "subprocess.Popen[bytes]":
    """Stand in front of a Python program that is talked to."""
    pipe = subprocess.PIPE
    return subprocess.Popen(in_front_of(code, *faults), stdin=stdin, stdout=pipe, stderr=pipe)


def before(code: str, *faults: str, **options) -> "subprocess.CompletedProcess[bytes]":
    """Stand in front of a Python program and run it to its end."""
    return subprocess.run(
        in_front_of(code, *faults),
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        timeout=BOUND,
        check=False,
        **options,
    )


def test_a_command_keeps_its_output_its_errors_and_its_exit_code():
    done = before(f"import sys; print('oops', file=sys.stderr); {HEAD_AND_EXIT}", input=b"a\nb\n")
    assert (done.stdout, done.stderr, done.returncode) == (b"a\n", b"oops\n", 7)


def test_megabytes_pass_untouched_through_pipes():
    sent = bytes(range(256)) * (4 * MEGABYTE // 256)
    done = before(CAT, "slicer:bytes=9999", input=sent)
    assert (done.stdout == sent, done.stderr, done.returncode) == (True, b"", 0)


def test_files_are_read_and_written_as_well_as_pipes(tmp_path):
    (tmp_path / "in").write_bytes(b"from a file")
    with (tmp_path / "in").open("rb") as given, (tmp_path / "out").open("wb") as taken:
        done = before(CAT, "slicer:bytes=2", stdin=given, stdout=taken)
    assert (done.returncode, (tmp_path / "out").read_bytes()) == (0, b"from a file")


def test_what_was_said_last_is_not_lost_to_a_slow_reader():
    code = "import sys; print('x' * 100_000, flush=True); print('gone', file=sys.stderr)"
    process = started(code, stdin=subprocess.DEVNULL)
    assert process.stderr.readline() == b"gone\n"
    with suppress(subprocess.TimeoutExpired):
        process.wait(0.3)  # a relay that loses the rest would end now
    said, _ = process.communicate(timeout=BOUND)
    assert (len(said), process.returncode) == (100_001, 0)


def test_a_cut_ends_the_command():
    code = "import signal; signal.signal(signal.SIGTERM, lambda *_: exit(5))\n"
    code += "print('x' * 100, flush=True); signal.pause()"
    done = before(code, "truncate:after=10", stdin=subprocess.DEVNULL)
    assert (done.stdout, done.returncode) == (b"x" * 10, 5)


def test_a_command_whose_output_is_half_closed_is_still_heard_and_ends_with_its_input():
    code = "import sys; print('hello', flush=True); print(sys.stdin.read(), file=sys.stderr)"
    process = started(code, "half-close:after=2")
    assert process.stdout.read() == b"he"
    _, errors = process.communicate(b"still here", timeout=BOUND)
    assert (errors, process.returncode) == (b"still here\n", 0)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 9), (signal.SIGINT, 130)])
def test_a_signal_ends_the_relay_and_the_command(number, code):
    process = started(TAKES_ITS_TIME)
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(number)
    # Both hold the error pipe open: its end is the end of both.
    assert process.communicate(timeout=BOUND) == (b"", b"")
    assert process.returncode == code


def test_a_signal_ends_a_relay_that_holds_back_what_its_command_said():
    code = "import sys; print('late', flush=True); print('gone', file=sys.stderr, flush=True)"
    process = started(code, "latency:ms=60000", stdin=subprocess.DEVNULL)
    assert process.stderr.readline() == b"gone\n"
    while process.poll() is None:  # until the command has ended, its signal is handed on
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    assert process.communicate(timeout=BOUND) == (b"", b"")
    # Ended by the signal itself, or with the code of a command that was still there to get it.
    assert process.returncode in (-signal.SIGTERM, 128 + signal.SIGTERM)


def test_a_command_that_a_signal_kills_is_told_as_shells_do():
    done = before("import os; os.kill(os.getpid(), 9)", stdin=subprocess.DEVNULL)
    assert done.returncode == 137


def test_the_mock_itself_goes_through_the_relay_over_stdio():
    ping = b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n'
    command = [*MOCK, "everything", "--stdio", "--fault=half-written-line:into=9"]
    done = subprocess.run(
        command, input=ping + ping, capture_output=True, timeout=BOUND, check=False
    )
    answer = b'{"jsonrpc":"2.0","id":1,"result":{}}\n'
    assert (done.stdout, done.stderr, done.returncode) == (answer[:9] + answer, b"", 0)
