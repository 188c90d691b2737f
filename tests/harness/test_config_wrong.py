"""Wrong configuration of each kind: one line with the file, the key, what is allowed, exit 2."""

import json

import pytest

from mcp_proof.cli import main
from mcp_proof.options import OPTIONS

FILE = "mcp-proof.toml"
URL = 'url = "http://127.0.0.1:1"\n'
RULE = "tools-name-unique"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def told(capsys, *arguments: str) -> str:
    """Run a command that must refuse its configuration, and return the line that it says."""
    assert main([*arguments] if arguments else ["verify"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    [line] = shown.err.splitlines()
    return line.removeprefix("mcp-proof: ")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('revision = "2025-11-52"', "revision: '2025-11-52' is not one of auto, all, 2024-11-05,"),
        ('revision = "2025-11-52"', "2025-11-25, 2026-07-28. Did you mean 2025-11-25 or"),
        ('fail-on = "MUST"', "fail-on: 'MUST' is not one of must, should"),
        ('revison = "auto"', "revison: there is no such key; allowed are url, command,"),
        ('revison = "auto"', "Did you mean revision or redis?"),
        ('fail_on = "must"', "Did you mean fail-on?"),
        ("[verify]\nquiet = true", "verify: there is no such table; allowed are url,"),
        ("[tool.mcp-proof]\nquiet = true", "In mcp-proof.toml the keys stand at the top, not in"),
        ("stdio = true", "stdio: this can be said on the command line only"),
        ("revision = 2025-11-25", "revision: expected one of auto, all, 2024-11-05"),
        ("revision = 2025-11-25", "got a date or a time"),
        ("revision = 1", "2026-07-28, got the number 1"),
        ('only = "tools-"', 'only: expected a list of texts, got a single text; write ["…"]'),
        ('only = ["tools-", 1]', "only: expected a list of texts, but number 2 is the number 1"),
        ("only = {}", "only: expected a list of texts, got a table"),
        ("quiet = 1", "quiet: expected true or false, got the number 1"),
        ('quiet = "yes"', "quiet: expected true or false, got the text 'yes'"),
        ("timeout = 0", "timeout: 0 is not above 0 and at most 3600 seconds"),
        ("timeout = nan", "timeout: nan is not above 0 and at most 3600 seconds"),
        (
            'timeout = "5"',
            "timeout: expected a number above 0 and at most 3600 seconds, got the text",
        ),
        ("timeout = true", "timeout: expected a number above 0 and at most 3600 seconds, got true"),
        ("min-tested = 101", "min-tested: 101 is not between 0 and 100 percent"),
        ("port = 1.5", "port: expected a number between 0 and 65535, got the number 1.5"),
        ("port = 65536", "port: 65536 is not between 0 and 65535"),
        ("baseline = []", "baseline: expected the path of a file, got a list"),
        ('baseline = ""', "baseline: expected the path of a file, got an empty one"),
        ("command = []", "command: expected a list of words, or a text, got an empty one"),
        ('command = "echo \'"', "command: expected a list of words, or a text, but there is No"),
        (f'{URL}command = "true"', f"command: there is a target already, {FILE}: url; give one of"),
        ('server = "one"', "server: it names a server of `config`, which is not given"),
        ('url = "ftp://host"', "url: 'ftp://host' is no http or https URL"),
        ('url = "absent.ndjson"', "url: absent.ndjson: No such file or directory"),
        ('command = "true"\nheader = ["A: b"]', "header: it goes with an http URL: a command"),
        (f'{URL}header = ["Bearer s3cr3t"]', "header: expected 'Name: value'"),
        (f'{URL}header = ["Accept: b"]', "header: the header Accept is set by mcp-proof itself"),
        (f'{URL}header = ["A b: c"]', "header: 'A b' is no header name"),
        (f'{URL}header-env = ["TOKEN"]', "header-env: 'TOKEN': expected NAME=VARIABLE"),
        (f'{URL}header-env = ["A=SET_TOKE"]', "SET_TOKE is not set. Did you mean SET_TOKEN?"),
        (f'{URL}only = ["tols-name"]', "only: no rule begins with 'tols-name'. Did you mean tools"),
        (f'{URL}skip = [""]', "skip: an empty prefix means every rule: leave it out"),
        (f'{URL}require = ["nothing-"]', "require: no rule begins with 'nothing-'."),
        (f'{URL}report = ["jsn=x"]', "report: 'jsn=x': expected FORMAT=FILE with html, json, j"),
        (f'{URL}report = ["jsn=x"]', "Did you mean json?"),
        (f'{URL}report = ["json=no/x"]', "report: 'json=no/x': the folder no does not exist"),
        (f'{URL}baseline = "none.yaml"', "baseline: none.yaml: No such file or directory"),
        ('config = "none.json"', "config: none.json: No such file or directory"),
    ],
)
def test_a_wrong_setting_is_told_with_its_place(text, says, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SET_TOKEN", "s3cr3t")
    (tmp_path / FILE).write_text(text)
    line = told(capsys)
    assert line.startswith(f"{FILE}: ")
    assert says in line
    assert "s3cr3t" not in line
    (tmp_path / FILE).unlink()
    pyproject = text.replace("[verify]", "[tool.mcp-proof.verify]")
    if "[tool." not in text:
        (tmp_path / "pyproject.toml").write_text(f"[tool.mcp-proof]\n{pyproject}")
        assert told(capsys).startswith("pyproject.toml: tool.mcp-proof.")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"revision = auto", "this is no TOML: Invalid value (at line 1, column 12)"),
        (b"quiet = true\nquiet = false", "this is no TOML: Cannot overwrite a value (at "),
        ("url = 'a'".encode("utf-16"), "this is not UTF-8, as TOML is: byte 0 is 0xff"),
        ("only = ['ä']".encode("latin-1"), "this is not UTF-8, as TOML is: byte 9 is 0xe4"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(content, says, tmp_path, capsys):
    (tmp_path / FILE).write_bytes(content)
    assert told(capsys).startswith(f"{FILE}: {says}")


def test_a_folder_in_the_files_place_is_told(tmp_path, capsys):
    (tmp_path / FILE).mkdir()
    assert told(capsys) == f"{FILE}: Is a directory"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tool.mcp_proof]\nquiet = true", "tool.mcp_proof: the table is called [tool.mcp-proof]"),
        ("[tool]\nmcp-proof = 1", "tool.mcp-proof: expected a table, [tool.mcp-proof]"),
        ("[tool.mcp-proof\n", "this is no TOML: Expected ']'"),
    ],
)
def test_a_wrong_table_is_told(text, says, tmp_path, capsys):
    (tmp_path / "pyproject.toml").write_text(text)
    assert told(capsys).startswith(f"pyproject.toml: {says}")


def test_settings_in_two_files_of_one_folder_are_told_with_both(tmp_path, capsys):
    (tmp_path / FILE).write_text("quiet = true")
    (tmp_path / "pyproject.toml").write_text("[tool.mcp-proof]\nquiet = true")
    assert told(capsys).startswith(f"{FILE}: there are settings in pyproject.toml too")


@pytest.mark.parametrize(
    ("variable", "text", "says"),
    [
        ("REVISION", "2025-11-52", "is not one of auto, all, 2024-11-05"),
        ("TIMEOUT", "soon", "'soon' is not a number above 0 and at most 3600 seconds"),
        ("QUIET", "1", "'1' is not true or false"),
        ("ONLY", "tools-\nnothing-", "no rule begins with 'nothing-'"),
        ("COMMAND", "'", "but there is No closing quotation"),
        ("REVISON", "auto", "there is no such option. Did you mean MCP_PROOF_REVISION?"),
        ("HEADER", "Bearer s3cr3t", "expected 'Name: value'"),
    ],
)
def test_a_wrong_variable_is_told(variable, text, says, monkeypatch, capsys):
    if variable != "COMMAND":
        monkeypatch.setenv("MCP_PROOF_URL", "http://127.0.0.1:1")
    monkeypatch.setenv(f"MCP_PROOF_{variable}", text)
    line = told(capsys)
    assert line.startswith(f"MCP_PROOF_{variable}: ")
    assert says in line
    assert "s3cr3t" not in line


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rule: x", "expected a list of entries with `rule` and `reason`"),
        ("- text", "entry 1: expected `rule` and `reason`, got 'text'"),
        (f"- rule: {RULE}", "entry 1: reason: expected `rule` and `reason`, both texts"),
        (f"- {{rule: {RULE}, raeson: x}}", "entry 1: raeson: there is no such key; allowed are"),
        (f"- {{rule: {RULE}, raeson: x}}", "rule, reason, expires. Did you mean reason?"),
        ("- {rule: tools-nam-unique, reason: x}", "entry 1: rule: there is no rule 'tools-nam-un"),
        ("- {rule: tools-nam-unique, reason: x}", f"Did you mean {RULE} or"),
        (f"- {{rule: {RULE}, reason: a}}\n" * 2, f"entry 2: rule: {RULE} stands here twice"),
        (f"- {{rule: {RULE}, reason: a, expires: 2027-13-01}}", "entry 1: expires: '2027-13-01'"),
        (f"- {{rule: {RULE}, reason: a, expires: soon}}", "is no date; write it like 2027-01-31"),
        ("- [", "this is no YAML: expected the node content, but found '<stream end>' (at line 1"),
        ("\0", "this is no YAML: unacceptable character"),
    ],
)
def test_a_wrong_baseline_is_told_with_its_entry(text, says, tmp_path, capsys):
    (tmp_path / "known.yaml").write_text(text)
    line = told(capsys, "verify", "--baseline", "known.yaml", "http://127.0.0.1:1")
    assert line.startswith("known.yaml: ")
    assert says in line


def test_a_baseline_in_another_encoding_is_told(tmp_path, capsys):
    (tmp_path / "known.yaml").write_bytes(b"- \xe4")
    line = told(capsys, "verify", "--baseline", "known.yaml", "http://127.0.0.1:1")
    assert line.startswith("known.yaml: this is not UTF-8")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('fault = ["slcer"]', "fault: there is no fault 'slcer'. "),
        ('fault = ["slcer"]', "Did you mean slicer"),
        ('fault = ["slicer:bits=3"]', "fault: slicer has no parameter 'bits'. Did you mean bytes?"),
    ],
)
def test_a_mock_tells_a_wrong_setting_with_its_place(text, says, tmp_path, capsys):
    (tmp_path / FILE).write_text(text)
    line = told(capsys, "mock", "everything")
    assert line.startswith(f"{FILE}: ")
    assert says in line


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"command": "a\0b"}, "cannot start 'a\\x00b': embedded null byte"),
        (
            {"command": "true", "args": ["\ud800"]},
            "cannot start 'true': 'utf-8' codec can't encode",
        ),
        ({"command": "true", "env": {"A=B": "c"}}, "cannot start 'true': illegal environment"),
    ],
)
def test_what_no_process_can_be_given_is_told(entry, says, tmp_path, capsys):
    (tmp_path / "desktop.json").write_text(json.dumps({"mcpServers": {"odd": entry}}))
    assert told(capsys, "verify", "--config", "desktop.json").startswith(says)


def test_every_option_that_can_be_configured_is_allowed(tmp_path, capsys):
    (tmp_path / FILE).write_text("x = 1")
    _, _, rest = told(capsys).partition("allowed are ")
    allowed = rest.removesuffix(".").split(", ")
    assert allowed == [option.name for option in OPTIONS if option.configures]
    assert {"url", "command", "config", "server", "revision", "fault", "min-tested"} <= {*allowed}
    assert not {"served", "schema", "stdio", "no-stream-faults"} & {*allowed}
