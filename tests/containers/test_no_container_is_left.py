"""However a verification of an image ends, and however its server behaves, its containers go."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import engine
import pytest

from mcp_proof.recorder import Recorder
from mcp_proof.targets import Reachable, image_target
from mcp_proof.transports import container, stdio
from mcp_proof_contracts.transcript import Header, Sender

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
BOUND = 30.0


@pytest.fixture
def deaf() -> str:
    """An image of a server that answers nothing, and minds neither EOF nor SIGTERM."""
    return engine.build("deaf", f'CMD ["python", "-c", "{DEAF}"]')


@pytest.fixture
def deaf_over_http() -> str:
    """The same, which is expected to serve HTTP."""
    return engine.build("deaf-http", "EXPOSE 8000", f'CMD ["python", "-c", "{DEAF}"]')


@pytest.fixture(autouse=True)
def _transcripts(tmp_path, monkeypatch):
    """An interrupted run keeps its transcript, in the folder for temporary files."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@contextmanager
def verifying(image: str) -> Iterator[subprocess.Popen[str]]:
    """Verify an image by the command; gives the process once a container of the image runs."""
    command = [sys.executable, "-m", "mcp_proof", "verify", "--image", image]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        wait_until(lambda: engine.containers("running"))
        yield process
    finally:
        process.kill()
        process.communicate(timeout=BOUND)


def wait_until(condition) -> None:
    """Wait for what another process does, which tells nobody."""
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("over", "number"), [("deaf", signal.SIGTERM), ("deaf_over_http", signal.SIGINT)]
)
def test_one_signal_ends_the_run_and_the_container(over, number, request):
    with verifying(request.getfixturevalue(over)) as process:
        process.send_signal(number)
        assert process.wait(timeout=BOUND) == 130
        assert engine.containers() == set()


@pytest.mark.parametrize("over", ["deaf", "deaf_over_http"])
def test_an_impatient_second_signal_leaves_none_either(over, request):
    with verifying(request.getfixturevalue(over)) as process:
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=BOUND) == 130
        assert engine.containers() == set()


def test_a_server_over_stdio_notices_that_mcp_proof_was_killed():
    image = engine.build("reads", 'CMD ["python", "-c", "import sys; sys.stdin.read()"]')
    with verifying(image) as process:
        process.kill()
        process.wait(timeout=BOUND)
        wait_until(lambda: engine.containers() == set())


def test_the_container_is_gone_with_its_connection(deaf, monkeypatch):
    monkeypatch.setattr(stdio, "EXIT_GRACE", 0.5)
    monkeypatch.setattr(container, "EXIT_GRACE", 0.5)
    header = Header(peer="deaf", side=Sender.SERVER, transport="stdio", started="now")

    async def run() -> None:
        async with image_target(deaf).started() as target:
            connection = target.connect("session-1", Recorder(header), 1.0)
            await connection.open()
            await asyncio.to_thread(wait_until, engine.containers)
            await connection.close()
            assert engine.containers() == set()

    asyncio.run(run())


def test_a_container_that_starts_when_its_run_ends_is_removed_too(deaf):
    async def run() -> None:
        async with image_target(deaf).started() as target:
            command = started_by(target)
            process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
            await asyncio.to_thread(wait_until, engine.containers)
            process.kill()
            await process.wait()

    asyncio.run(run())
    assert engine.containers() == set()


def started_by(target: Reachable) -> list[str]:
    header = Header(peer="deaf", side=Sender.SERVER, transport="stdio", started="now")
    return target.connect("session-1", Recorder(header), 1.0)._command
