"""Calls that a whole fuzz makes, per CPU second and per second, beside PyPI mcp-fuzzer.

Both fuzz the bundled mock over HTTP with one tool; what they sent is counted in the mock's journal.
The start of the process counts too, as it does for a user.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from measuring import cpu_seconds_of_children, interleaved
from rivals import HERE, MOCK, http_server

ROUNDS: Final = 4
CALLS: Final = 2000
WANTED: Final = 5.0
RIVAL: Final = HERE.parent / ".peers/rival/bin/mcp-fuzzer"


class Measured(NamedTuple):
    """One run."""

    calls: int
    cpu: float
    wall: float


def ours(url: str) -> list[str]:
    """Our command."""
    return [sys.executable, "-m", "mcp_proof", "fuzz", "--max-examples", str(CALLS), url]


def theirs(url: str) -> list[str]:
    """The rival's command."""
    options = ["--mode", "tools", "--protocol", "streamablehttp", "--allow-host", "127.0.0.1"]
    return [str(RIVAL), *options, "--endpoint", url, "--runs", str(CALLS)]


def calls_in(journal: Path) -> int:
    """The calls of tools that the mock was asked for."""
    rows = map(json.loads, journal.read_bytes().splitlines())
    raw = [row.get("raw", "") for row in rows if row.get("sender") == "client"]
    return sum('"tools/call"' in text for text in raw)


def measure(command: str) -> Measured:
    """Let one of them fuzz a fresh mock."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "journal.ndjson"
        with http_server([*MOCK, "--journal", str(journal), "--port"]) as (_, port):
            arguments = COMMANDS[command](f"http://127.0.0.1:{port}/mcp")
            used, started = cpu_seconds_of_children(), time.monotonic()
            subprocess.run(arguments, cwd=folder, capture_output=True, check=True)
            wall = time.monotonic() - started
            cpu = cpu_seconds_of_children() - used
        return Measured(calls_in(journal), cpu, wall)


COMMANDS: Final = {"mcp-proof fuzz": ours, "mcp-fuzzer": theirs}


def main() -> int:
    """Compare, and return whether the ratio is what is wanted."""
    runs: dict[str, list[Measured]] = defaultdict(list)
    for name in interleaved(list(COMMANDS), ROUNDS):
        runs[name].append(measure(name))
    per_cpu = {name: median(run.calls / run.cpu for run in each) for name, each in runs.items()}
    per_second = {name: median(run.calls / run.wall for run in each) for name, each in runs.items()}
    print("whole fuzz of one tool over HTTP      calls   calls/CPU s    calls/s")
    for name, each in runs.items():
        calls = each[0].calls
        print(f"{name:36} {calls:6} {per_cpu[name]:12.0f} {per_second[name]:10.0f}")
    first, second = COMMANDS
    ratio, wall = per_cpu[first] / per_cpu[second], per_second[first] / per_second[second]
    print(f"ratio per CPU second {ratio:.1f} (wanted {WANTED:g}), per second {wall:.1f}")
    return int(ratio < WANTED)


if __name__ == "__main__":
    sys.exit(main())
