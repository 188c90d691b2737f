"""`mcp-proof mock` from the outside: what it refuses, what it spares, and that it ends."""

import os
import signal
import socket
import subprocess
import sys
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

BOUND = 15
"""Seconds within which anything here is over."""
MOCK = [sys.executable, "-m", "mcp_proof", "mock"]
PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n'
ANSWER = b'{"jsonrpc":"2.0","id":1,"result":{}}\n'
CONTRACT = "info: {name: mock, version: '1'}\n"


def run(*command: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, input=given, capture_output=True, timeout=BOUND, check=False)


def test_a_stream_fault_of_the_contract_itself_needs_one_relay(tmp_path):
    contract = tmp_path / "contract.yaml"
    contract.write_text(f"{CONTRACT}faults: ['half-written-line:into=9']\n")
    process = subprocess.Popen(
        [*MOCK, str(contract), "--stdio", "--fault=slicer:bytes=5"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        said = process.communicate(PING + PING, timeout=BOUND)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # relays before relays
        process.communicate()
        raise
    assert (said, process.returncode) == ((ANSWER[:9] + ANSWER, b""), 0)


# The journal


@pytest.mark.parametrize("transport", [[], ["--stdio"]])
@pytest.mark.parametrize("wrong", [["nothing-like-it"], ["everything", "--fault=nothing"]])
def test_a_journal_is_not_emptied_for_a_mock_that_cannot_be(tmp_path, transport, wrong):
    journal = tmp_path / "journal.ndjson"
    journal.write_text("kept")
    done = run(*MOCK, *wrong, *transport, f"--journal={journal}")
    assert (done.returncode, journal.read_text()) == (2, "kept")


def test_a_journal_is_not_emptied_when_the_port_is_taken(tmp_path):
    journal = tmp_path / "journal.ndjson"
    journal.write_text("kept")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(*MOCK, "everything", f"--port={port}", f"--journal={journal}")
    assert (done.returncode, journal.read_text()) == (2, "kept")


@pytest.mark.parametrize("options", [[], ["--stdio"], ["--stdio", "--fault=slicer:bytes=5"]])
def test_a_journal_over_the_contract_is_refused(tmp_path, options):
    contract = tmp_path / "contract.yaml"
    contract.write_text(CONTRACT)
    link = tmp_path / "journal.ndjson"
    link.symlink_to(contract)
    done = run(*MOCK, str(contract), *options, f"--journal={link}")
    assert (done.returncode, contract.read_text()) == (2, CONTRACT)
    assert b"is the contract" in done.stderr


@pytest.mark.parametrize("options", [[], ["--fault=slicer:bytes=5"]])
def test_a_journal_that_is_opened_after_the_port_has_the_first_request(tmp_path, options):
    journal = tmp_path / "journal.ndjson"
    with subprocess.Popen(
        [*MOCK, "everything", *options, f"--journal={journal}"], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()
        with pytest.raises(HTTPError), urlopen(url, b"first", timeout=BOUND):
            pass
        process.terminate()
        process.wait(timeout=BOUND)
    assert b"first" in journal.read_bytes()


# In front of a server


@pytest.mark.parametrize("option", ["--control", "--header=A: b", "--header-env=A=HOME"])
@pytest.mark.parametrize("server", [["http://127.0.0.1:1/mcp"], ["--stdio", "--", "cat"]])
def test_options_that_are_for_a_mock_only_are_refused_in_front_of_a_server(option, server):
    done = run(*MOCK, option, *server)
    assert (done.returncode, done.stdout) == (2, b"")
    assert option.partition("=")[0].encode() in done.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_relay_though_a_child_of_its_command_holds_the_output(number, code):
    process = subprocess.Popen(
        [*MOCK, "--stdio", "--", "sh", "-c", "sleep 60 2> /dev/null & echo $!; wait"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    child = int(process.stdout.readline())
    try:
        process.send_signal(number)
        assert process.communicate(timeout=BOUND) == (b"", b"")
        assert process.returncode == code
    finally:
        os.kill(child, signal.SIGKILL)


# As a module


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], b"usage: python -m mcp_proof_mocks"),
        (["everythin"], b"no contract file 'everythin'"),
        (["everything", "no-such-fault"], b"no-such-fault"),
        (["everything", "latency:ms=1"], b"latency: bytes are disturbed by a relay"),
    ],
)
def test_the_module_says_what_is_wrong_with_its_arguments(arguments, says):
    done = run(sys.executable, "-m", "mcp_proof_mocks", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert b"Traceback" not in done.stderr
