"""`mcp-proof diff`: what can be compared, what it says, and how it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_proof.cli import main
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

OLD = """
info: {name: weather, version: 1.0.0}
tools:
  - name: forecast
    inputSchema: {type: object, properties: {city: {type: string}, days: {type: integer}}}
"""
BREAKING = OLD.replace("days: {type: integer}}", "days: {type: integer}}, required: [days]")
COMPATIBLE = OLD.replace("type: integer", "type: number")
UNKNOWN = OLD.replace(", days: {type: integer}", "")
MOCK = [sys.executable, "-m", "mcp_proof_mocks"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    texts = {"old": OLD, "breaking": BREAKING, "compatible": COMPATIBLE, "unknown": UNKNOWN}
    for name, text in texts.items():
        Path(f"{name}.yaml").write_text(text)
    return tmp_path


def diff(*words: str) -> int:
    return main(["diff", *words])


def report(*words: str) -> dict[str, object]:
    diff(*words, "--report", "json=report.json")
    return json.loads(Path("report.json").read_bytes())


@pytest.mark.parametrize(
    ("new", "code", "verdict", "semver"),
    [
        ("breaking", 1, "breaking", "major"),
        ("compatible", 0, "compatible", "minor"),
        ("unknown", 0, "unknown", "major"),
        ("old", 0, "compatible", "none"),
    ],
)
def test_the_verdict_is_the_worst_change_and_only_a_breaking_one_fails(new, code, verdict, semver):
    assert diff("old.yaml", f"{new}.yaml", "--report", "json=report.json") == code
    told = json.loads(Path("report.json").read_bytes())
    assert (told["verdict"], told["semver"]) == (verdict, semver)


def test_what_is_unknown_fails_where_that_is_asked_for(capsys):
    assert diff("old.yaml", "unknown.yaml", "--fail-on", "should") == 1
    assert "1 change could not be proved harmless: a major release." in capsys.readouterr().out


def test_it_says_where_what_and_why(capsys):
    diff("old.yaml", "breaking.yaml")
    told = capsys.readouterr().out
    assert "breaking   /tools/forecast/inputSchema/required/days changed" in told
    assert "It became required, and clients could leave it out." in told
    assert told.endswith("1 change breaks clients: a major release.\n")


def test_quiet_it_says_only_what_fails_and_the_sum(capsys):
    diff("old.yaml", "compatible.yaml", "--quiet")
    assert capsys.readouterr().out.strip() == "1 change breaks nobody: a minor release."


def test_a_bundled_contract_is_compared_with_a_command_at_the_revision_that_is_spoken(capsys):
    command = ["--", *MOCK, "everything"]
    for revision in ("auto", "2025-11-25", "2024-11-05"):
        assert diff("everything", "--revision", revision, *command) == 0
        assert capsys.readouterr().out.endswith("\nNothing changed.\n")


def test_two_urls_are_compared():
    with running(MockServer("plain")) as one, running(MockServer("everything")) as other:
        told = report(one, other)

    assert told["old"] == one
    assert told["counts"]["compatible"] > 10


def live(*revisions: str) -> MockServer:
    tool = {"name": "t", "task": "optional"}
    info = {"name": "n", "version": "1"}
    return MockServer({"info": info, "revisions": [*revisions], "tools": [tool]})


def test_a_server_that_learnt_a_revision_is_seen_as_clients_of_the_old_one_see_it():
    old, new = live("2025-11-25"), live("2025-11-25", "2026-07-28")
    with running(old) as one, running(new) as other:
        assert report(one, other)["changes"] == []


def test_a_server_that_forgot_the_revision_of_its_clients_breaks_them():
    with running(live("2025-11-25")) as one, running(live("2026-07-28")) as other:
        told = report(one, other)

    assert told["verdict"] == "breaking"
    assert "/revisions/2025-11-25" in {change["path"] for change in told["changes"]}


def test_a_server_that_speaks_another_dialect_now_breaks_its_clients():
    rest = MockServer({"info": {"name": "n", "version": "1"}, "dialect": "rest"})
    with running(live("2025-11-25")) as one, running(rest) as other:
        told = report(one, "--timeout", "2", other)

    assert "/dialect" in {change["path"] for change in told["changes"]}


def test_a_contract_is_compared_with_what_a_recording_shows():
    main(["verify", "--report", "transcript=run.ndjson", "--", *MOCK, "plain"])

    told = report("plain", "run.ndjson")

    assert [change["path"] for change in told["changes"]] == []


@pytest.mark.parametrize("around", ["{}", '{{"tools": {}}}', '{{"result": {{"tools": {}}}}}'])
def test_a_pasted_listing_is_compared_as_far_as_it_goes(around):
    listed = '[{"name": "forecast", "inputSchema": {"type": "object"}}]'
    Path("listed.json").write_text(around.format(listed))

    told = report("listed.json", "listed.json")

    assert {c["path"] for c in told["changes"]} == {
        "/prompts",
        "/resources",
        "/resource_templates",
        "/capabilities",
    }
    assert {c["verdict"] for c in told["changes"]} == {"unknown"}


def test_large_integers_of_a_listing_keep_their_digits():
    for name, limit in (("one", 2**64), ("other", 2**64 + 1)):
        schema = {"type": "object", "properties": {"n": {"type": "integer", "maximum": limit}}}
        listing = {"tools": [{"name": "t", "outputSchema": schema}]}
        Path(f"{name}.json").write_text(json.dumps(listing))

    told = report("one.json", "other.json")

    assert told["verdict"] == "breaking"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "nothing to compare"),
        (["old.yaml"], "nothing to compare"),
        (["old.yml", "old.yaml"], "no contract file 'old.yml'"),
        (["old.yaml", "breaking.yaml", "--", "python"], "there are three to compare"),
        (["old.yaml", "--revision", "all", "--", "python"], "a server is seen at one"),
        (["old.yaml", "damaged.yaml"], "damaged.yaml:1"),
        (["old.yaml", "damaged.json"], "damaged.json:1: not JSON"),
        (["old.yaml", "deep.json"], "nested deeper than 200 levels"),
        (["old.yaml", "twice.json"], "/tools/1: there is another one with the name 't'"),
        (["old.yaml", "nameless.json"], "/tools/0: expected an object with `name`"),
        (["old.yaml", "damaged.ndjson"], "not a transcript"),
        (["old.yaml", "breaking.yaml", "--report", "badge=x"], "expected FORMAT=FILE"),
        (["--against", "HEAD", "https://example.com"], "name one file"),
        (["--against", "HEAD", "nowhere.yaml"], "there is no file nowhere.yaml"),
        (["--against", "HEAD", "old.yaml"], "is in no git repository"),
    ],
)
def test_what_cannot_be_compared_is_an_error_of_the_user_with_the_reason(words, told, capsys):
    Path("damaged.yaml").write_text("info: [")
    Path("damaged.json").write_text("{")
    Path("deep.json").write_text(f'{{"tools": {"[" * 300}{"]" * 300}}}')
    Path("twice.json").write_text('[{"name": "t"}, {"name": "t"}]')
    Path("nameless.json").write_text('{"tools": [7]}')
    Path("damaged.ndjson").write_text("nothing\n")

    assert diff(*words) == 2
    assert told in capsys.readouterr().err


def test_what_is_compared_may_stand_between_the_options():
    assert diff("--quiet", "old.yaml", "--fail-on", "must", "breaking.yaml") == 1


def test_a_server_that_cannot_be_reached_is_its_own_fault(capsys):
    assert diff("old.yaml", "--timeout", "2", "http://127.0.0.1:9/mcp") == 3
    assert "127.0.0.1:9" in capsys.readouterr().err


ANNOTATED = OLD.replace("name: forecast", "name: forecast\n    annotations: {readOnlyHint: true}")


@pytest.mark.parametrize(("revision", "changes"), [("2024-11-05", 0), ("2025-03-26", 1)])
def test_two_contracts_are_seen_at_the_revision_that_is_asked_for(revision, changes):
    Path("annotated.yaml").write_text(ANNOTATED)

    told = report("old.yaml", "annotated.yaml", "--revision", revision)

    assert len(told["changes"]) == changes


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["old.yaml", "pinned.yaml", "--revision", "2024-11-05"], "does not speak 2024-11-05"),
        (["old.yaml", "listed.json", "--revision", "2024-11-05"], "shows what was seen"),
        (["--against", "HEAD", "sub/contract.yaml", "--revision", "all"], "are seen at one"),
        (["old.yaml", "old.yaml", "--revision", "all"], "seen at one"),
    ],
)
@pytest.mark.usefixtures("repository")
def test_a_revision_that_files_cannot_be_seen_at_is_refused(words, told, capsys):
    Path("pinned.yaml").write_text(OLD + "revisions: ['2025-11-25']\n")
    Path("listed.json").write_text('{"tools": []}')

    assert diff(*words) == 2
    assert told in capsys.readouterr().err


# With itself, at a revision of git


def git(*words: str) -> None:
    who = ["-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *words], check=True, capture_output=True, timeout=60)


@pytest.fixture
def repository(folder):
    Path("sub").mkdir()
    Path("sub/contract.yaml").write_text(OLD)
    git("init", "-q")
    git("add", "sub")
    git("commit", "-qm", "old")
    return folder


@pytest.mark.usefixtures("repository")
def test_a_file_is_compared_with_itself_at_a_revision_of_git(capsys):
    Path("sub/contract.yaml").write_text(BREAKING)

    assert diff("--against", "HEAD", "sub/contract.yaml") == 1
    assert "sub/contract.yaml at HEAD → sub/contract.yaml" in capsys.readouterr().out


@pytest.mark.usefixtures("repository")
def test_a_file_that_is_not_there_at_the_revision_is_all_new(capsys):
    assert diff("--against", "HEAD", "old.yaml") == 0
    told = capsys.readouterr()
    assert "old.yaml at HEAD, where it is not → old.yaml" in told.out
    assert told.out.endswith("a minor release.\n")
    assert "warning: old.yaml is not there at HEAD" in told.err


@pytest.mark.usefixtures("repository")
def test_a_file_is_compared_with_itself_at_a_revision_of_mcp_too(capsys):
    for name in ("old.yaml", "sub/contract.yaml"):
        assert diff("--against", "HEAD", "--revision", "2024-11-05", name) == 0
    assert capsys.readouterr().out.endswith("Nothing changed.\n")


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("name", ["alerts.json", "./alerts.json"])
def test_files_that_a_contract_takes_in_are_taken_from_the_same_revision(name):
    definition = {"name": "alerts", "description": "x", "input_schema": {"type": "object"}}
    Path("sub/alerts.json").write_text(json.dumps(definition))
    Path("sub/contract.yaml").write_text(
        f"info: {{name: n, version: '1'}}\ntools: [{{name: alerts, definition: {name}}}]"
    )
    git("add", "sub")
    git("commit", "-qm", "with a file")
    Path("sub/alerts.json").write_text(json.dumps({**definition, "description": "y"}))

    told = report("--against", "HEAD", "sub/contract.yaml")

    assert [c["path"] for c in told["changes"]] == ["/tools/alerts/description"]


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    "ref", ["--output=x", "-x", "nowhere", "HEAD:old.yaml", "a b", "HEAD\n", "^HEAD"]
)
def test_a_revision_that_is_none_is_an_error_and_never_an_option_of_git(ref, capsys):
    assert diff(f"--against={ref}", "sub/contract.yaml") == 2
    assert capsys.readouterr().err.startswith("mcp-proof: ")
    assert sorted(p.name for p in Path("sub").iterdir()) == ["contract.yaml"]


@pytest.mark.usefixtures("repository")
def test_a_revision_is_called_as_it_was_given_and_is_no_secret(capsys):
    name = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True).stdout
    commit = name.decode().strip()

    told = report("--against", commit, "sub/contract.yaml")

    assert told["old"] == f"sub/contract.yaml at {commit}"
    assert f"at {commit} →" in capsys.readouterr().out


def stored(ref: str) -> Path:
    name = subprocess.run(["git", "rev-parse", ref], check=True, capture_output=True).stdout
    return Path(".git/objects", name[:2].decode(), name[2:].decode().strip())


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize("ref", ["HEAD:sub/contract.yaml", "HEAD:sub", "HEAD:"])
@pytest.mark.parametrize("damage", ["gone", "damaged"])
def test_what_git_lists_but_cannot_give_is_an_error_and_never_no_file(ref, damage, capsys):
    file = stored(ref)
    file.unlink()
    if damage == "damaged":
        file.write_bytes(b"damaged")

    assert diff("--against", "HEAD", "sub/contract.yaml") == 2
    assert "fetch it" in capsys.readouterr().err


@pytest.mark.usefixtures("repository")
def test_a_file_of_a_partial_clone_is_not_fetched_and_not_taken_for_none(monkeypatch, capsys):
    git("config", "uploadpack.allowFilter", "true")
    url = Path.cwd().as_uri()
    git("clone", "-q", "--no-checkout", "--filter=blob:none", url, "partial")
    monkeypatch.chdir("partial")
    Path("sub").mkdir()
    Path("sub/contract.yaml").write_text(OLD)

    assert diff("--against", "HEAD", "sub/contract.yaml") == 2
    assert "listed at HEAD, but its content is not here" in capsys.readouterr().err


@pytest.mark.usefixtures("repository")
def test_a_file_that_a_contract_takes_in_must_be_there_too(capsys):
    definition = {"name": "alerts", "description": "x", "input_schema": {"type": "object"}}
    Path("sub/alerts.json").write_text(json.dumps(definition))
    Path("sub/contract.yaml").write_text(
        "info: {name: n, version: '1'}\ntools: [{name: alerts, definition: alerts.json}]"
    )
    git("add", "sub")
    git("commit", "-qm", "with a file")
    stored("HEAD:sub/alerts.json").unlink()

    assert diff("--against", "HEAD", "sub/contract.yaml") == 2
    assert "alerts.json at HEAD: it is listed at HEAD" in capsys.readouterr().err


@pytest.mark.usefixtures("repository")
def test_a_link_at_the_revision_is_said_to_be_one(capsys):
    Path("sub/linked.yaml").symlink_to("contract.yaml")
    git("add", "sub")
    git("commit", "-qm", "a link")

    assert diff("--against", "HEAD", "sub/linked.yaml") == 2
    assert "it is a link at HEAD" in capsys.readouterr().err


@pytest.mark.usefixtures("repository")
def test_what_is_wrong_with_the_old_file_is_told_by_its_name(capsys):
    Path("sub/contract.yaml").write_text("info: [")
    git("commit", "-qam", "damaged")
    Path("sub/contract.yaml").write_text(OLD)

    assert diff("--against", "HEAD", "sub/contract.yaml") == 2
    told = capsys.readouterr().err
    assert "sub/contract.yaml at HEAD:1" in told
    assert "/tmp" not in told


def test_without_git_it_says_so(repository, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(repository))

    assert diff("--against", "HEAD", "sub/contract.yaml") == 2
    assert "there is no program `git` here" in capsys.readouterr().err
