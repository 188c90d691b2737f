"""The container engine that tests use, and the images that they run there."""

import os
import shutil
import subprocess
from pathlib import Path

from installed import PEERS
from root_file_system import write_root

ROOT = Path(__file__).parent.parent.parent
REQUIRED = "MCP_PROOF_ENGINE_REQUIRED"
"""`scripts/container_engine.sh` has this set, so that no test is skipped for want of its engine."""
BASE = "mcp-proof-test/base"
OURS = f"mcp-proof-test-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
"""What the names of all other images begin with: tests in other processes have their own."""
BOUND = 120
"""Seconds within which every single command ends."""


def docker(*arguments: object, text: str | None = None) -> str:
    """Run a command of the engine; return what it printed."""
    done = subprocess.run(
        ["docker", *map(str, arguments)],
        input=text,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
        env={**os.environ, "DOCKER_BUILDKIT": "0"},  # which builds on images that are here only
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def missing() -> str:
    """Why there is no engine, or an empty text."""
    if shutil.which("docker") is None:
        return "no command `docker`"
    done = subprocess.run(["docker", "version"], capture_output=True, timeout=BOUND, check=False)
    return "" if done.returncode == 0 else "no container engine answers"


def make_base() -> None:
    """Make the image that all others begin with: what `.peers` has is in it."""
    [packages] = (PEERS / "python/lib").glob("*/site-packages")
    setting = "--change=ENV PATH=/usr/local/bin:/usr/bin:/bin"
    command = ["docker", "import", setting, "-", BASE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as importing:
        assert importing.stdin is not None
        write_root(importing.stdin, {"wheels": PEERS / "wheels", "site": packages})
    assert importing.returncode == 0


def build(name: str, *lines: str) -> str:
    """Build a small image upon the base; return its name."""
    image = f"{OURS}/{name}"
    docker("build", "--tag", image, "-", text="\n".join([f"FROM {BASE}", *lines]))
    return image


def build_mock() -> str:
    """Build the image of the mock as the Dockerfile has it, but without a network."""
    image = f"{OURS}/mock"
    settings = (f"BASE={BASE}", "PIP_NO_INDEX=1", "PIP_FIND_LINKS=/wheels")
    arguments = [f"--build-arg={setting}" for setting in settings]
    docker("build", "--tag", image, *arguments, ROOT)
    return image


def containers(*states: str) -> set[str]:
    """The containers of our images, in these states or in any."""
    filters = [f"--filter=status={state}" for state in states]
    lines = docker("ps", "--all", "--format={{.ID}} {{.Image}}", *filters).splitlines()
    return {line for line in lines if line.partition(" ")[2].startswith(OURS)}


def remove_images(name: str) -> None:
    """Remove the images of this name, which may end with a pattern."""
    for image in docker("images", "--format={{.Repository}}:{{.Tag}}", name).split():
        docker("rmi", "--force", image)
