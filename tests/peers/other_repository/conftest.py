"""A repository of somebody else: its target, and a look at what its run leaves behind."""

import gc
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

POOLS = ("AnyIO worker", "Trio thread")
"""Threads that asynchronous libraries keep for later: those that the tests' own loops had."""


@pytest.fixture(scope="session")
def mcp_target() -> list[str]:
    return [sys.executable, "-m", "mcp_proof_mocks", "everything"]


@pytest.fixture(scope="session", params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return request.param


def _open_files() -> dict[str, str]:
    found: dict[str, str] = {}
    for file in Path("/proc/self/fd").iterdir():
        try:
            found[file.name] = str(file.readlink())
        except FileNotFoundError:  # the one that lists the others
            continue
    return found


def _children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop() -> Iterator[None]:
    """Fail the run when the plugin leaves a thread, a file or a process behind."""
    files, threads, children = _open_files(), threading.active_count(), _children()
    result = yield
    gc.collect()
    left = {name: what for name, what in _open_files().items() if name not in files}
    assert not left, left
    alive = [t for t in threading.enumerate() if not t.name.startswith(POOLS)]
    assert len(alive) <= threads, alive
    assert _children() <= children
    return result
