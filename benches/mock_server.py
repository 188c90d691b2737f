"""The mock beside the official SDK's server and nginx: CPU time per request, and what it keeps.

    python benches/mock_server.py [--rounds N] [http] [stdio] [start] [memory] [sessions]

Rounds are interleaved, their order turned round every second time; each figure is the median. The
servers share one core, the load generator has another; each server answers alone in its turn.
`memory` sends half a million requests, `sessions` opens a million sessions.
"""

import argparse
import itertools
import os
import statistics
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from keep_alive import Connection, load
from measuring import cpu_seconds, cpu_seconds_of_children, interleaved, resident_bytes
from rivals import (
    CALL,
    HELLO,
    MOCK,
    OUR_CORE,
    SDK,
    SDK_PYTHON,
    SERVER_CORE,
    Parts,
    around_id,
    http_server,
    message,
    modern_call,
    nginx,
    post,
    read_lines,
    session_call,
    stdio_server,
)

CONNECTIONS: Final = 64
SLICE: Final = 0.8
"""Seconds of one HTTP round."""
WINDOW: Final = 32
FEW, MANY = 10_000, 500_000
SESSIONS: Final = 1_000_000

LEAST_FASTER: Final = 14
LEAST_OF_NGINX: Final = 0.25
MOST_P50: Final = 1 / 8
LEAST_FASTER_STDIO: Final = 50
MOST_START: Final = 1 / 8
MOST_GROWTH: Final = 0.05


@dataclass
class Row:
    """One server in one use, and its rounds."""

    name: str
    run: Callable[[], tuple[float, float]]
    """Runs one round; gives microseconds of CPU per request and the median latency in ms."""
    costs: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    @property
    def cost(self) -> float:
        """Microseconds of CPU per request."""
        return statistics.median(self.costs)

    @property
    def p50(self) -> float:
        """The median latency in milliseconds."""
        return statistics.median(self.latencies)


def interleave(rows: list[Row], rounds: int) -> None:
    """Run every row once unmeasured, then so many rounds."""
    for row in rows:
        row.run()
    for row in interleaved(rows, rounds):
        cost, latency = row.run()
        row.costs.append(cost)
        row.latencies.append(latency)


def verdict(value: float, least: float, *, most: bool = False) -> str:
    """Nothing, or that a target was missed."""
    return "" if (value <= least if most else value >= least) else "  missed"


NUMBERS: Final = itertools.count(100_000_000)


def http_row(
    name: str, pid: int, port: int, call: Callable[[], Parts], *, echoes: bool = True
) -> Row:
    """A server under closed-loop load from keep-alive connections."""
    calls = [call() for _ in range(CONNECTIONS)]

    def run() -> tuple[float, float]:
        # New connections, because some servers close those that were idle for a few seconds.
        with ExitStack() as stack:
            connections = [stack.enter_context(Connection(port, parts)) for parts in calls]
            load(connections, NUMBERS, requests=CONNECTIONS, echoes=echoes)
            before = cpu_seconds(pid)
            done = load(connections, NUMBERS, seconds=SLICE, echoes=echoes)
            spent = cpu_seconds(pid) - before
        return spent / done.requests * 1e6, done.p50_ms

    return Row(name, run)


def http(rounds: int) -> None:
    """`tools/call` over HTTP, both eras."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        mock = stack.enter_context(http_server([*MOCK, "--port"]))
        sdk = stack.enter_context(http_server(SDK))
        with_sessions = stack.enter_context(http_server([*SDK, "sessions"]))
        rows = [
            http_row("mock 2026-07-28", *mock, modern_call),
            http_row("SDK 2026-07-28", *sdk, modern_call),
            http_row("mock 2025-11-25, sessions", *mock, lambda: session_call(mock[1])),
            http_row(
                "SDK 2025-11-25, sessions", *with_sessions, lambda: session_call(with_sessions[1])
            ),
        ]
        command = nginx(folder)
        if command is not None:
            server = stack.enter_context(http_server(command))
            rows.append(http_row("nginx, static", *server, modern_call, echoes=False))
        interleave(rows, rounds)
    print(f"{'tools/call over HTTP':28} µs CPU  times SDK  of nginx     p50  of SDK's")
    for row, rival in zip(rows, (rows[1], None, rows[3], None, None), strict=False):
        print(http_line(row, rival, rows[4] if command is not None else None))
    if command is None:
        print("nginx, static: not measured, there is no nginx here (apt install nginx-light)")


def http_line(row: Row, rival: Row | None, floor: Row | None) -> str:
    """One line of the table; a row without a rival is one itself."""
    line = f"{row.name:28} {row.cost:6.1f}"
    if rival is None:
        return f"{line} {'':21} {row.p50:7.2f} ms"
    faster, p50 = rival.cost / row.cost, row.p50 / rival.p50
    share = floor.cost / row.cost if floor is not None else float("nan")
    missed = verdict(faster, LEAST_FASTER) or verdict(p50, MOST_P50, most=True)
    if floor is not None:
        missed = missed or verdict(share, LEAST_OF_NGINX)
    return f"{line} {faster:9.1f}x {share:9.0%} {row.p50:7.2f} ms   1/{1 / p50:.1f}{missed}"


def stdio_row(name: str, command: list[str], window: int, stack: ExitStack) -> Row:
    """A server spoken to over pipes, with so many requests under way."""
    pid, sink, source = stack.enter_context(stdio_server(command))
    sink.write(message("notifications/initialized", notify=True) + b"\n")
    before, after = around_id(message("tools/call", CALL) + b"\n")
    count = [256]

    def run() -> tuple[float, float]:
        spent = cpu_seconds(pid)
        for _ in range(count[0] // window):
            ids = [next(NUMBERS) for _ in range(window)]
            sink.write(b"".join(b"%b%d%b" % (before, number, after) for number in ids))
            answers = read_lines(source, window)
            assert all(b"%d" % number in answers for number in ids)
        spent = cpu_seconds(pid) - spent
        used = count[0]
        # So many next time that a tick of the clock is little.
        count[0] = max(int(0.6 * used / max(spent, 0.01)) // window, 1) * window
        return spent / used * 1e6, 0.0

    return Row(name, run)


def stdio(rounds: int) -> None:
    """`tools/call` over stdio: one at a time, and 32 under way.

    Client and server share a core: they take turns, and to wake another core each time would cost
    several times what is measured.
    """
    os.sched_setaffinity(0, {SERVER_CORE})
    with ExitStack() as stack:
        rows = [
            stdio_row(f"{name} stdio, {window} under way", command, window, stack)
            for window in (1, WINDOW)
            for name, command in (("mock", [*MOCK, "--stdio"]), ("SDK", [*SDK, "stdio"]))
        ]
        interleave(rows, rounds)
    print(f"{'tools/call over stdio':28} µs CPU  times SDK")
    for mock, sdk in zip(rows[::2], rows[1::2], strict=True):
        faster = sdk.cost / mock.cost
        missed = verdict(faster, LEAST_FASTER_STDIO)
        print(f"{mock.name:28} {mock.cost:6.1f} {faster:9.1f}x{missed}")
        print(f"{sdk.name:28} {sdk.cost:6.1f}")


def start_row(name: str, command: list[str]) -> Row:
    """CPU time of a process until its first answer."""

    def run() -> tuple[float, float]:
        before = cpu_seconds_of_children()
        with stdio_server(command):
            pass
        return 1e3 * (cpu_seconds_of_children() - before), 0.0

    return Row(name, run)


def start(rounds: int) -> None:
    """CPU time until the first answer."""
    rows = [start_row("mock", [*MOCK, "--stdio"]), start_row("SDK", [*SDK, "stdio"])]
    interleave(rows, rounds)
    share = rows[0].cost / rows[1].cost
    print("start until the first answer  ms CPU")
    for row in rows:
        print(f"{row.name:28} {row.cost:7.0f}")
    print(f"{'the mock needs':28} 1/{1 / share:.1f}{verdict(share, MOST_START, most=True)}")


def memory(_rounds: int) -> None:
    """What the mock holds after ten thousand and after half a million requests."""

    def calls(port: int) -> list[Parts]:
        each_era = ((modern_call(), session_call(port)) for _ in range(CONNECTIONS // 2))
        return [call for pair in each_era for call in pair]

    report_growth("requests", calls, FEW, MANY)


def sessions(_rounds: int) -> None:
    """What the mock holds after twice the ten thousand sessions that it keeps, and a million."""
    hello = around_id(post(message("initialize", HELLO)))
    report_growth("sessions", lambda _port: [hello] * CONNECTIONS, 2 * FEW, SESSIONS)


def report_growth(what: str, calls: Callable[[int], list[Parts]], few: int, many: int) -> None:
    """Print how much more the mock holds after many requests than after a few."""
    with http_server([*MOCK, "--port"]) as (pid, port), ExitStack() as stack:
        connections = [stack.enter_context(Connection(port, parts)) for parts in calls(port)]
        load(connections, NUMBERS, requests=few)
        early = resident_bytes(pid)
        load(connections, NUMBERS, requests=many - few)
        late = resident_bytes(pid)
    growth = late / early - 1
    print(
        f"resident memory, many {what}: {early / 2**20:.1f} MB, later {late / 2**20:.1f} MB, "
        f"{growth:+.1%}{verdict(growth, MOST_GROWTH, most=True)}"
    )


def main() -> None:
    """The command line."""
    parts = {"http": http, "stdio": stdio, "start": start, "memory": memory, "sessions": sessions}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    options = parser.parse_args()
    if unknown := set(options.parts) - set(parts):
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(parts)}")
    if not SDK_PYTHON.exists():
        parser.error(f"no SDK at {SDK_PYTHON}; `make .peers/python.stamp` installs it")
    for name in options.parts or parts:
        os.sched_setaffinity(0, {OUR_CORE})
        parts[name](options.rounds)


if __name__ == "__main__":
    main()
