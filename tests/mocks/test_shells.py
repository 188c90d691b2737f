"""The mock's shells: it comes to an end with its input, and answers whatever it is sent."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

MOCK = [sys.executable, "-m", "mcp_proof", "mock"]
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {"elicitation": {}},
    "clientInfo": {"name": "test", "version": "1"},
}


def lines(*requests: tuple[str, object]) -> str:
    return "".join(
        json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n"
        for number, (method, params) in enumerate(requests)
    )


def serve(text: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [*MOCK, "everything", "--stdio", *options]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=20, check=False
    )


def test_it_ends_with_its_input_even_while_it_waits_for_an_answer():
    asking = lines(("initialize", HELLO), ("tools/call", {"name": "ask_user", "arguments": {}}))
    done = serve(asking)
    assert "elicitation/create" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


def test_it_reads_a_file_as_well_as_a_pipe(tmp_path):
    file = tmp_path / "requests.ndjson"
    file.write_text(lines(("ping", {})))
    with file.open() as requests:
        done = subprocess.run(
            [*MOCK, "everything", "--stdio"],
            stdin=requests,
            capture_output=True,
            timeout=20,
            check=True,
        )
    assert json.loads(done.stdout) == {"jsonrpc": "2.0", "id": 0, "result": {}}


def test_a_fault_that_cannot_show_is_told():
    done = serve("", "--fault", "sec-origin-validated")
    assert "sec-origin-validated shows over http only" in done.stderr


@pytest.mark.parametrize(
    ("path", "origin", "status"), [("/mcp", "http://[evil", 403), ("//[x", "http://a", 404)]
)
def test_an_address_that_cannot_be_parsed_is_refused(path, origin, status):
    with running(MockServer("plain")) as url:
        request = urllib.request.Request(
            url.removesuffix("/mcp") + path, data=b"{}", headers={"Origin": origin}
        )
        with pytest.raises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(request, timeout=10)
        raised.value.close()
    assert raised.value.code == status


def test_it_ends_subscriptions_with_a_notification_and_their_result_when_it_is_told_to_go():
    meta = {"protocolVersion": "2026-07-28", "clientCapabilities": {}}
    named = {f"io.modelcontextprotocol/{name}": value for name, value in meta.items()}
    listen = {"notifications": {"toolsListChanged": True}, "_meta": named}
    process = subprocess.Popen(
        [*MOCK, "everything", "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(lines(("subscriptions/listen", listen)))
    process.stdin.flush()
    assert "acknowledged" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    told, said = (json.loads(process.stdout.readline()) for _ in range(2))
    process.communicate(timeout=20)  # not before, for it ends the input
    assert (told["method"], told["params"]["requestId"]) == ("notifications/cancelled", 0)
    assert (said["id"], said["result"]["resultType"]) == (0, "complete")
    assert process.returncode == 0
