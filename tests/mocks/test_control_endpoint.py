"""`/_mock/faults`: programs on this machine change the faults of a running mock, nobody else."""

import asyncio
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx2
import pytest

from mcp_proof_mocks.http.fault_control import PATH, FaultControl
from mcp_proof_mocks.http.messages import HttpRequest
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

BOUND = 20.0
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "echo", "arguments": {"message": "hello"}},
}


def with_client(
    talk: Callable[[httpx2.AsyncClient], Awaitable[None]], *faults: str, control: bool = True
) -> MockServer:
    """Serve a mock and let a client talk to it."""
    server = MockServer("plain", faults)

    async def run() -> None:
        async with asyncio.timeout(BOUND), serving(server, control=control) as url:
            base = url.removesuffix("/mcp")
            async with httpx2.AsyncClient(
                base_url=base, verify=False, trust_env=False, headers=HEADERS
            ) as client:
                await talk(client)

    asyncio.run(run())
    return server


def test_a_fault_is_added_seen_and_removed_while_the_mock_runs():
    async def talk(client: httpx2.AsyncClient) -> None:
        added = await client.post(PATH, json="wrong-version:tool=echo")
        assert (added.status_code, added.json()) == (
            201,
            {"id": 1, "fault": "wrong-version:tool=echo"},
        )
        assert (await client.post("/mcp", json=CALL)).json()["jsonrpc"] == "1.0"
        listed = (await client.get(PATH)).json()["active"]
        assert listed == [{"id": 1, "fault": "wrong-version:tool=echo", "fixed": False}]
        removed = await client.delete(f"{PATH}/1")
        assert (removed.status_code, removed.json()) == (200, {"active": []})
        assert (await client.post("/mcp", json=CALL)).json()["jsonrpc"] == "2.0"

    with_client(talk)


def test_a_fault_can_be_a_mapping_as_in_a_contract_file():
    async def talk(client: httpx2.AsyncClient) -> None:
        fault = {"name": "duplicate-response", "times": 3, "call": 2}
        added = (await client.post(PATH, json=fault)).json()
        assert added == {"id": 1, "fault": "duplicate-response:times=3,call=2"}

    with_client(talk)


def test_clearing_removes_what_was_chosen_at_the_start_too():
    async def talk(client: httpx2.AsyncClient) -> None:
        assert len((await client.get(PATH)).json()["active"]) == 2
        assert (await client.delete(PATH)).json() == {"active": []}

    server = with_client(talk, "wrong-id", "sec-origin-validated")
    assert server.keeps("sec-origin-validated")


def test_a_fault_that_changed_the_contract_stays():
    async def talk(client: httpx2.AsyncClient) -> None:
        refused = await client.delete(f"{PATH}/1")
        assert refused.status_code == 409
        assert "was settled at the start" in refused.json()["error"]
        [left] = (await client.delete(PATH)).json()["active"]
        assert left["fixed"] is True

    with_client(talk, "icons-src-safe", "wrong-id")


def test_it_lists_the_faults_that_there_are():
    async def talk(client: httpx2.AsyncClient) -> None:
        known = (await client.get(PATH)).json()["known"]
        [late] = [each for each in known["message"] if each["name"] == "late-response"]
        assert late["takes"] == ["seconds", "method", "tool", "call", "probability", "seed"]
        assert late["does"].startswith("The reply comes late")
        assert "sec-origin-validated" in known["rule"]

    with_client(talk)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "told"),
    [
        ("POST", PATH, b'"wrog-id"', 400, "Did you mean wrong-id"),
        ("POST", PATH, b"wrong-id", 400, "expected a fault as JSON"),
        ("POST", PATH, b"[1]", 400, "expected a fault's name or a mapping"),
        ("POST", PATH, b'"icons-src-safe"', 400, "choose it at the start"),
        ("POST", f"{PATH}/1", b'"wrong-id"', 405, "takes GET, POST"),
        ("DELETE", f"{PATH}/7", b"", 404, "no active fault has the id '7'"),
        ("DELETE", f"{PATH}/", b"", 404, "no active fault has the id ''"),
        ("PUT", PATH, b"", 405, "takes GET, POST"),
    ],
)
def test_a_wrong_request_is_explained(method, path, body, status, told):
    async def talk(client: httpx2.AsyncClient) -> None:
        answer = await client.request(method, path, content=body)
        assert answer.status_code == status
        assert told in answer.json()["error"]

    assert not with_client(talk).faults


def test_it_is_not_there_unless_it_was_asked_for():
    async def talk(client: httpx2.AsyncClient) -> None:
        for method in ("GET", "POST", "DELETE"):
            assert (await client.request(method, PATH, content=b'"wrong-id"')).status_code == 404

    assert not with_client(talk, control=False).faults


GOOD = HttpRequest(
    method="POST",
    path=PATH,
    headers={"host": "localhost:8000"},
    body=b'"wrong-id"',
    client="127.0.0.1",
)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"client": "192.0.2.7"}, "only programs on the mock's own machine"),
        ({"client": "::ffff:192.0.2.7"}, "only programs on the mock's own machine"),
        ({"client": ""}, "only programs on the mock's own machine"),
        ({"headers": {"host": "localhost:8000", "origin": "http://localhost:8000"}}, "an Origin"),
        ({"headers": {"host": "localhost:8000", "origin": "null"}}, "an Origin"),
        ({"headers": {"host": "rebound.example:8000"}}, "no loopback name"),
        ({"headers": {"host": "[x"}}, "no loopback name"),
        ({"headers": {}}, "no loopback name"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_neither_web_pages_nor_other_machines_steer_the_mock(change, told, method):
    server = MockServer("plain", ["no-response"])
    answer = FaultControl(server.faults).answer(replace(GOOD, method=method, **change))
    assert answer.status == 403
    assert told in json.loads(answer.body)["error"]
    assert [each.text for each in server.faults] == ["no-response"]


@pytest.mark.parametrize(
    ("client", "host"),
    [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("::ffff:127.0.0.1", "localhost")],
)
def test_programs_on_the_own_machine_steer_it(client, host):
    server = MockServer("plain")
    request = replace(GOOD, client=client, headers={"host": host})
    assert FaultControl(server.faults).answer(request).status == 201


def test_the_command_line_turns_it_on():
    command = [sys.executable, "-m", "mcp_proof", "mock", "plain", "--control"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as mock:
        try:
            url = mock.stdout.readline().strip().removesuffix("/mcp") + PATH
            with urllib.request.urlopen(url, timeout=10) as answer:
                assert json.load(answer)["active"] == []
        finally:
            mock.send_signal(signal.SIGINT)
            mock.wait(timeout=10)
