"""What a load process and a master take: the figures of the plan in docs/load/scale.md.

    python benches/load_capacity.py [--rounds N] [--cpu SECONDS]

CPU time of one load process for a call, with 64 users, against a C server on the other core; of
the same process with a thousand users more, what each adds to its memory. In the open model, which
finds fewer answers at once, against a server that answers after 20 ms. Then a master with four
workers: its CPU time, and that of the command above it, for each report of a worker. Rounds are
interleaved, figures are medians.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from measuring import children, cpu_seconds, interleaved

sys.path.insert(0, str(Path(__file__).parent / "load"))
from loopback import COMMAND, HERE, OUR_CORE, compiled, on, target

KINDS: Final = ("ours", "ours, sessions", "ours, all judged", "FastHttpUser")
USERS: Final = 64
MORE: Final = 1000
WORKERS: Final = 4
RATE: Final = 400
"""Calls a second of the workers together, so that they and the master have time."""
OPEN_RATE: Final = 10_000
DELAY: Final = 20
"""Milliseconds until an answer to a call of the open model."""
SETTLED: Final = 6.0
"""Seconds after which a run is well under way."""
MEASURED: Final = 20.0


def generated(kind: str, port: int, cpu: float, users: int = USERS) -> dict[str, Any]:
    """What one kind of user came to."""
    command = [sys.executable, str(HERE / "generator.py"), kind, str(port), str(cpu), str(users)]
    done = subprocess.run(
        on(OUR_CORE, command), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    if measured["failures"]:
        sys.exit(f"{kind}: {measured['failures']}")
    return measured


def watched(port: int, *options: str) -> tuple[float, float]:
    """CPU seconds, in `MEASURED` seconds of a run, of its first load process and of the command."""
    command = [
        *COMMAND, f"http://127.0.0.1:{port}/mcp", "--check", "0", "--warm-up", "0", "--quiet",
        "--duration", str(SETTLED + MEASURED + 10), *options,
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        time.sleep(SETTLED)
        observed = (children(process.pid)[0], process.pid)
        before = [cpu_seconds(pid) for pid in observed]
        time.sleep(MEASURED)
        first, own = (cpu_seconds(pid) - at for pid, at in zip(observed, before, strict=True))
    finally:
        process.terminate()
        process.wait()
    return first, own


def scheduled(port: int) -> float:
    """CPU microseconds of a load process for a call of the open model."""
    used, _ = watched(port, "--rate", str(OPEN_RATE), "--users", "512")
    return 1e6 * used / (OPEN_RATE * MEASURED)


def directed(port: int) -> tuple[float, float]:
    """CPU microseconds for each report of a worker: of the master, and of the command."""
    master, own = watched(port, "--processes", str(WORKERS), "--rate", str(RATE))
    return 1e6 * master / (WORKERS * MEASURED), 1e6 * own / (WORKERS * MEASURED)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cpu", type=float, default=4.0)
    options = parser.parse_args()
    costs: dict[str, list[float]] = {kind: [] for kind in KINDS}
    small: list[int] = []
    large: list[int] = []
    reports: list[tuple[float, float]] = []
    opened: list[float] = []
    with tempfile.TemporaryDirectory() as name, target(compiled("target", Path(name))) as (_, port):
        for kind in interleaved(KINDS, options.rounds):
            measured = generated(kind, port, options.cpu)
            costs[kind].append(1e6 * measured["cpu"] / measured["requests"])
            if kind == "ours":
                small.append(measured["memory"])
                large.append(generated(kind, port, options.cpu, USERS + MORE)["memory"])
        reports += [directed(port) for _ in range(options.rounds)]
        with target(Path(name) / "target", 0, DELAY) as (_, slow):
            opened += [scheduled(slow) for _ in range(options.rounds)]
    for kind, measured_costs in {**costs, f"ours, {OPEN_RATE} calls/s": opened}.items():
        cost = statistics.median(measured_costs)
        spread = f"{min(measured_costs):.1f} to {max(measured_costs):.1f}"
        print(f"{kind:20} {cost:6.1f} µs of CPU for a call ({spread}), {1e6 / cost:7.0f} a second")
    each = (statistics.median(large) - statistics.median(small)) / MORE
    base = (statistics.median(small) - USERS * each) / 1e6
    print(f"memory: {base:.0f} MB and {each / 1e3:.1f} KB for each user")
    master, command = (statistics.median(part) for part in zip(*reports, strict=True))
    print(f"a report of a worker: {master:.0f} µs of the master, {command:.0f} µs of the command")


if __name__ == "__main__":
    main()
