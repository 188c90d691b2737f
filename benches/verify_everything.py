"""Wall and CPU time of a full `verify` of server-everything over stdio; target: below 10 s wall."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from measuring import cpu_seconds_of_children

ROUNDS = 5
ROOT = Path(__file__).parent.parent
NODE = Path(sys.executable).with_name("node")
SERVER = ".peers/node/node_modules/@modelcontextprotocol/server-everything/dist/index.js"
COMMAND = [
    *(str(Path(sys.executable).with_name("mcp-proof")), "verify", "--quiet"),
    *("--", str(NODE), str(ROOT / SERVER), "stdio"),
]


def main() -> None:
    """Verify a few times; the server's own CPU time is part of the figure."""
    walls: list[float] = []
    cpus: list[float] = []
    for _ in range(ROUNDS):
        before, started = cpu_seconds_of_children(), time.monotonic()
        done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=120, check=False)
        walls.append(time.monotonic() - started)
        cpus.append(cpu_seconds_of_children() - before)
        print(done.stdout.strip().splitlines()[-1])
    print(f"wall: median {statistics.median(walls):.2f} s, worst {max(walls):.2f} s")
    print(f"CPU with the server's: median {statistics.median(cpus):.2f} s")


main()
