"""Every dialect is loaded by the command, against the project's own mocks."""

import json
import subprocess
import sys
from contextlib import ExitStack

import pytest
from commanding import QUICK, load
from redis_server import COMMAND, MISSING, running_redis

from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

STDIO = ("--", sys.executable, "-m", "mcp_proof_mocks", "everything")


def url_of(stack: ExitStack, contract: str, *faults: str) -> tuple[str, ...]:
    """The URL of a mock, and what it wants to be told of its clients."""
    server = MockServer(contract, faults)
    access = server.authorization.headers() if server.authorization else {}
    given = [f"--header={name}: {value}" for name, value in access.items()]
    return stack.enter_context(running(server)), *given


def queue(stack: ExitStack) -> str:
    if COMMAND is None:
        pytest.skip(MISSING)
    url = stack.enter_context(running_redis())
    command = [sys.executable, "-m", "mcp_proof", "mock", "queue", "--redis", url]
    mock = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    stack.callback(mock.terminate)
    assert mock.stdout is not None
    return mock.stdout.readline().strip()


TARGETS = {
    "stateless": lambda stack: (*url_of(stack, "modern"), "--revision", "2026-07-28"),
    "stateful": lambda stack: (*url_of(stack, "everything"), "--revision", "2025-11-25"),
    "http+sse": lambda stack: (url_of(stack, "everything")[0].replace("/mcp", "/sse"),),
    "stdio": lambda _: STDIO,
    "rest": lambda stack: url_of(stack, "email_tools"),
    "contextframe": lambda stack: url_of(stack, "contextframe"),
    "openapi-jsonrpc": lambda stack: url_of(stack, "openapi_jsonrpc"),
    "gateway": lambda stack: url_of(stack, "gateway"),
    "websocket": lambda stack: url_of(stack, "websocket"),
    "queue": lambda stack: (queue(stack),),
}


@pytest.mark.parametrize("dialect", TARGETS)
def test_a_healthy_server_of_any_dialect_passes_with_the_rules_on_all(dialect):
    with ExitStack() as stack:
        target = TARGETS[dialect](stack)
        ran = load(*QUICK, "--check", "1", *target)
    assert (ran.code, ran.report and ran.report["violations"]) == (0, []), ran.out + ran.err
    assert ran.report["totals"]["sent"] == ran.report["totals"]["answered"] > 0
    assert "no violation" in ran.out


def test_two_servers_of_a_configuration_are_loaded_one_after_the_other(tmp_path):
    config = tmp_path / "servers.json"
    with running(MockServer("everything")) as url:
        stdio = {"command": STDIO[1], "args": STDIO[2:]}
        config.write_text(json.dumps({"mcpServers": {"far": {"url": url}, "near": stdio}}))
        ran = load(*QUICK, "--config", str(config))
    assert ran.code == 0, ran.out + ran.err
    assert [each["totals"]["answered"] > 0 for each in ran.report["runs"]] == [True, True]
