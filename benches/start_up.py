"""CPU time of `mcp-proof --help` and `import mcp_proof` over bare Python; target: 30 ms at most."""

import resource
import statistics
import subprocess
import sys
from pathlib import Path

ROUNDS = 15
SCRIPT = str(Path(sys.executable).with_name("mcp-proof"))
COMMANDS = {
    "bare python": [sys.executable, "-c", "pass"],
    "import mcp_proof": [sys.executable, "-c", "import mcp_proof"],
    "mcp-proof --help": [SCRIPT, "--help"],
}


def cpu_ms(command: list[str]) -> float:
    """Milliseconds of user and system time of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=30)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main() -> None:
    """Run the commands in turn, so that all see the same machine, and compare medians."""
    samples: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            samples[name].append(cpu_ms(command))
    bare = statistics.median(samples["bare python"])
    for name, values in samples.items():
        median = statistics.median(values)
        print(f"{name:18} {median:6.1f} ms CPU, {median - bare:+6.1f} over bare Python")


main()
