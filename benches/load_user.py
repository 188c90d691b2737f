"""Our load user beside locust's own and wrk: requests for each second of CPU time.

    python benches/load_user.py [--rounds N] [--cpu SECONDS]

64 users, or connections, send a `tools/call` of 2026-07-28 (some 360 bytes) to a C server, which
answers with some 500. Each generator runs in a process of its own until it has used so much CPU
time since all its users were there; rounds are interleaved, and the figure is the median. The
server has one core, the generator the other.
"""

import argparse
import json
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from measuring import interleaved

sys.path.insert(0, str(Path(__file__).parent / "load"))
from loopback import HERE, OUR_CORE, compiled, on, target

KINDS: Final = ("ours", "FastHttpUser", "HttpUser")
LEAST: Final = {"HttpUser": 15.0, "FastHttpUser": 4.0, "wrk": 0.15}
WRK_SECONDS: Final = 8
WRK: Final = """
wrk.method = "POST"
wrk.body = [[{body}]]
wrk.headers["Content-Type"] = "application/json"
"""


def users(kind: str, port: int, cpu: float) -> float:
    """Requests for each second of CPU time of one kind of user."""
    command = [sys.executable, str(HERE / "generator.py"), kind, str(port), str(cpu)]
    done = subprocess.run(
        on(OUR_CORE, command), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    measured = json.loads(done.stdout)
    if measured["failures"]:
        sys.exit(f"{kind}: {measured['failures']}")
    return float(measured["requests"] / measured["cpu"])


def wrk(port: int, folder: Path) -> float:
    """Requests for each second of CPU time of wrk."""
    script = folder / "post.lua"
    body = '{"jsonrpc":"2.0","id":1,"method":"tools/call"}'
    script.write_text(WRK.format(body=body + " " * (357 - len(body))))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["wrk", "-t1", "-c64", f"-d{WRK_SECONDS}", "-s", str(script)]
    done = subprocess.run(
        on(OUR_CORE, [*command, f"http://127.0.0.1:{port}/mcp"]),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = re.search(r"(\d+) requests in", done.stdout)
    assert found is not None
    return int(found[1]) / used


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cpu", type=float, default=5.0)
    options = parser.parse_args()
    kinds = [*KINDS, *(["wrk"] if shutil.which("wrk") else [])]
    rates: dict[str, list[float]] = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with target(compiled("target", folder)) as (_, port):
            for kind in interleaved(kinds, options.rounds):
                measured = wrk(port, folder) if kind == "wrk" else users(kind, port, options.cpu)
                rates[kind].append(measured)
    print(f"{'requests per CPU second':26} {'median':>8} {'least':>8} {'most':>8}  ours is")
    own = statistics.median(rates["ours"])
    for kind, measured in rates.items():
        times = own / statistics.median(measured)
        least = LEAST.get(kind, 0.0)
        shown = "" if kind == "ours" else f"{times:6.2f} of it, at least {least:g} wanted"
        missed = "  missed" if times < least else ""
        print(
            f"{kind:26} {statistics.median(measured):8.0f} {min(measured):8.0f} "
            f"{max(measured):8.0f}  {shown}{missed}"
        )
    if "wrk" not in kinds:
        print("wrk: not measured, there is none here (apt install wrk)")


if __name__ == "__main__":
    main()
