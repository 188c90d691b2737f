"""The JSON report of a campaign: its schema holds for each, and misses what is taken away."""

import json
import sys
from pathlib import Path

import pytest
from campaigns import FORBIDDEN, advice, campaign, failure
from jsonschema import Draft202012Validator, ValidationError
from runs import HOSTILE

from mcp_proof import reports
from mcp_proof.cli import main
from mcp_proof.reports.fuzz import FORMATS

SCHEMA = json.loads(Path(reports.__file__).with_name("fuzz.schema.json").read_bytes())
PROMISED = {
    "tool", "version", "command", "peer", "revision", "transport", "dialect", "started",
    "seconds", "counts", "failures", "cases",
}  # fmt: skip
"""The envelope of every command, and what fuzzing adds to it."""
OF_A_FAILURE = {
    "tool", "oracle", "input", "message", "expected", "actual", "reproduce", "seed",
}  # fmt: skip


def report(*runs):
    document = json.loads(FORMATS["json"](runs))
    Draft202012Validator(SCHEMA).validate(document)
    return document


def test_a_campaign_is_one_envelope_with_the_members_of_every_command():
    document = report(campaign(failure(), advice(), not_tried=(("tool drop", FORBIDDEN),)))
    assert document.keys() >= PROMISED
    assert document["counts"] == {"MUST": 1, "SHOULD": 0, "ADVICE": 1}
    assert document["failures"][0].keys() >= OF_A_FAILURE
    assert document["failures"][0]["input"] == {"tool": "divide", "arguments": {"by": 0}}
    assert document["not_tried"] == [{"tool": "tool drop", "reason": FORBIDDEN}]


def test_several_campaigns_are_envelopes_in_one_whose_counts_are_their_sum():
    one, other = campaign(failure()), campaign(failure(), advice(), interrupted=True)
    document = report(one, other)
    assert document["counts"] == {"MUST": 2, "SHOULD": 0, "ADVICE": 1}
    assert document["interrupted"] is True
    assert document["runs"][0] == report(one)


@pytest.mark.parametrize("member", sorted(PROMISED))
def test_the_schema_misses_a_member_of_the_envelope(member):
    document = report(campaign(failure()))
    del document[member]
    with pytest.raises(ValidationError):
        Draft202012Validator(SCHEMA).validate(document)


@pytest.mark.parametrize("member", sorted(OF_A_FAILURE))
def test_the_schema_misses_a_member_of_a_failure(member):
    document = report(campaign(failure()))
    del document["failures"][0][member]
    with pytest.raises(ValidationError):
        Draft202012Validator(SCHEMA).validate(document)


def test_an_input_is_exact_but_for_secrets():
    case = {"tool": "divide", "arguments": {"hunter-22": "hunter-22 \ud800", "many": [1.5, None]}}
    document = report(campaign(failure(case=case), secrets=("hunter-22",)))
    arguments = document["failures"][0]["input"]["arguments"]
    assert arguments == {"[hidden]": "[hidden] \ud800", "many": [1.5, None]}


def test_whatever_a_server_says_it_stays_json():
    document = report(campaign(failure(message=HOSTILE, actual=HOSTILE), name=HOSTILE))
    assert "<script>" in document["failures"][0]["message"]


def test_the_report_of_a_real_campaign_satisfies_the_schema(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    server = [sys.executable, "-m", "mcp_proof_mocks", "everything"]
    arguments = ["--max-examples", "1", "--tool", "echo", "--report", "json=r.json", "--quiet"]
    code = main(["fuzz", *arguments, "--", *server])
    document = json.loads((tmp_path / "r.json").read_bytes())
    Draft202012Validator(SCHEMA).validate(document)
    assert (code, document["failures"]) == (0, [])
    assert document["cases"] > 0
