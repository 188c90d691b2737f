"""The reports of comparisons: what their schemas ask for, and nothing foreign takes effect."""

import json
from pathlib import Path

import jsonschema
import pytest
from installed import PEERS, needs
from jsonschema import Draft4Validator, FormatChecker
from lxml import etree
from runs import HOSTILE

from mcp_proof import reports
from mcp_proof.diff.comparison import Comparison
from mcp_proof.reports.diff import FORMATS
from mcp_proof.reports.diff.annotations import annotations
from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secrets.mask import Mask

SCHEMA = json.loads(Path(reports.__file__).with_name("diff.schema.json").read_bytes())
SARIF = PEERS / "node/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
JUNIT = etree.XMLSchema(etree.parse(Path(__file__).parents[2] / "junit.xsd"))
SECRET = "correct-horse-battery"  # what a test hides


def change(effect=Effect.BREAKING, path="/tools/a", **more):
    return Change(path=path, kind="changed", effect=effect, why="A reason.", **more)


def comparison(*changes, **more):
    return Comparison(old="old.yaml", new="new.yaml", changes=changes, **more)


def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


SEVERAL = comparison(*(change(effect, f"/tools/{effect}") for effect in Effect))
UNUSUAL = {
    "nothing": comparison(),
    "several": SEVERAL,
    "hostile": Comparison(
        old=HOSTILE,
        new=HOSTILE,
        changes=[change(path=f"/tools/{HOSTILE}", old=HOSTILE, new={HOSTILE: [HOSTILE]})],
        info={"name": HOSTILE, "version": HOSTILE},
    ),
    "deep": comparison(change(old=deep(5000), new=deep(5000))),
    "half a character": comparison(change(path="/tools/\ud800", old="\ud800")),
}


@pytest.mark.parametrize("name", UNUSUAL)
@pytest.mark.parametrize("form", FORMATS)
def test_the_same_comparison_gives_the_same_bytes(form, name):
    assert FORMATS[form]([UNUSUAL[name]]) == FORMATS[form]([UNUSUAL[name]])


@pytest.mark.parametrize("name", UNUSUAL)
def test_the_json_keeps_its_schema(name):
    told = json.loads(FORMATS["json"]([UNUSUAL[name]]))
    jsonschema.Draft202012Validator(SCHEMA).validate(told)


@pytest.mark.parametrize("name", UNUSUAL)
def test_the_junit_keeps_its_schema(name):
    root = etree.fromstring(FORMATS["junit"]([UNUSUAL[name]]))
    assert JUNIT.validate(root.getroottree()), JUNIT.error_log


@needs("node")
@pytest.mark.parametrize("name", UNUSUAL)
def test_the_sarif_keeps_its_schema(name):
    document = json.loads(FORMATS["sarif"]([UNUSUAL[name]]))
    schema = json.loads(SARIF.read_bytes())
    Draft4Validator(schema, format_checker=FormatChecker()).validate(document)


def test_what_is_unknown_is_skipped_in_junit_unless_it_fails():
    outcomes = {}
    for level in (Level.MUST, Level.SHOULD):
        run = comparison(*SEVERAL.changes, fail_on=level)
        root = etree.fromstring(FORMATS["junit"]([run]))
        outcomes[level] = [[c.tag for c in case] for case in root.iter("testcase")]

    assert outcomes[Level.MUST] == [["failure"], ["skipped"], []]
    assert outcomes[Level.SHOULD] == [["failure"], ["failure"], []]


def test_compatible_changes_are_no_alerts():
    [run] = json.loads(FORMATS["sarif"]([SEVERAL]))["runs"]
    assert [(r["ruleId"], r["level"]) for r in run["results"]] == [
        ("breaking-change", "error"),
        ("unproved-change", "warning"),
    ]
    told = annotations([SEVERAL]).splitlines()
    assert [line.partition(" ")[0] for line in told] == ["::error", "::warning"]


def test_values_are_called_old_and_new_for_neither_was_expected():
    run = comparison(change(old="was", new="is"))
    [result] = json.loads(FORMATS["sarif"]([run]))["runs"][0]["results"]
    told = result["message"]["text"].split("\n\n")
    page = FORMATS["html"]([run]).decode()

    assert told[1:3] == ['Old: "was"', 'New: "is"']
    assert ">old</dt>" in page
    assert ">new</dt>" in page
    assert ">expected</dt>" not in page


@pytest.mark.parametrize("form", FORMATS)
def test_no_report_tells_a_secret(form):
    held = {"x-key": SECRET}
    run = comparison(change(path=f"/tools/{SECRET}", old=held, new=held), mask=Mask([SECRET]))
    assert SECRET not in FORMATS[form]([run]).decode()


def test_what_a_server_says_is_no_markup_and_no_command():
    page = FORMATS["html"]([UNUSUAL["hostile"]]).decode()
    assert "<script>alert" not in page
    assert len(annotations([UNUSUAL["hostile"]]).splitlines()) == 1
