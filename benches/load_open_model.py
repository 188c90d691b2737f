"""The open model beside a reference like wrk2: latencies from the intended start, at one rate.

    python benches/load_open_model.py [--rounds N] [--rate CALLS] [--duration SECONDS]

The server answers after 20 ms, and stands still for 50 ms in every second, so that who waits for it
before the next request (coordinated omission) would show a far better p99. Rounds are interleaved;
each figure is the median. The reference is benches/load/open_loop.c: a schedule for each of its 64
connections. gevent's clock ticks in milliseconds, so that a server which answers within one is
shown slower than it is: by up to a millisecond.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Final

from measuring import interleaved

sys.path.insert(0, str(Path(__file__).parent / "load"))
from loopback import OUR_CORE, compiled, loaded, on, target
from the_call import request

PAUSE: Final = 50
"""Milliseconds of each second."""
DELAY: Final = 20
"""Milliseconds until an answer: a quick tool's."""
MOST_APART: Final = 0.1
FIGURES: Final = ("p50", "p99")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--duration", type=int, default=20)
    options = parser.parse_args()
    seen: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reference = compiled("open_loop", folder)
        (folder / "request").write_bytes(request())

        def theirs(port: int) -> dict[str, float]:
            command = [reference, port, 64, options.rate, options.duration, folder / "request"]
            done = subprocess.run(
                on(OUR_CORE, [str(each) for each in command]), capture_output=True, check=True
            )
            found: dict[str, float] = json.loads(done.stdout)
            return found

        def ours(port: int) -> dict[str, float]:
            rate = ("--rate", str(options.rate), "--duration", str(options.duration))
            report = loaded(port, folder, *rate, "--warm-up", "1")
            latency = report["percentiles"]["latency"]
            return {each: latency[f"{each}_ms"] for each in FIGURES}

        with target(compiled("target", folder), PAUSE, DELAY) as (_, port):
            for who, measure in interleaved(
                [("reference", theirs), ("ours", ours)], options.rounds
            ):
                measured = measure(port)
                for figure in FIGURES:
                    seen[who][figure].append(measured[figure])
    print(f"{options.rate} calls/s, {PAUSE} ms of each second still   reference       ours   apart")
    for figure in FIGURES:
        one, other = (statistics.median(seen[who][figure]) for who in ("reference", "ours"))
        apart = abs(other - one) / one
        print(
            f"{figure:41} {one:9.3f} ms {other:7.3f} ms {apart:7.1%}"
            f"{'  missed' if apart > MOST_APART else ''}"
        )


if __name__ == "__main__":
    main()
