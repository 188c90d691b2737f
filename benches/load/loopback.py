"""The target of the load benches, and the C programs that they are compared with, as processes."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
CORES: Final = sorted(os.sched_getaffinity(0))
SERVER_CORE, OUR_CORE = CORES[0], CORES[-1]
COMMAND: Final = [sys.executable, "-m", "mcp_proof", "load"]


def compiled(name: str, folder: Path) -> Path:
    """Compile a program of this folder."""
    compiler = shutil.which("cc")
    if compiler is None:
        sys.exit(
            "there is no C compiler here (apt install gcc): nothing is fast enough to be loaded"
        )
    program = folder / name
    subprocess.run(
        [compiler, "-O2", "-D_GNU_SOURCE", "-o", program, HERE / f"{name}.c"], check=True
    )
    return program


@contextmanager
def target(
    program: Path, *options: int, core: int | None = SERVER_CORE
) -> Iterator[tuple[int, int]]:
    """Run the target, on a core of its own if so; its process id and port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(program), str(port), *map(str, options)]
    process = subprocess.Popen(command if core is None else on(core, command))
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.02)
        yield process.pid, port
    finally:
        process.kill()
        process.wait()


def on(core: int, command: Sequence[str]) -> list[str]:
    """A command that runs on one core."""
    return ["taskset", "-c", str(core), *command]


def loaded(port: int, folder: Path, *options: str, core: int | None = OUR_CORE) -> dict[str, Any]:
    """Run `mcp-proof load` with 64 users; its JSON report."""
    file = folder / "run.json"
    command = [
        *COMMAND, f"http://127.0.0.1:{port}/mcp", "--users", "64", "--check", "0", "--quiet",
        "--report", f"json={file}", *options,
    ]  # fmt: skip
    command = command if core is None else on(core, command)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    if done.returncode not in {0, 1} or not file.exists():
        sys.exit(f"mcp-proof load ended with {done.returncode}: {done.stdout}{done.stderr}")
    report: dict[str, Any] = json.loads(file.read_text())
    file.unlink()
    return report
