"""Real, unmodified clients: each is driven by a small program, in an environment of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from installed import PEERS

DRIVERS = Path(__file__).parent / "clients"
REPOSITORY = Path(__file__).parent.parent.parent
OURS = [REPOSITORY / root for root in ("harness", "contracts", "mocks", "tests/peers")]
"""What a driver finds beside its client's packages when the mock is in its own process."""
BOUND = 120.0
"""Seconds within which one client has seen everything."""

Json = dict[str, Any]


def driven(driver: str, environment: str, plan: Json, home: Path) -> Json:
    """Have a client do what the plan says; return what its user saw."""
    beside = Path(sys.executable).parent
    if driver.endswith(".py"):
        command = [str(PEERS / environment / "bin/python"), str(DRIVERS / driver)]
    else:
        # Node looks for packages beside a module's file, and beside the working directory only
        # for a module given as text; such a one is told where the drivers' own module is.
        text, common = (DRIVERS / driver).read_text(), str(DRIVERS / "plan.mjs")
        command = [str(beside / "node"), "--input-type=module", "--eval", text, common]
    path = f"{beside}{os.pathsep}{os.environ['PATH']}"
    ours = {"PYTHONPATH": os.pathsep.join(map(str, OURS))} if "contract" in plan else {}
    with subprocess.Popen(
        command,
        cwd=PEERS / environment,
        env={**os.environ, "HOME": str(home), "PATH": path, **ours},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            printed, complaints = process.communicate(json.dumps(plan), timeout=BOUND)
        finally:
            end_session(process.pid)
    assert process.returncode == 0, complaints
    return json.loads(printed)


def end_session(leader: int) -> None:
    """Kill what is left of a driver and its children, if anything is."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
