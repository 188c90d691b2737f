"""The gate: what is demanded besides that nothing is violated, of one run and of several."""

import html
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from lxml import etree
from rich.console import Console
from runs import MUST, SHOULD, passed, run, untested, violated

from mcp_proof.baseline import Excuse, read_baseline
from mcp_proof.config import Config, Setting
from mcp_proof.gate import Breach, Gate, gate_of
from mcp_proof.reports import FORMATS, json_report
from mcp_proof.reports.annotations import annotations
from mcp_proof.reports.console import ConsoleReport
from mcp_proof.tally import Tally, exit_code
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secrets.mask import Mask

OTHER = "tools-name-unique"
TODAY = date(2026, 11, 21)
EXCUSED = {MUST: Excuse("mended soon")}


def breaches(gate: Gate, *runs: list) -> list[list[tuple[str, str]]]:
    """What several runs of a verification did not meet, by demand and subject."""
    return [[(b.name, b.subject) for b in tally.breaches] for tally in together(gate, *runs)]


def together(gate: Gate, *runs: list) -> list[Tally]:
    """Several runs of one verification."""
    tallies: list[Tally] = []
    for number, verdicts in enumerate(runs):
        revision = list(Revision)[number]
        tallies.append(run(*verdicts, gate=gate, revision=revision, runs=tallies))
    return tallies


def message(gate: Gate, *verdicts) -> str:
    [breach] = run(*verdicts, gate=gate).breaches
    return breach.message


# Tested


@pytest.mark.parametrize(("least", "met"), [(0, True), (66.6, True), (66.7, False), (100, False)])
def test_a_share_of_the_rules_that_apply_must_be_tested(least, met):
    tally = run(passed(MUST), violated(SHOULD), untested(OTHER), gate=Gate(min_tested=least))
    assert (tally.breaches == []) is met
    assert tally.exit_code == (0 if met else 1)


def test_a_share_that_is_just_enough_is_enough():
    verdicts = [*[passed(MUST)] * 161, *[untested(OTHER)] * 89]
    assert run(*verdicts, gate=Gate(min_tested=64.4)).breaches == []


def test_too_few_tested_rules_are_told_in_numbers_that_are_not_rounded_up():
    verdicts = [passed(MUST)] * 1999 + [untested(OTHER)]
    said = message(Gate(min_tested=100), *verdicts)
    assert said == "1999 of the 2000 rules that apply were tested, 99.9 percent; 100 are demanded"


def test_each_run_must_test_enough_by_itself():
    gate = Gate(min_tested=50)
    found = breaches(gate, [passed(MUST), passed(OTHER)], [passed(MUST), *[untested(OTHER)] * 3])
    assert found == [[], [("min-tested", "")]]


# Required


def test_a_required_rule_that_is_untested_is_told_with_its_reason():
    gate = Gate(require=("tools-name-", "jsonrpc-"))
    tally = run(passed(MUST), passed(OTHER), untested(SHOULD, "no tool was listed"), gate=gate)
    assert tally.breaches == [
        Breach(
            "require",
            "tools-name-",
            f"all rules with tools-name- must be tested, and were not: {SHOULD} (no tool was "
            "listed)",
        )
    ]
    assert tally.exit_code == 1


def test_a_required_rule_may_be_violated_as_far_as_being_tested_goes():
    assert run(violated(SHOULD), gate=Gate(require=("tools-name-",))).exit_code == 0


def test_a_required_prefix_must_apply_in_one_run_at_least():
    gate = Gate(require=("tools-name-", "stdio-"))
    assert breaches(gate, [passed(MUST)], [passed(OTHER)]) == [[("require", "stdio-")], []]
    assert "none applies" in message(Gate(require=("stdio-",)), passed(MUST))


def test_a_required_rule_must_be_tested_wherever_it_applies():
    gate = Gate(require=("tools-name-",))
    found = breaches(gate, [passed(OTHER)], [untested(OTHER)], [passed(MUST)])
    assert found == [[], [("require", "tools-name-")], []]


# The baseline


def test_an_excused_violation_does_not_fail():
    tally = run(violated(MUST), gate=Gate(baseline=EXCUSED))
    assert (tally.exit_code, tally.breaches) == (0, [])
    assert [r.verdict.rule.id for r in tally.excused] == [MUST]


def test_an_entry_that_excuses_nothing_is_stale():
    tally = run(passed(MUST), gate=Gate(baseline=EXCUSED))
    assert (tally.exit_code, tally.stale) == (1, [MUST])
    assert "which is now kept: remove the entry" in tally.breaches[0].message


def test_an_entry_whose_rule_was_not_seen_is_not_stale():
    assert run(passed(OTHER), untested(MUST), gate=Gate(baseline=EXCUSED)).exit_code == 0
    assert run(passed(OTHER), gate=Gate(baseline=EXCUSED)).exit_code == 0


def test_an_entry_that_excuses_something_in_one_run_is_stale_in_none():
    gate = Gate(baseline=EXCUSED)
    for runs in ([[passed(MUST)], [violated(MUST)]], [[violated(MUST)], [passed(MUST)]]):
        assert breaches(gate, *runs) == [[], []]
        assert exit_code(together(gate, *runs)) == 0


def test_a_stale_entry_is_told_once_where_it_was_first_seen_kept():
    found = breaches(Gate(baseline=EXCUSED), [untested(MUST)], [passed(MUST)], [passed(MUST)])
    assert found == [[], [("stale", MUST)], []]


def test_an_excuse_holds_to_its_last_day_and_no_longer():
    last = {MUST: Excuse("mended soon", expires=TODAY)}
    assert run(violated(MUST), gate=Gate(baseline=last, today=TODAY)).exit_code == 0
    tally = run(violated(MUST), gate=Gate(baseline=last, today=date(2026, 11, 22)))
    assert tally.exit_code == 1
    assert tally.excused == []
    assert [breach.name for breach in tally.breaches] == ["expired"]
    assert f"the baseline excused {MUST} until 2026-11-21" in tally.breaches[0].message


def test_an_expired_entry_is_told_even_where_its_rule_was_not_seen():
    over = Gate(baseline={MUST: Excuse("x", expires=date(2026, 1, 1))}, today=TODAY)
    assert breaches(over, [passed(OTHER)], [untested(MUST)]) == [[], [("expired", MUST)]]
    assert breaches(over, [passed(OTHER)]) == [[("expired", MUST)]]


def test_an_expired_entry_whose_rule_is_kept_is_stale_alone():
    over = Gate(baseline={MUST: Excuse("x", expires=date(2026, 1, 1))}, today=TODAY)
    assert breaches(over, [passed(MUST)]) == [[("stale", MUST)]]


def test_a_baseline_says_until_when_it_excuses(tmp_path):
    file = tmp_path / "known.yaml"
    file.write_text(
        f"- rule: {MUST}\n  reason: mended soon\n  expires: 2027-01-31\n"
        f"- {{rule: {OTHER}, reason: 'no: never', expires: '2027-02-01'}}\n"
        f"- {{rule: {SHOULD}, reason: 5}}\n"
    )
    assert read_baseline(file) == {
        MUST: Excuse("mended soon", date(2027, 1, 31)),
        OTHER: Excuse("no: never", date(2027, 2, 1)),
        SHOULD: Excuse("5", None),
    }


def test_a_baseline_whose_last_entry_was_removed_excuses_nothing(tmp_path):
    file = tmp_path / "known.yaml"
    file.write_text("# What is known to be wrong\n")
    assert read_baseline(file) == {}


# Several runs


def test_nothing_is_demanded_of_a_run_that_was_never_judged():
    over = {MUST: Excuse("x", expires=date(2026, 1, 1))}
    gate = Gate(min_tested=100, require=("tools-",), baseline=over, today=TODAY)
    unspoken = run(revision=None, gate=gate, not_spoken="it speaks another")
    lost = run(revision=None, gate=gate, lost="it did not answer")
    assert (unspoken.breaches, unspoken.exit_code) == ([], 3)
    assert (lost.breaches, lost.exit_code) == ([], 3)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"verdicts": [passed(MUST)]}, 0),
        ({"not_spoken": "it speaks another"}, 0),
        ({"verdicts": [untested(MUST)]}, 0),
        ({"lost": "it did not answer"}, 3),
        ({"not_spoken": "it speaks another", "peer": "another server"}, 3),
        ({"verdicts": [untested(MUST)], "peer": "another server"}, 3),
        ({"verdicts": [violated(MUST)]}, 1),
        ({"verdicts": [violated(MUST)], "faults": ("broken",)}, 4),
        ({"verdicts": [violated(MUST)], "faults": ("broken",), "interrupted": True}, 130),
    ],
)
def test_the_exit_code_of_several_runs_is_that_of_the_gravest(second, code):
    members = dict(second)
    verdicts = members.pop("verdicts", [])
    revision = {} if verdicts else {"revision": None}
    runs = [run(passed(MUST)), run(*verdicts, **revision, **members)]
    assert exit_code(runs) == code
    assert exit_code(runs[::-1]) == code


# What is configured


def config(**layers: dict[str, object]) -> Config:
    names = {"typed": "command line", "variables": "environment", "file": "file"}
    merged = Config({})
    for layer, settings in layers.items():
        made = {n: Setting(v, names[layer], n) for n, v in settings.items()}
        merged = Config(made).over(merged)
    return merged


def test_the_gate_is_what_the_options_say(tmp_path):
    (tmp_path / "known.yaml").write_text(f"- {{rule: {MUST}, reason: x}}")
    demanded = {"fail-on": "should", "min-tested": 70.0, "require": ("tools-",)}
    gate = gate_of(config(file={**demanded, "baseline": str(tmp_path / "known.yaml")}))
    assert (gate.fail_on, gate.min_tested, gate.require) == (Level.SHOULD, 70.0, ("tools-",))
    assert gate.baseline == {MUST: Excuse("x")}
    assert gate_of(config()) == Gate(today=gate.today)


@pytest.mark.parametrize("choice", ["only", "skip"])
def test_what_is_demanded_of_all_rules_is_not_demanded_of_a_choice_among_them(choice):
    demanded = {"min-tested": 70.0, "require": ("tools-",)}
    gate = gate_of(config(file=demanded, typed={choice: (MUST,)}))
    assert (gate.min_tested, gate.require) == (0.0, ())
    gate = gate_of(config(file={**demanded, choice: (MUST,)}))
    assert (gate.min_tested, gate.require) == (70.0, ("tools-",))
    gate = gate_of(config(typed={**demanded, choice: (MUST,)}))
    assert (gate.min_tested, gate.require) == (70.0, ("tools-",))


# The reports


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"badge"}))
def test_every_breach_is_in_every_report_that_tells_causes(name):
    over = {MUST: Excuse("x", expires=date(2026, 1, 1)), OTHER: Excuse("x")}
    gate = Gate(min_tested=90, require=("stdio-",), baseline=over, today=TODAY)
    tally = run(passed(OTHER), untested(SHOULD), gate=gate)
    assert {breach.name for breach in tally.breaches} == {
        "min-tested",
        "require",
        "stale",
        "expired",
    }
    report = letters(FORMATS[name]([tally]).decode())
    assert [b.name for b in tally.breaches if letters(b.message) not in report] == []


def letters(text: str) -> str:
    """What is left of a text when every format's own signs are taken away."""
    return re.sub("[^a-z0-9]", "", html.unescape(text).lower())


def test_every_breach_is_an_annotation_and_on_the_terminal():
    tally = run(passed(MUST), gate=Gate(require=("stdio-",)))
    [breach] = tally.breaches
    assert f"::error title=require%3A stdio-::{breach.message}" in annotations([tally])
    shown = Console(file=io.StringIO(), width=200, soft_wrap=True)
    ConsoleReport(shown, Mask(), quiet=True).conclude([tally])
    assert shown.file.getvalue() == f"require {breach.message}\n"


def test_a_breach_is_in_the_json_report():
    tally = run(passed(MUST), gate=Gate(require=("stdio-",), baseline=EXCUSED))
    document = json.loads(FORMATS["json"]([tally]))
    schema = json.loads(Path(json_report.__file__).with_name("verify.schema.json").read_bytes())
    Draft202012Validator(schema).validate(document)
    assert [(b["name"], b["subject"]) for b in document["breaches"]] == [
        ("stale", MUST),
        ("require", "stdio-"),
    ]
    assert document["breaches"][1]["message"].endswith("none applies")
    assert document["stale"] == [MUST]
    document["breaches"][0]["name"] = "other"
    assert not Draft202012Validator(schema).is_valid(document)


def test_a_breach_fails_a_case_of_the_junit_report():
    tally = run(passed(MUST), untested(OTHER), gate=Gate(min_tested=90, require=("tools-",)))
    suite = etree.fromstring(FORMATS["junit"]([tally]))[0]
    failed = [case for case in suite.findall("testcase") if case.find("failure") is not None]
    assert [case.attrib["name"] for case in failed] == ["min-tested", "require: tools-"]
    assert [suite.attrib[name] for name in ("tests", "failures", "skipped")] == ["4", "2", "1"]
    schema = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))
    assert schema.validate(suite.getroottree()), schema.error_log
