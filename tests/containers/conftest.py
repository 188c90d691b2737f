"""A real engine, the images of these tests, and that no test leaves a container behind."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import engine
import pytest
from installed import PEERS


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that all processes of this run share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@contextmanager
def alone(shared: Path) -> Iterator[set[Path]]:
    """Keep the other processes of this run out; gives the marks of those that use the engine."""
    with (shared / "engine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield set(shared.glob("engine-*"))


@pytest.fixture(scope="session")
def _engine(shared):
    why = engine.missing()
    if not why and not (PEERS / "wheels.stamp").exists():
        why = "`make test` has not installed what the images are made of"
    if why:
        required = os.environ.get(engine.REQUIRED)
        (pytest.fail if required else pytest.skip)(f"{why}: scripts/container_engine.sh starts one")
    mark = shared / f"engine-{engine.OURS}"
    with alone(shared) as users:
        if not users:
            engine.make_base()
        mark.touch()
    yield
    engine.remove_images(f"{engine.OURS}/*")
    with alone(shared) as users:
        mark.unlink()
        if users == {mark}:
            engine.remove_images(engine.BASE)


@pytest.fixture(autouse=True)
def _none_is_left(_engine):
    yield
    assert engine.containers() == set()


@pytest.fixture(scope="session")
def mock_image(_engine, shared) -> str:
    """The mock as the Dockerfile has it."""
    with alone(shared):  # the second to come finds it done
        return engine.build_mock()
