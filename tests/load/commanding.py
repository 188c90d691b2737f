"""`mcp-proof load` as its users start it: in processes of their own, each bounded in time."""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil

LOAD = (sys.executable, "-m", "mcp_proof", "load")
QUICK = ("--duration", "1", "--warm-up", "0", "--users", "2")
BOUND = 60.0
"""Seconds within which everything ends."""


def load(*arguments: str, **variables: Any) -> SimpleNamespace:
    """Run it to its end; gives `code`, what it said, and its JSON report, where there is one."""
    with started(*arguments, **variables) as process:
        return ended(process)


@contextmanager
def started(*arguments: str, **variables: Any) -> Iterator[Any]:
    """Run it while the block does."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "run.json"
        asked = () if "--worker" in arguments else ("--report", f"json={report}")
        at = arguments.index("--") if "--" in arguments else len(arguments)
        command = [*LOAD, *arguments[:at], *asked, *arguments[at:]]
        pipe = subprocess.PIPE
        process: Any = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, **variables)
        process.report = report
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def ended(process: Any) -> SimpleNamespace:
    """Wait until it ends by itself."""
    out, err = process.communicate(timeout=BOUND)
    text = process.report.read_text() if process.report.exists() else ""
    return SimpleNamespace(
        code=process.returncode, out=out, err=err, text=text, report=json.loads(text or "null")
    )


def below(pid: int) -> list[psutil.Process]:
    """Return the processes that one has started, and those of theirs."""
    return psutil.Process(pid).children(recursive=True)


def command_of(process: psutil.Process) -> list[str]:
    """Return the command line of a process; nothing where it has ended."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def awaited(condition: Callable[[], Any]) -> Any:
    """Return what a condition says as soon as it says anything."""
    until = time.monotonic() + BOUND
    while not (found := condition()):
        assert time.monotonic() < until, "it does not come to that"
        time.sleep(0.02)
    return found


def gone(processes: list[psutil.Process]) -> bool:
    """Wait until none of them runs."""
    left = psutil.wait_procs(processes, timeout=BOUND)[1]
    return not [each for each in left if each.status() != psutil.STATUS_ZOMBIE]


def line_with(stream: Any, text: str) -> str:
    """Read up to the line that holds a text, and return it."""
    for line in stream:
        if text in line:
            return str(line)
    raise AssertionError(f"it ended without {text!r}")


INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
