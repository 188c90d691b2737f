"""Two load processes beside one: calls in a second of the clock.

    python benches/load_processes.py [--rounds N] [--duration SECONDS]

The machine's cores are shared with the server, whose cost for a call is stated. Where there are
fewer than three, two processes cannot have a free core each beside the server: then what is judged
is what the CPU time for each call comes to on free cores, which is told beside what was measured.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Final

from measuring import cpu_seconds, cpu_seconds_of_children, interleaved

sys.path.insert(0, str(Path(__file__).parent / "load"))
from loopback import compiled, loaded, target

LEAST: Final = 1.8


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--duration", type=int, default=20)
    options = parser.parse_args()
    rates: dict[int, list[float]] = defaultdict(list)
    shares: dict[int, list[tuple[float, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with target(compiled("target", folder), core=None) as (pid, port):
            for processes in interleaved((1, 2), options.rounds):
                server, ours = cpu_seconds(pid), cpu_seconds_of_children()
                report = loaded(
                    port, folder, "--duration", str(options.duration), "--warm-up", "2",
                    "--processes", str(processes), core=None,
                )  # fmt: skip
                calls = report["totals"]["answered"]
                server, ours = cpu_seconds(pid) - server, cpu_seconds_of_children() - ours
                rates[processes].append(report["rate"])
                shares[processes].append((1e6 * ours / calls, 1e6 * server / calls))
    report_of(rates, shares)


def report_of(rates: dict[int, list[float]], shares: dict[int, list[tuple[float, float]]]) -> None:
    """Print the table."""
    cores = len(os.sched_getaffinity(0))
    costs: dict[int, float] = {}
    print(f"{cores} cores, shared with the server and all else that runs here")
    for processes in (1, 2):
        own, server = (statistics.median(each) for each in zip(*shares[processes], strict=True))
        costs[processes] = own
        print(
            f"{processes} load process{'es' if processes > 1 else '  '} "
            f"{statistics.median(rates[processes]):9.0f} calls/s; CPU for each call: "
            f"{own:.1f} µs ours, {server:.1f} µs the server's"
        )
    measured = statistics.median(rates[2]) / statistics.median(rates[1])
    derived = 2 * costs[1] / costs[2]
    judged = measured if cores > 2 else derived  # noqa: PLR2004  # one for each, one for the server
    print(f"two do {measured:.2f} times as much as one here")
    print(f"by their CPU time, {derived:.2f} times as much where each has a core of its own")
    print(f"at least {LEAST} wanted{'  missed' if judged < LEAST else ''}")


if __name__ == "__main__":
    main()
