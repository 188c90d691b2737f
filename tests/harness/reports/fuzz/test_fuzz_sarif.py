"""The SARIF report of a campaign: what its schema, and what GitHub's code scanning, ask for."""

import json

import pytest
from campaigns import FORBIDDEN, advice, campaign, failure
from installed import PEERS, needs
from jsonschema import Draft4Validator, FormatChecker
from runs import HOSTILE, MUST

from mcp_proof.reports.fuzz import FORMATS

SCHEMA = PEERS / "node/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
UNUSUAL = {
    "nothing": campaign(fine=()),
    "failures": campaign(failure(), advice(), not_tried=(("tool drop", FORBIDDEN),)),
    "lost": campaign(lost="gone", interrupted=True, faults=("Traceback",)),
    "hostile": campaign(failure(HOSTILE, message=HOSTILE), peer=HOSTILE, name=HOSTILE),
}


def report(*runs):
    return json.loads(FORMATS["sarif"](runs))["runs"]


@needs("node")
@pytest.mark.parametrize("name", UNUSUAL)
def test_it_keeps_the_schema_of_sarif(name):
    schema = json.loads(SCHEMA.read_bytes())
    document = json.loads(FORMATS["sarif"]([UNUSUAL[name], UNUSUAL["failures"]]))
    Draft4Validator(schema, format_checker=FormatChecker()).validate(document)


def test_only_failures_are_results_and_what_was_not_tried_is_a_notification():
    [run] = report(UNUSUAL["failures"])
    assert [(r["ruleId"], r["level"]) for r in run["results"]] == [
        ("crash", "error"),
        ("echo", "note"),
    ]
    told = run["invocations"][0]["toolExecutionNotifications"]
    assert [each["message"]["text"] for each in told] == [f"tool drop: {FORBIDDEN}"]


def test_each_oracle_and_each_rule_that_complains_is_described():
    [run] = report(campaign(failure(), failure(oracle=MUST), advice()))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["crash", MUST, "echo"]
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_failure_is_the_same_alert_whatever_input_shows_it():
    one = campaign(failure(case={"tool": "divide", "arguments": {"by": 0}}))
    other = campaign(failure(case={"tool": "divide", "arguments": {"by": 1}}, actual="another"))
    [first], [second] = (report(run)[0]["results"] for run in (one, other))
    assert first["partialFingerprints"] == second["partialFingerprints"]
    [elsewhere] = report(campaign(failure("tool add")))[0]["results"]
    assert elsewhere["partialFingerprints"] != first["partialFingerprints"]


def test_a_campaign_does_not_take_the_place_of_a_verification():
    [run] = report(campaign())
    assert run["automationDetails"]["id"] == "mcp-proof/python server.py/2025-11-25/fuzz/"
