"""Annotations of GitHub, read as its runner reads the output of a step."""

import re

import pytest
from runs import HOSTILE, MUST, SHOULD, finding, passed, run, untested, violated

from mcp_proof.reports.annotations import annotations
from mcp_proof_contracts.rule import Level, registry
from mcp_proof_contracts.secrets.mask import Mask

ADVICE = "tools-output-sanitized"


def unescaped(text: str) -> str:
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def obeyed(*runs) -> list[tuple[str, dict[str, str], str]]:
    """The commands that a runner takes out of the lines: name, properties, text."""
    commands = []
    for line in annotations(runs).splitlines():
        assert line.startswith("::"), line
        head, _, text = line[2:].partition("::")
        name, _, properties = head.partition(" ")
        pairs = (pair.partition("=") for pair in properties.split(","))
        facts = {key: unescaped(value) for key, _, value in pairs}
        commands.append((name, facts, unescaped(text)))
    return commands


def ids(level: Level) -> list[str]:
    return [rule.id for rule in registry if rule.level(rule.until) is level and not rule.must_since]


def test_a_violation_is_an_error_with_evidence_clause_and_reproduction():
    [(name, facts, text)] = obeyed(run(violated(MUST), passed(SHOULD)))
    assert (name, facts) == ("error", {"title": f"MUST {MUST}"})
    assert text.splitlines() == [
        "A response has either a `result` or an `error`, never both and never neither.",
        "both members are there",
        "expected: one of them",
        "actual: both",
        "clause: https://modelcontextprotocol.io/specification/2025-11-25/basic#responses",
        f"reproduce: mcp-proof verify --only {MUST} -- server",
    ]


def test_what_does_not_fail_the_run_is_a_warning_or_a_notice():
    tally = run(violated(SHOULD), violated(ids(Level.ADVICE)[0]))
    assert [name for name, _, _ in obeyed(tally)] == ["warning", "notice"]


def test_what_fails_the_run_is_an_error_whatever_its_level():
    assert obeyed(run(violated(SHOULD), fail_on=Level.SHOULD))[0][0] == "error"


def test_kept_untested_and_excused_rules_are_not_annotated():
    assert annotations([run(passed(MUST), untested(SHOULD))]) == ""
    assert annotations([run(violated(MUST), baseline={MUST: "known"})]) == ""


@pytest.mark.parametrize(
    ("tally", "title", "says"),
    [
        (
            run(revision=None, lost="it exited\nwith 3"),
            "the server could not be",
            "it exited\nwith 3",
        ),
        (run(passed(MUST), interrupted=True), "the run was interrupted", "only what was done"),
        (
            run(faults=("Traceback\n  x\nZeroDivisionError",)),
            "a fault of mcp-proof",
            "ZeroDivision",
        ),
        (run(passed(MUST), baseline={MUST: "x"}), f"stale: {MUST}", "remove the entry"),
    ],
)
def test_what_kept_the_run_from_its_end_is_an_error(tally, title, says):
    [(name, facts, text)] = obeyed(tally)
    assert name == "error"
    assert facts["title"].startswith(title)
    assert says in text


def test_a_revision_that_is_not_spoken_is_no_annotation():
    assert annotations([run(revision=None, not_spoken="only 2025-11-25")]) == ""


def test_the_gravest_come_first_and_what_is_too_much_is_counted():
    musts, shoulds = ids(Level.MUST)[:25], ids(Level.SHOULD)[:10]
    commands = obeyed(run(*map(violated, shoulds + musts)))
    assert [name for name, _, _ in commands] == ["error"] * 10 + ["warning"] * 10
    errors = [facts["title"] for _, facts, _ in commands[:10]]
    assert errors[:9] == [f"MUST {rule_id}" for rule_id in musts[:9]]
    assert errors[9] == "16 more"
    assert commands[-1][1]["title"] == f"SHOULD {shoulds[-1]}"


def test_a_file_is_named_where_it_is_in_the_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    [(_, facts, _)] = obeyed(run(violated(MUST), file="ci/a,b::c.yaml"))
    assert (facts["file"], facts["line"]) == ("ci/a,b::c.yaml", "1")
    [(_, facts, _)] = obeyed(run(violated(MUST), file="caf\udce9.toml"))
    assert facts["file"] == "caf\ufffd.toml"
    [(_, facts, _)] = obeyed(run(violated(MUST), file="/elsewhere.yaml"))
    assert "file" not in facts


def test_a_path_is_told_from_the_root_of_the_repository_and_without_links(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    (tmp_path / "ci").mkdir()
    (tmp_path / "ci/real.yaml").touch()
    (tmp_path / "ci/link.yaml").symlink_to("real.yaml")
    monkeypatch.chdir(tmp_path / "ci")
    [(_, facts, _)] = obeyed(run(violated(MUST), file="link.yaml"))
    assert facts["file"] == "ci/real.yaml"


def test_several_runs_are_told_apart():
    titles = [facts["title"] for _, facts, _ in obeyed(run(violated(MUST)), run(violated(MUST)))]
    assert titles == [f"MUST {MUST} (python server.py at 2025-11-25)"] * 2


@pytest.mark.parametrize(
    "tally",
    [
        run(violated(MUST, finding(HOSTILE, expected=HOSTILE, actual=HOSTILE))),
        run(revision=None, lost=HOSTILE),
        run(passed(MUST), faults=(HOSTILE,)),
        run(violated(MUST, finding("a%0Ab, title=x::y"))),
    ],
)
def test_a_server_can_issue_no_command(tally):
    [(name, facts, _)] = obeyed(tally, run(passed(MUST), peer=HOSTILE))
    assert name == "error"
    assert set(facts) == {"title"}
    assert not re.search(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]", annotations([tally]))


def test_percent_signs_of_a_server_stay_what_they_are():
    [(_, _, text)] = obeyed(run(violated(MUST, finding("a%0A::error::b"))))
    assert "\na%0A::error::b\n" in text


def test_a_megabyte_is_cut():
    assert len(annotations([run(violated(MUST, finding("x" * 2**20, actual="y" * 2**20)))])) < 3000


def test_secrets_are_hidden():
    secret = "correct:horse,battery"
    tally = run(violated(MUST, finding(secret)), peer=secret, mask=Mask([secret]))
    shown = annotations([tally, tally])
    assert shown.count("[hidden]") == 4
    assert "horse" not in shown
