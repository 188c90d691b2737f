"""S14, desktop configuration: a `claude_desktop_config.json` names the servers, all are targets."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from mcp_proof.cli import main
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

FILE = "claude_desktop_config.json"
KEY = "mcp-key-5f21c0de"
RULE = "jsonrpc-method-not-found"
ONLY = ("--only", RULE, "--revision", "2025-11-25")
SERVER = f"""
import os
import sys

assert os.environ["MCP_API_KEY"] == "{KEY}"
sys.stderr.write("started\\n")
from mcp_proof.cli import main
sys.exit(main(["mock", "everything", "--stdio"]))
"""


@pytest.fixture(autouse=True)
def _user(tmp_path, monkeypatch):
    """A user with a server of their own on the path of modules, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{':'.join(sys.path)}")
    monkeypatch.delenv("MCP_API_KEY", raising=False)
    Path("my_mcp_server.py").write_text(SERVER)


def configured(**servers: object) -> None:
    Path(FILE).write_text(json.dumps({"mcpServers": servers}))


MY_SERVER = {
    "command": sys.executable,
    "args": ["-m", "my_mcp_server"],
    "env": {"MCP_API_KEY": "${MCP_API_KEY}"},
}


def verify(*arguments: str) -> int:
    return main(["verify", "--config", FILE, *ONLY, *arguments])


def runs(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Verify; gives the exit code and the reports of the runs."""
    code = verify("--report", "json=report.json", *arguments)
    report = json.loads(Path("report.json").read_text())
    return code, report.get("runs", [report])


def test_the_servers_of_the_file_are_started_with_their_variables(monkeypatch, capsys):
    monkeypatch.setenv("MCP_API_KEY", KEY)
    configured(**{"my-server": MY_SERVER})
    code, [run] = runs()
    assert code == 0
    assert [each["verdict"] for each in run["verdicts"]] == ["passed"]
    assert KEY not in "".join(capsys.readouterr()) + Path("report.json").read_text()


def test_a_variable_that_is_not_set_is_named_with_its_place_and_nothing_is_started(
    monkeypatch, capsys
):
    monkeypatch.setenv("MCP_API_KEYS", KEY)
    configured(**{"my-server": MY_SERVER})
    assert verify() == 2
    said = capsys.readouterr().err
    assert f"{FILE}: mcpServers.my-server.env.MCP_API_KEY: " in said
    assert "the environment variable MCP_API_KEY is not set. Did you mean MCP_API_KEYS" in said
    assert "started" not in said


def test_several_servers_are_verified_one_after_the_other_though_one_is_down(monkeypatch):
    monkeypatch.setenv("MCP_API_KEY", KEY)
    with running(MockServer("everything")) as url:
        configured(
            **{
                "my-server": MY_SERVER,
                "down": {"command": sys.executable, "args": ["-c", "raise SystemExit(1)"]},
                "remote": {"url": url, "headers": {"X-API-Key": "${MCP_API_KEY}"}},
            }
        )
        code, [mine, down, remote] = runs()
    assert code == 3
    assert (mine["transport"], remote["transport"]) == ("stdio", "http")
    assert [mine["counts"]["passed"], remote["counts"]["passed"]] == [1, 1]
    assert not down["verdicts"]


def test_one_server_is_chosen_by_its_name_and_the_others_need_not_be_right(capsys):
    with running(MockServer("everything")) as url:
        configured(**{"my-server": MY_SERVER, "My Server": {"url": url}})
        assert verify("--server", "My Server") == 0
    assert verify("--server", "my-sever") == 2
    assert "there is no server 'my-sever'; it has my-server, My Server" in capsys.readouterr().err


def test_what_an_installer_writes_is_understood():
    """As `mcp install my_server.py --name "My Server" -v DEBUG=true` leaves it, with our Python."""
    installed = {
        "command": sys.executable,
        "args": ["-m", "mcp_proof", "mock", "everything", "--stdio"],
        "env": {"DEBUG": "true"},
        "disabled": False,
        "autoApprove": [],
    }
    configured(**{"My Server": installed})
    assert verify() == 0


def test_a_mock_stands_in_for_a_server_of_the_file_by_its_entry():
    arguments = ["-m", "mcp_proof", "mock", "everything", "--stdio", "--fault", RULE]
    configured(**{"my-server": {"command": sys.executable, "args": arguments}})
    _, [run] = runs()
    assert [each["verdict"] for each in run["verdicts"]] == ["violated"]


def test_the_comment_that_guides_show_above_the_file_is_told(capsys):
    configured(**{"my-server": MY_SERVER})
    Path(FILE).write_text(f"// {FILE}\n{Path(FILE).read_text()}")
    assert verify() == 2
    assert f"{FILE}: this is no JSON: " in (said := capsys.readouterr().err)
    assert "JSON has no comments" in said
