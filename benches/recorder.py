"""What a recorder adds to a message: round trips beside those without it, over stdio and HTTP.

    python benches/recorder.py [--rounds N] [stdio] [http]

One message is under way at a time. A round trip crosses the recorder twice, so what it adds to a
message is half of what it adds to the round trip; each figure is the median of all round trips.
"""

import argparse
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from measuring import interleaved

PYTHON: Final = (sys.executable, "-m", "mcp_proof")
MANY: Final = 500
"""Round trips in a round."""
WARM: Final = 50
MOST: Final = 0.001
"""Seconds that may be added to a message, at the median."""
CALL: Final = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "echo", "arguments": {"message": "x" * 400}},
    }
).encode()

RoundTrip = Callable[[], None]


@contextmanager
def over_stdio(*recorder: str) -> Iterator[RoundTrip]:
    """A program that gives every line back."""
    pipe = subprocess.PIPE
    with subprocess.Popen([*recorder, "cat"], stdin=pipe, stdout=pipe) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told, said = process.stdin, process.stdout

        def round_trip() -> None:
            told.write(CALL + b"\n")
            told.flush()
            said.readline()

        yield round_trip
        told.close()


@contextmanager
def served(*command: str) -> Iterator[str]:
    """Run a command that says its URL."""
    with subprocess.Popen([*PYTHON, *command], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@contextmanager
def over_http(url: str) -> Iterator[RoundTrip]:
    """A connection that is kept; what is asked for is refused, which takes the mock no time."""
    parts = urlsplit(url)
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: */*\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(CALL)}\r\n\r\n"
    with socket.create_connection((parts.hostname or "", parts.port or 80)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def round_trip() -> None:
            connection.sendall(head.encode() + CALL)
            connection.recv(1 << 16)

        yield round_trip


def measured(round_trips: dict[str, RoundTrip], rounds: int) -> dict[str, float]:
    """Return the median round trip of each way in seconds."""
    times: dict[str, list[float]] = {name: [] for name in round_trips}
    for round_trip in round_trips.values():
        for _ in range(WARM):
            round_trip()
    for name in interleaved(list(round_trips), rounds):
        for _ in range(MANY):
            began = time.perf_counter()
            round_trips[name]()
            times[name].append(time.perf_counter() - began)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> None:
    """Measure what was asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("what", nargs="*", choices=["stdio", "http", []])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        for what in options.what or ("stdio", "http"):
            file = str(Path(folder, f"{what}.ndjson"))
            if what == "stdio":
                recorder = (*PYTHON, "record", "-o", file, "--")
                direct = stack.enter_context(over_stdio())
                through = stack.enter_context(over_stdio(*recorder))
            else:
                url = stack.enter_context(served("mock", "everything", "--port", "0"))
                own = stack.enter_context(served("record", "-o", file, "--port", "0", url))
                direct = stack.enter_context(over_http(url))
                through = stack.enter_context(over_http(own))
            found = measured({"direct": direct, "through": through}, options.rounds)
            added = (found["through"] - found["direct"]) / 2
            print(
                f"{what:5}  {found['direct'] * 1e6:7.0f} us direct  "
                f"{found['through'] * 1e6:7.0f} us through a recorder  "
                f"{added * 1e6:6.0f} us added to a message ({'met' if added <= MOST else 'MISSED'})"
            )


if __name__ == "__main__":
    main()
