"""The JUnit report of a campaign: a case for each operation, and none passes that was not tried."""

from pathlib import Path

import pytest
from campaigns import FORBIDDEN, advice, campaign, failure
from lxml import etree
from runs import HOSTILE

from mcp_proof.reports.fuzz import FORMATS
from mcp_proof_contracts.rule import Level

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[2] / "junit.xsd"))


def suites(*runs):
    root = etree.fromstring(FORMATS["junit"](runs))
    assert SCHEMA.validate(root.getroottree()), SCHEMA.error_log
    return list(root)


def test_each_operation_is_a_case_that_fails_passes_or_is_skipped_with_the_reason():
    [suite] = suites(campaign(failure(), not_tried=(("tool drop", FORBIDDEN),)))
    cases = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
    assert cases == {"tool divide": ["failure"], "tool add": [], "tool drop": ["skipped"]}
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert counts == ["3", "1", "0", "1"]
    assert suite.find(".//skipped").get("message") == f"not judged: {FORBIDDEN}"


def test_all_failures_of_an_operation_stand_in_its_case_with_their_inputs():
    [suite] = suites(campaign(failure(), failure(oracle="leak", message="a secret is told")))
    [told] = suite.iter("failure")
    assert told.get("message") == "the server ended instead of answering (and 1 more)"
    assert told.text.count('input: {"by": 0}') == 2
    assert "a secret is told (leak)" in told.text
    assert "reproduce: mcp-proof fuzz --case" in told.text


def test_what_does_not_fail_the_run_is_told_beside_the_cases():
    [suite] = suites(campaign(advice(message="an input comes back")))
    assert suite.find(".//failure") is None
    assert "ADVICE tool quote: an input comes back (echo)" in suite.findtext("system-out")


@pytest.mark.parametrize(("fail_on", "failures"), [(Level.MUST, "0"), (Level.SHOULD, "1")])
def test_the_weakest_level_that_fails_the_run_decides(fail_on, failures):
    [suite] = suites(campaign(failure(level=Level.SHOULD), fail_on=fail_on))
    assert suite.get("failures") == failures


def test_what_was_tried_in_part_without_a_failure_is_no_pass():
    [suite] = suites(campaign(not_tried=(("tool add", "the server hung once"),)))
    assert [child.tag for child in suite.find("testcase")] == ["skipped"]


def test_what_kept_a_campaign_from_its_end_is_an_error():
    lost, ended = suites(campaign(lost="gone"), campaign(interrupted=True, faults=("x",)))
    assert [case.get("type") for case in lost.findall("testcase/error")] == ["lost"]
    kinds = [case.get("type") for case in ended.findall("testcase/error")]
    assert kinds == ["interrupted", "fault"]


def test_two_campaigns_of_one_command_have_suites_of_their_own():
    names = [suite.get("name") for suite in suites(campaign(), campaign())]
    assert names == ["python server.py", "python server.py (2)"]


def test_it_stays_xml_and_holds_no_secret_whatever_a_server_says():
    told = failure(message=HOSTILE, actual="hunter-22", case={"tool": "\x00", "arguments": {}})
    [suite] = suites(campaign(told, peer=HOSTILE, name=HOSTILE, secrets=("hunter-22",)))
    assert not suite.findall(".//script")
    assert "hunter-22" not in etree.tostring(suite, encoding="unicode")
