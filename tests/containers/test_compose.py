"""The Compose file: the mock becomes healthy, and `verify` waits for it and passes."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator

import engine
import httpx2
import pytest

BOUND = 60


def command() -> list[str] | None:
    """The command, as the plugin of today or as the program of before."""
    plugin = ["docker", "compose"]
    if subprocess.run([*plugin, "version"], capture_output=True, check=False).returncode == 0:
        return plugin
    return ["docker-compose"] if shutil.which("docker-compose") else None


@pytest.fixture
def compose(mock_image, repository, monkeypatch) -> Iterator[Callable[..., str]]:
    """Run Compose in the checkout; what it has started is gone in the end."""
    words = command()
    if words is None:
        (pytest.fail if os.environ.get(engine.REQUIRED) else pytest.skip)("no Compose")
    monkeypatch.setenv("MOCK_IMAGE", mock_image)
    monkeypatch.setenv("MOCK_PORT", "0")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [*words, "--project-name", engine.OURS, *arguments],
            cwd=repository,
            capture_output=True,
            text=True,
            timeout=BOUND,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    yield run
    run("down", "--volumes")


def test_the_mock_is_verified_by_its_neighbour(compose):
    compose("up", "--detach", "mock")
    assert ", 0 violated, " in compose("run", "--rm", "verify", "verify", "http://mock:8000/mcp")


def test_the_mock_is_published_for_this_machine_with_the_contract_of_ones_choice(
    compose, tmp_path, monkeypatch
):
    contract = tmp_path / "weather.yaml"
    contract.write_text("info: {name: chosen-here, version: 1.0.0}\n")
    monkeypatch.setenv("MOCK_CONTRACT", str(contract))
    compose("up", "--detach", "mock")
    address = compose("port", "mock", "8000")
    assert address.startswith("127.0.0.1:")
    seen = compose("run", "--rm", "verify")
    assert seen.startswith("chosen-here 1.0.0 speaks ")
    with httpx2.Client(trust_env=False) as client:
        assert client.get(f"http://{address}/nowhere").status_code == 404
