"""Configuration: which file counts, who wins over whom, and what belongs to a target."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_proof.cli import main
from mcp_proof.cli.configure import configure
from mcp_proof.cli.parser import command_line
from mcp_proof.config import Config, read_config
from mcp_proof.gate import gate_of
from mcp_proof.options import OPTIONS
from mcp_proof.options.servers import DIALECT_NAMES, REVISION_NAMES
from mcp_proof.targets.configured import configured_targets
from mcp_proof_contracts.dialect import DIALECTS
from mcp_proof_contracts.revision import REVISIONS

FILE = "mcp-proof.toml"
MOCK = f"{sys.executable} -m mcp_proof_mocks"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def configured(*arguments: str):
    """What a command gets to see of its options."""
    options = command_line().parse_args([*arguments])
    configure(options)
    return options


def repository(root: Path, *folders: str) -> Path:
    (root / ".git").mkdir(parents=True)
    inner = root.joinpath(*folders)
    inner.mkdir(parents=True, exist_ok=True)
    return inner


# Which file


def test_the_nearest_file_with_settings_counts_up_to_the_root_of_the_repository(tmp_path):
    inner = repository(tmp_path, "a", "b")
    (tmp_path / FILE).write_text("timeout = 1")
    (inner / "pyproject.toml").write_text("[project]\nname = 'x'")
    assert read_config(inner, {}).number("timeout") == 1
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.mcp-proof]\ntimeout = 2")
    assert read_config(inner, {}).number("timeout") == 2
    (inner / FILE).write_text("timeout = 3")
    assert read_config(inner, {}).number("timeout") == 3


def test_a_file_above_the_repository_is_not_looked_at(tmp_path):
    inner = repository(tmp_path / "checkout", "a")
    (tmp_path / FILE).write_text("timeout = 1")
    assert read_config(inner, {}).number("timeout") == 15


def test_outside_a_repository_only_the_folder_itself_is_looked_at(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / FILE).write_text("timeout = 1")
    assert read_config(tmp_path / "a", {}).number("timeout") == 15
    assert read_config(tmp_path, {}).number("timeout") == 1


def test_a_pyproject_without_our_table_need_not_be_right(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.other\n")
    assert dict(read_config(tmp_path, {}).settings) == {}


def test_an_empty_file_says_nothing_beside_a_table(tmp_path):
    (tmp_path / FILE).write_text("")
    (tmp_path / "pyproject.toml").write_text("[tool.mcp-proof]\nquiet = true")
    assert read_config(tmp_path, {}).flag("quiet") is True


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path):
    (tmp_path / FILE).write_bytes("quiet = true".encode("utf-8-sig"))
    assert read_config(tmp_path, {}).flag("quiet") is True


# Who wins


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(tmp_path, monkeypatch):
    (tmp_path / FILE).write_text(
        'revision = "2024-11-05"\nfail-on = "should"\nonly = ["a"]\ntimeout = 3'
    )
    monkeypatch.setenv("MCP_PROOF_REVISION", "2025-03-26")
    monkeypatch.setenv("MCP_PROOF_ONLY", " b\n\nc d\n")
    options = configured("verify", "--revision", "all")
    assert (options.revision, options.fail_on, options.timeout) == ("all", "should", 3.0)
    assert options.only == ("b", "c d")
    places = [options.settings.place(name) for name in ("revision", "only", "timeout", "quiet")]
    assert places == ["--revision", "MCP_PROOF_ONLY", f"{FILE}: timeout", "--quiet"]


def test_a_list_is_replaced_and_not_continued(tmp_path):
    (tmp_path / FILE).write_text('skip = ["a", "b"]')
    assert configured("verify").skip == ("a", "b")
    assert configured("verify", "--skip", "c", "--skip", "d").skip == ("c", "d")


def test_an_empty_variable_is_not_set(monkeypatch):
    monkeypatch.setenv("MCP_PROOF_REVISION", "")
    assert configured("verify").revision == "auto"


def test_a_blank_variable_is_not_set_and_takes_no_demand_away(tmp_path, monkeypatch):
    (tmp_path / FILE).write_text('min-tested = 70\nrequire = ["tools-"]')
    monkeypatch.setenv("MCP_PROOF_ONLY", " \n")
    gate = gate_of(configured("verify").settings)
    assert (gate.min_tested, gate.require) == (70.0, ("tools-",))


def test_a_variable_that_is_the_users_own_is_left_alone(monkeypatch):
    for name in ("TOKEN", "PEERS_REQUIRED", "HOME"):
        monkeypatch.setenv(f"MCP_PROOF_{name}", "x")
    assert configured("verify").header == ()


def test_every_option_can_be_set_in_the_environment(monkeypatch):
    texts = {
        "quiet": "true",
        "allow-destructive": "true",
        "control": "true",
        "strict": "true",
        "check": "true",
        "fail-on": "should",
        "revision": "all",
        "dialect": "mcp",
        "profile": "smoke",
        "arrivals": "poisson",
    }
    for option in OPTIONS:
        if option.configures and option.name not in ("image", "command", "config"):
            monkeypatch.setenv(option.variable, texts.get(option.name, "7"))
    config = read_config(Path(), os.environ)
    assert config.flag("control") is True
    assert (config.number("port"), config.number("min-tested")) == (7, 7.0)
    assert (config.texts("header-env"), config.text("fail-on")) == (("7",), "should")


def test_a_file_for_one_command_does_not_bother_another(tmp_path):
    (tmp_path / FILE).write_text('url = "http://host/mcp"\nheader = ["A: b"]\nport = 7\nonly = []')
    mock = configured("mock", "everything")
    assert (mock.port, mock.header, mock.command) == (7, (), None)
    assert configured("verify").url == "http://host/mcp"
    (tmp_path / FILE).write_text("this is no TOML")
    assert main(["rules", "tools-name-unique"]) == 0


def test_a_configured_port_gives_way_where_it_means_nothing(tmp_path, capsys):
    (tmp_path / FILE).write_text('port = 7\nhost = "localhost"\ncontrol = true')
    done = subprocess.run(
        [sys.executable, "-m", "mcp_proof", "mock", "everything", "--stdio"],
        input=b"",
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert main(["mock", "everything", "--stdio", "--port", "7"]) == 2
    assert "--stdio has neither --port nor --host" in capsys.readouterr().err


# What belongs to a target


def test_a_target_on_the_command_line_takes_no_headers_from_the_file(tmp_path):
    (tmp_path / FILE).write_text('url = "http://one/mcp"\nheader = ["A: b"]\nquiet = true')
    options = configured("verify", "http://other/mcp")
    assert (options.url, options.header, options.quiet) == ("http://other/mcp", (), True)
    assert configured("verify").header == ("A: b",)
    assert configured("verify", "--header", "C: d").header == ("C: d",)


def test_a_target_of_the_environment_takes_no_headers_from_the_file(tmp_path):
    (tmp_path / FILE).write_text('url = "http://one/mcp"\nheader = ["A: b"]')
    moved = read_config(tmp_path, {"MCP_PROOF_COMMAND": "python 'my server.py'"})
    assert moved.texts("command") == ("python", "my server.py")
    assert (moved.text("url"), moved.texts("header")) == ("", ())
    kept = read_config(tmp_path, {"MCP_PROOF_HEADER": "C: d"})
    assert (kept.text("url"), kept.texts("header")) == ("http://one/mcp", ("C: d",))


def test_headers_that_stand_beside_no_target_are_for_the_one_that_is_given(tmp_path, monkeypatch):
    (tmp_path / FILE).write_text('header = ["A: b"]')
    assert configured("verify", "http://host/mcp").header == ("A: b",)
    monkeypatch.setenv("MCP_PROOF_HEADER_ENV", "C=D")
    assert configured("verify", "http://host/mcp").header_env == ("C=D",)


def test_one_server_of_a_configured_file_can_be_chosen(tmp_path):
    servers = '{"mcpServers": {"one": {"command": "a"}, "two": {"command": "b"}}}'
    (tmp_path / "desktop.json").write_text(servers)
    (tmp_path / FILE).write_text('config = "desktop.json"')
    labels = [
        [t.label for t in configured_targets(configured(*arguments).settings)]
        for arguments in (("verify",), ("verify", "--server", "two"))
    ]
    assert labels == [["a", "b"], ["b"]]


def test_relative_paths_are_those_of_the_file_and_a_command_runs_in_its_folder(
    tmp_path, monkeypatch
):
    inner = repository(tmp_path, "inner")
    (tmp_path / FILE).write_text(
        'command = ["./server"]\nbaseline = "known.yaml"\njournal = "/tmp/j"\n'
        'report = ["json=out/r.json", "odd"]'
    )
    monkeypatch.chdir(inner)
    config: Config = configured("verify").settings
    assert config.text("baseline") == "../known.yaml"
    assert config.texts("report") == ("json=../out/r.json", "odd")
    assert read_config(inner, {}).text("journal") == "/tmp/j"
    [target] = configured_targets(configured("verify").settings)
    assert (target.label, target.cwd) == ("./server", "..")
    monkeypatch.setenv("MCP_PROOF_BASELINE", "mine.yaml")
    assert configured("verify").baseline == "mine.yaml"


def test_a_configured_server_is_verified_without_a_word_on_the_command_line(
    tmp_path, monkeypatch, capsys
):
    inner = repository(tmp_path, "inner")
    (tmp_path / FILE).write_text(
        f'command = "{MOCK} ./plain.yaml"\nonly = ["tools-name-unique"]\nreport = ["json=r.json"]'
    )
    (tmp_path / "plain.yaml").write_text(
        "info: {name: plain, version: '1'}\ntools: [{name: t, inputSchema: {type: object}}]"
    )
    monkeypatch.chdir(inner)
    assert main(["verify"]) == 0
    assert "1 passed, 0 violated" in capsys.readouterr().out
    assert (tmp_path / "r.json").exists()


# The table itself


def test_the_options_offer_the_revisions_of_the_table():
    assert REVISION_NAMES == REVISIONS


def test_the_options_offer_the_dialects_of_the_table():
    assert DIALECT_NAMES == DIALECTS


def test_reading_the_configuration_loads_nothing_slow():
    code = (
        "import sys; before = set(sys.modules)\n"
        "from pathlib import Path\n"
        "from mcp_proof.config import read_config\n"
        "read_config(Path(), {'MCP_PROOF_ONLY': 'tools-'})\n"
        "print(sorted(set(sys.modules) - before))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert "'mcp_proof.config.file'" in done.stdout
    slow = ("argparse", "tomllib", "difflib", "yaml", "asyncio", "mcp_proof_contracts")
    assert not [name for name in slow if f"'{name}" in done.stdout]
