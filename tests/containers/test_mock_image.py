"""The image that the Dockerfile makes: what it is, how it starts, how it ends."""

import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import engine
import pytest

BOUND = 30.0
HELLO = (
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",'
    '"capabilities":{},"clientInfo":{"name":"test","version":"0"}}}\n'
)


@contextmanager
def started(*arguments: str) -> Iterator[str]:
    """Start a container in the background; gives its id."""
    container = engine.docker("run", "--detach", *arguments)
    try:
        yield container
    finally:
        engine.docker("rm", "--force", container)


def state(container: str, what: str) -> str:
    return engine.docker("inspect", f"--format={{{{.State.{what}}}}}", container)


def wait_for_health(container: str) -> str:
    end = time.monotonic() + BOUND
    while (health := state(container, "Health.Status")) == "starting":
        assert time.monotonic() < end, engine.docker("logs", container)
        time.sleep(0.1)
    return health


def wait_until_it_handles(container: str, number: signal.Signals) -> None:
    """Before that the first process of a container ignores every signal."""
    status = ("exec", container, "python", "-c", "print(open('/proc/1/status').read())")
    end = time.monotonic() + BOUND
    while True:
        [caught] = re.findall(r"SigCgt:\s*(\w+)", engine.docker(*status))
        if int(caught, 16) >> (number - 1) & 1:
            return
        assert time.monotonic() < end


def test_it_becomes_healthy_with_nothing_but_what_it_needs(mock_image):
    # No folder to write to, no privilege, no user but a number.
    least = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
    with started(*least, "--health-interval=200ms", mock_image) as container:
        assert wait_for_health(container) == "healthy"
        assert "\nUid:\t65532\t65532\t65532\t65532\n" in engine.docker(
            "exec", container, "python", "-c", "print(open('/proc/1/status').read())"
        )


def test_it_is_unhealthy_where_nothing_is_served(mock_image):
    health = ["--health-interval=200ms", "--health-start-period=1ms", "--health-retries=1"]
    with started("-i", *health, mock_image, "mock", "everything", "--stdio") as container:
        assert wait_for_health(container) == "unhealthy"


@pytest.mark.parametrize("arguments", [[], ["mock", "everything", "--stdio"]])
def test_it_ends_at_once_when_it_is_told_to(mock_image, arguments):
    with started("--interactive", mock_image, *arguments) as container:
        wait_until_it_handles(container, signal.SIGTERM)
        began = time.monotonic()
        engine.docker("stop", "--time=20", container)
        assert time.monotonic() - began < 5
        assert state(container, "ExitCode") == "0"


def test_it_serves_standard_input(mock_image):
    command = ["docker", "run", "--rm", "--interactive", mock_image, "mock", "plain", "--stdio"]
    done = subprocess.run(
        command, input=HELLO, capture_output=True, text=True, timeout=BOUND, check=True
    )
    assert '"protocolVersion":"2025-11-25"' in done.stdout


def test_it_refuses_a_wrong_contract_with_the_place(mock_image):
    served = ["mock", "/dev/null", "--host", "0.0.0.0", "--port", "8000"]
    done = subprocess.run(
        ["docker", "run", "--rm", mock_image, *served],
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert done.returncode == 2
    assert "/dev/null" in done.stderr
