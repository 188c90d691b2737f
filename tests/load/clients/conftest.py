"""Clients under load, driven in processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

DRIVER = [sys.executable, str(Path(__file__).with_name("driver.py"))]
BOUND = 30
"""Seconds for which a script stays that is to be ended."""


@contextmanager
def driver(**variables: str) -> Iterator[subprocess.Popen]:
    """Run the driver while the block does, which ends it."""
    pipe, env = subprocess.PIPE, {**os.environ, **variables}
    with subprocess.Popen(DRIVER, stdin=pipe, stdout=pipe, text=True, env=env) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen, plan: dict, sessions: list, stays: int) -> SimpleNamespace:
    """Have a script run; return what came of it."""
    plan = {"timeout": 5.0, "speech": {}, **plan}
    process.stdin.write(json.dumps({"plan": plan, "sessions": sessions, "stays": stays}) + "\n")
    process.stdin.flush()
    ran = SimpleNamespace(**json.loads(process.stdout.readline()))
    assert not ran.stderr
    return ran


@pytest.fixture(scope="session")
def driving() -> Iterator[subprocess.Popen]:
    """One driver for all tests: it takes longer to begin than they do."""
    with driver() as process:
        yield process


@pytest.fixture
def drive(driving: subprocess.Popen) -> Callable[..., SimpleNamespace]:
    """Gives what runs sessions, each a list of steps, at once, and returns what came of them.

    With variables of the environment it takes a driver of its own.
    """

    def run(plan: dict, *sessions: list, **variables: str) -> SimpleNamespace:
        if not variables:
            return told(driving, plan, sessions, 0)
        with driver(**variables) as process:
            return told(process, plan, sessions, 0)

    return run


@pytest.fixture
def started() -> Callable[..., Iterator[tuple[subprocess.Popen, list[int]]]]:
    """Gives what starts sessions and leaves them open; gives the driver and its servers' pids."""

    @contextmanager
    def start(plan: dict, *sessions: list) -> Iterator[tuple[subprocess.Popen, list[int]]]:
        with driver() as process:
            yield process, told(process, plan, sessions, BOUND).pids

    return start
