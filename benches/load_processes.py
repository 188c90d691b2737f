"""Two load processes beside one: calls in a second of the clock.

    python benches/load_processes.py [--rounds N] [--duration SECONDS]

The machine's cores are shared with the server, whose cost for a call is stated: two processes can
do twice as much only as far as there is CPU time for both of them and for the server. So the share
of the CPU time that each side has used is told too.
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
    print(
        f"{len(os.sched_getaffinity(0))} cores, shared with the server and all else that runs here"
    )
    for processes in (1, 2):
        own, server = (statistics.median(each) for each in zip(*shares[processes], strict=True))
        print(
            f"{processes} load process{'es' if processes > 1 else '  '} "
            f"{statistics.median(rates[processes]):9.0f} calls/s; CPU for each call: "
            f"{own:.0f} µs ours, {server:.0f} µs the server's"
        )
    times = statistics.median(rates[2]) / statistics.median(rates[1])
    print(f"two do {times:.2f} times as much as one{'  missed' if times < LEAST else ''}")


if __name__ == "__main__":
    main()
