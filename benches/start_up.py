"""CPU time of `mcp-proof --help` and `import mcp_proof` over bare Python; target: 30 ms at most."""

import statistics
import subprocess
import sys
from pathlib import Path

from measuring import cpu_seconds_of_children, interleaved

ROUNDS = 15
SCRIPT = str(Path(sys.executable).with_name("mcp-proof"))
COMMANDS = {
    "bare python": [sys.executable, "-c", "pass"],
    "import mcp_proof": [sys.executable, "-c", "import mcp_proof"],
    "mcp-proof --help": [SCRIPT, "--help"],
}


def cpu_ms(command: list[str]) -> float:
    """Milliseconds of user and system time of one run."""
    before = cpu_seconds_of_children()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, timeout=30)
    return 1000 * (cpu_seconds_of_children() - before)


def main() -> None:
    """Run the commands in turn, and compare medians."""
    samples: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for name in interleaved(list(COMMANDS), ROUNDS):
        samples[name].append(cpu_ms(COMMANDS[name]))
    bare = statistics.median(samples["bare python"])
    for name, values in samples.items():
        median = statistics.median(values)
        print(f"{name:18} {median:6.1f} ms CPU, {median - bare:+6.1f} over bare Python")


main()
