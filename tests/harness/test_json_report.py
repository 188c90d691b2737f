"""The JSON report, of one run and of several."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from runs import HOSTILE, MUST, SHOULD, finding, passed, run, untested, violated

from mcp_proof.reports import FORMATS, json_report
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.secrets.mask import Mask

SCHEMA = json.loads(Path(json_report.__file__).with_name("verify.schema.json").read_bytes())


def report(*runs):
    document = json.loads(FORMATS["json"](runs))
    Draft202012Validator(SCHEMA).validate(document)
    return document


def test_one_run_is_one_envelope():
    document = report(run(violated(MUST), passed("tools-name-unique")))
    assert document["peer"] == "python server.py"
    assert document["counts"] == {"passed": 1, "violated": 1, "untested": 0}
    assert "runs" not in document


def test_several_runs_are_envelopes_in_one_whose_counts_are_their_sum():
    old = run(passed(MUST), untested(SHOULD), revision=Revision.R2024_11_05)
    new = run(violated(MUST), passed(SHOULD), interrupted=True)
    document = report(old, new)
    assert document["counts"] == {"passed": 2, "violated": 1, "untested": 1}
    assert document["interrupted"] is True
    assert [one["revision"] for one in document["runs"]] == ["2024-11-05", "2025-11-25"]
    assert document["runs"][0] == report(old)


def test_a_revision_that_is_not_spoken_is_told_with_the_reason():
    asked = Revision.R2024_11_05
    unspoken = run(revision=None, asked=asked, not_spoken="it speaks 2025-11-25 only")
    document = report(unspoken, run(passed(MUST)))
    told = document["runs"][0]
    assert (told["asked"], told["revision"]) == ("2024-11-05", None)
    assert told["not_spoken"] == "it speaks 2025-11-25 only"


@pytest.mark.parametrize("member", ["counts", "runs", "interrupted"])
def test_the_schema_misses_a_member_of_the_outer_envelope(member):
    document = report(run(passed(MUST)), run(passed(MUST)))
    del document[member]
    assert not Draft202012Validator(SCHEMA).is_valid(document)


def test_the_secrets_of_each_run_are_hidden_in_it():
    secret = "correct-horse-battery"
    document = report(run(lost=f"refused {secret}", mask=Mask([secret])), run(passed(MUST)))
    assert document["runs"][0]["lost"] == "refused [hidden]"


def test_what_utf_8_cannot_hold_costs_one_character_and_not_the_report():
    document = report(run(violated(MUST, finding(HOSTILE)), peer="caf\udce9"))
    assert document["peer"] == "caf\ufffd"
    assert document["verdicts"][0]["findings"][0]["message"] == HOSTILE.replace("\udc80", "\ufffd")
