"""What `--image` says where it cannot even begin; with an engine: tests/containers."""

import asyncio
import subprocess
import sys

import pytest

from mcp_proof import container_engine
from mcp_proof.cli import main
from mcp_proof.errors import NotSpokenError, PeerError, UsageError
from mcp_proof.targets import HttpImageTarget, UrlTarget, image_target


def test_a_missing_library_is_named_with_the_extra_that_brings_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "docker", None)
    monkeypatch.delitem(sys.modules, "mcp_proof.container_engine", raising=False)
    assert main(["verify", "--image", "my/server"]) == 2
    assert "pip install 'mcp-proof[containers]'" in capsys.readouterr().err


def test_the_mock_as_a_container_names_the_extra_too():
    code = "import sys; sys.modules['testcontainers'] = None\nimport mcp_proof_mocks.containers\n"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert "MissingExtraError: containers need testcontainers" in done.stderr
    assert "pip install 'mcp-proof[containers]'" in done.stderr


def test_an_engine_that_does_not_answer_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no.sock")
    # A process of its own: the library leaves a socket open when it cannot connect.
    command = [sys.executable, "-m", "mcp_proof", "verify", "--image", "my/server"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3
    assert f"no container engine answers at unix://{tmp_path}/no.sock" in done.stderr
    assert "DOCKER_HOST=" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--image", "my/server", "--", "ls"], "there is a target already, --image"),
        (["--image", "my/server", "http://localhost/mcp"], "there is a target already"),
        (["--endpoint", "http://localhost/mcp", "--", "ls"], "--endpoint: it is one of an `image`"),
        (["--image", "a", "--endpoint", "https://localhost/mcp"], "URL as the container sees it"),
        (["--image", "a", "--endpoint", "http://example.com:1/"], "http://localhost:1/mcp"),
        (["--image", "a", "--endpoint", "nonsense"], "--endpoint: 'nonsense' is no http or https"),
    ],
)
def test_what_does_not_go_with_an_image_is_told(arguments, said, capsys):
    assert main(["verify", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_the_secrets_of_an_endpoint_are_no_part_of_the_reproduction(monkeypatch):
    monkeypatch.setattr("mcp_proof.targets.image._exposed_ports", lambda _image: [8000])
    target = image_target("my/server", "http://user:planted@localhost:8000/mcp?key=planted")
    assert target.arguments == "--image my/server --endpoint 'http://localhost:8000/mcp?…'"


def test_an_endpoint_makes_http_of_an_image_that_exposes_nothing(monkeypatch):
    monkeypatch.setattr("mcp_proof.targets.image._exposed_ports", lambda _image: [])
    target = image_target("my/server", "http://localhost/mcp", headers={"X-Key": "a-value"})
    assert (target.transport, target.secrets.headers) == ("http", {"x-key"})
    with pytest.raises(UsageError, match="exposes no port"):
        image_target("my/server", headers={"X-Key": "a-value"})
    with pytest.raises(UsageError, match="an empty name is no image"):
        image_target("")


class RunningContainer:
    """What a container is to its target, without an engine."""

    stopped = False

    def start(self) -> None:
        pass

    def wait_until_it_answers(self) -> None:
        pass

    def give_up(self) -> None:
        pass

    def address(self) -> tuple[str, int]:
        return "127.0.0.1", 1

    def last_words(self) -> str:
        return "The container runs."

    def stop(self) -> None:
        self.stopped = True


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PeerError("it broke"), "it broke\nThe container runs."),
        (NotSpokenError("2025-11-25", "why"), "the server does not speak 2025-11-25: why"),
    ],
)
def test_a_revision_that_is_not_spoken_is_no_failure_of_the_container(error, said, monkeypatch):
    container = RunningContainer()
    monkeypatch.setattr(container_engine, "http_container", lambda *_: container)

    async def fail() -> None:
        async with HttpImageTarget("my/server", UrlTarget("http://localhost:8000/mcp")).started():
            raise error

    with pytest.raises(PeerError) as raised:
        asyncio.run(fail())
    assert (type(raised.value), str(raised.value)) == (type(error), said)
    assert container.stopped
