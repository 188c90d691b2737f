"""A server in an image is verified over HTTP or stdio, and no container outlives the run."""

import asyncio
import json
import os
import re
import subprocess
import sys

import engine
import pytest
from real_servers import known, violated

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.events import VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import HttpImageTarget, Target, image_target
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome, Verdict

BOUND = 60.0
STDIO = ("stdio-server-", "stdio-concurrent-", "stdio-large-")
SAYS = "import os, sys; print('cannot start:', *sorted(os.environ.items())); sys.exit(3)"


@pytest.fixture
def mock_over_stdio(mock_image) -> str:
    """The mock in an image that exposes nothing."""
    return engine.build(
        "stdio",
        f"COPY --from={mock_image} /opt/mcp-proof /opt/mcp-proof",
        'ENTRYPOINT ["/opt/mcp-proof/bin/mcp-proof", "mock", "everything", "--stdio"]',
    )


async def verdicts(target: Target, *only: str, timeout: float = 5.0) -> dict[str, Verdict]:
    options = VerifyOptions(only=only, timeout=timeout)
    async with asyncio.timeout(BOUND):
        return {
            event.verdict.rule.id: event.verdict
            async for event in Verification(target, options).events()
            if isinstance(event, VerdictReached)
        }


def verify(target: Target, *only: str, timeout: float = 5.0) -> dict[str, Outcome]:
    found = asyncio.run(verdicts(target, *only, timeout=timeout))
    return {rule_id: verdict.outcome for rule_id, verdict in found.items()}


def test_an_image_that_exposes_a_port_is_verified_over_http(mock_image):
    target = image_target(mock_image)
    assert (target.transport, target.arguments) == ("http", f"--image {mock_image}")
    found = verify(target)
    assert Outcome.VIOLATED not in found.values()
    assert [*found.values()].count(Outcome.PASSED) > 100
    # The engine listens there, and the server behind it may do so anywhere.
    assert found["sec-bind-localhost"] is Outcome.UNTESTED


def test_an_image_that_exposes_none_is_verified_over_stdio(mock_over_stdio):
    target = image_target(mock_over_stdio)
    assert (target.transport, target.label) == ("stdio", mock_over_stdio)
    found = verify(target)
    assert Outcome.VIOLATED not in found.values()
    assert found["stdio-server-exits-on-sigterm"] is Outcome.PASSED
    assert found["stdio-server-exits-on-eof"] is Outcome.PASSED


def test_an_endpoint_is_where_the_container_sees_it(mock_image):
    target = image_target(mock_image, "http://localhost:8000/sse")
    assert target.arguments == f"--image {mock_image} --endpoint http://localhost:8000/sse"
    found = verify(target, "tools-")
    assert found["tools-name-unique"] is Outcome.PASSED


def test_an_image_with_two_ports_asks_for_the_endpoint():
    image = engine.build("two", "EXPOSE 9090 3001/tcp 53/udp", 'CMD ["sh"]')
    with pytest.raises(UsageError, match=r"exposes the ports 3001, 9090\. Give the endpoint"):
        image_target(image)
    assert isinstance(image_target(image, "http://127.0.0.1:9090/mcp"), HttpImageTarget)


def test_headers_need_a_port(mock_over_stdio):
    with pytest.raises(UsageError, match="exposes no port, and stdio has no headers"):
        image_target(mock_over_stdio, headers={"X-Key": "value"})


def test_a_real_server_over_http_has_the_findings_that_it_has_outside(repository):
    source = (repository / "tests/peers/sdk_server.py").read_text()
    command = json.dumps(["python", "-c", source, "3001", "streamable-http", "0.0.0.0"])
    image = engine.build("sdk", "ENV PYTHONPATH=/site", "EXPOSE 3001", f"CMD {command}")
    found = violated(image_target(image), Revision.R2025_11_25)
    # Told to listen everywhere, the SDK checks no Origin.
    unchecked = {"sec-origin-validated", "sec-origin-validated-all-methods"}
    assert set(found) == known("sdk-http", Revision.R2025_11_25) | unchecked


def test_a_real_server_over_stdio_starts_and_ends_in_a_container():
    image = engine.build("time", "ENV PYTHONPATH=/site", 'CMD ["python", "-m", "mcp_server_time"]')
    found = asyncio.run(verdicts(image_target(image), *STDIO))
    assert len(found) == 4
    assert not [verdict for verdict in found.values() if verdict.outcome is not Outcome.PASSED]


def test_a_missing_image_is_named_with_the_nearest_one(mock_image):
    with pytest.raises(PeerError) as failed:
        image_target(mock_image.replace("mock", "mick"))
    assert f"no image '{engine.OURS}/mick' here, and it cannot be pulled" in str(failed.value)
    assert f"{mock_image}:latest" in str(failed.value).partition("Did you mean ")[2]


def test_what_testcontainers_itself_lacks_is_told_with_the_way_out(mock_image):
    settings = {
        "RYUK_CONTAINER_IMAGE": "mcp-proof-test/no-ryuk",
        "TESTCONTAINERS_RYUK_DISABLED": "false",
    }
    done = subprocess.run(
        [sys.executable, "-m", "mcp_proof", "verify", "--image", mock_image],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )
    assert done.returncode == 3
    assert "no image 'mcp-proof-test/no-ryuk' here" in done.stderr
    assert "TESTCONTAINERS_RYUK_DISABLED=true does without" in done.stderr


def test_a_server_that_speaks_no_mcp_is_quoted_with_what_it_printed():
    image = engine.build("web", "EXPOSE 8000", 'CMD ["python", "-m", "http.server"]')
    with pytest.raises(PeerError) as failed:
        verify(image_target(image))
    assert "(HTTP 501)" in str(failed.value)
    assert 'HTTP/1.1" 501 -' in str(failed.value).partition("Its last lines:")[2]


def test_a_container_that_somebody_else_removes_is_told(mock_image):
    async def run() -> None:
        async with image_target(mock_image).started():
            [container] = engine.containers("running")
            engine.docker("rm", "--force", container.split()[0])
            raise PeerError("it went away")

    with pytest.raises(PeerError, match=r"it went away\nThe container was removed\."):
        asyncio.run(run())


@pytest.mark.parametrize("exposed", ["EXPOSE 8000", "LABEL nothing=exposed"])
def test_a_container_that_ends_at_once_is_quoted(exposed):
    image = engine.build("ends", exposed, f'CMD ["python", "-c", "{SAYS}"]')
    with pytest.raises(PeerError) as failed:
        verify(image_target(image))
    assert re.search(r"ended? with exit code 3|exited with code 3", str(failed.value))
    assert "cannot start: " in str(failed.value)


def test_a_container_has_the_given_variables_and_no_others(monkeypatch):
    monkeypatch.setenv("SECRET_OF_OURS", "not-for-containers")
    for exposed in ("EXPOSE 8000", "LABEL nothing=exposed"):
        image = engine.build("ends", exposed, f'CMD ["python", "-c", "{SAYS}"]')
        with pytest.raises(PeerError) as failed:
            verify(image_target(image, env={"MODE": "dev"}))
        assert "('MODE', 'dev')" in str(failed.value)
        assert "SECRET_OF_OURS" not in str(failed.value)


def test_the_value_of_a_variable_is_not_shown():
    image = engine.build("ends", "EXPOSE 8000", f'CMD ["python", "-c", "{SAYS}"]')
    with pytest.raises(PeerError) as failed:
        verify(image_target(image, env={"API_KEY": "planted-secret"}))
    assert "planted-secret" not in str(failed.value)
    assert "('API_KEY', '[hidden]')" in str(failed.value)
