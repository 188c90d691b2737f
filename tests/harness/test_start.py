"""The first moments of a run: what is wrong with a target, or an option, is said."""

import sys

import pytest

from mcp_proof import UsageError, VerifyOptions
from mcp_proof.cli import main
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

FROM_THE_FUTURE = (
    "import json, sys\n"
    "for line in sys.stdin:\n"
    "    asked = json.loads(line)\n"
    "    result = {'supportedVersions': ['2999-01-01'], 'capabilities': {}}\n"
    "    print(json.dumps({'jsonrpc': '2.0', 'id': asked['id'], 'result': result}), flush=True)\n"
)
SLOW_TO_START = (
    "import sys, threading\n"
    "threading.Event().wait(1.0)\n"
    "from mcp_proof.cli import main\n"
    "sys.exit(main(['mock', 'plain', '--stdio']))\n"
)


@pytest.fixture(autouse=True)
def _transcripts_in_a_folder_of_the_test(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["cat"], "is this a server at all?"),
        ([sys.executable, "-c", FROM_THE_FUTURE], "no revision in common: the server offers"),
    ],
)
def test_a_command_that_cannot_be_verified_exits_3_and_says_why(command, says, capsys):
    assert main(["verify", "--timeout", "0.5", "--", *command]) == 3
    assert says in capsys.readouterr().err


def test_a_server_that_starts_slowly_gets_its_time_whenever_it_is_started(capsys):
    options = ["--timeout", "0.7", "--only", "stdio-server-exits-on-sigterm"]
    assert main(["verify", *options, "--", sys.executable, "-c", SLOW_TO_START]) == 0
    assert "1 passed" in capsys.readouterr().out


def test_a_path_where_nothing_is_served_is_suspected(capsys):
    with running(MockServer("plain")) as url:
        assert main(["verify", "--timeout", "2", url.replace("/mcp", "/other")]) == 3
    assert "Many servers have it at /mcp" in capsys.readouterr().err


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with running(MockServer("plain")) as url:
        assert main(["verify", "--only", "sec-origin-absent", url]) == 0


def test_a_header_that_a_probe_varies_is_sent_once(tmp_path):
    transcript = tmp_path / "transcript.ndjson"
    options = ["--only", "sec-origin-absent", "--header", "origin: http://localhost"]
    with running(MockServer("plain")) as url:
        main(["verify", *options, f"--report=transcript={transcript}", url])
    text = transcript.read_text()
    assert '"origin":"[hidden]"' in text
    assert "[hidden], [hidden]" not in text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"revision": "2025-11-25"}, "is no Revision"), ({"only": "tools-"}, "a tuple of texts")],
)
def test_options_of_the_wrong_type_are_refused_at_once(wrong, says):
    with pytest.raises(UsageError, match=says):
        VerifyOptions(**wrong)
