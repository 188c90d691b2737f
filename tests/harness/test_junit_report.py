"""The JUnit report of several runs; that of one is looked at in `test_cli_verify.py`."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from runs import HOSTILE, MUST, SHOULD, finding, passed, run, untested, violated

from mcp_proof.reports import FORMATS
from mcp_proof_contracts.revision import Revision

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))


def suites(*runs):
    root = etree.fromstring(FORMATS["junit"](runs))
    assert SCHEMA.validate(root.getroottree()), SCHEMA.error_log
    return list(root)


def test_each_run_is_a_suite_with_a_name_of_its_own():
    first, second = suites(
        run(violated(MUST), revision=Revision.R2024_11_05), run(passed(MUST), untested(SHOULD))
    )
    assert first.get("name") == "python server.py 2024-11-05"
    assert second.get("name") == "python server.py 2025-11-25"
    assert (first.get("id"), second.get("id")) == ("0", "1")
    assert (first.get("failures"), second.get("failures")) == ("1", "0")


def test_two_servers_of_one_command_have_suites_of_their_own():
    names = [suite.get("name") for suite in suites(run(violated(MUST)), run(passed(MUST)))]
    assert names == ["python server.py 2025-11-25", "python server.py (2) 2025-11-25"]


def test_a_single_suite_is_named_after_the_server_alone():
    [suite] = suites(run(passed(MUST)))
    assert suite.get("name") == "python server.py"


@pytest.mark.parametrize(
    "told", ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678+00:00", "2026-01-02T04:04:05+01:00"]
)
def test_the_time_is_told_in_utc_however_a_recording_has_it(told):
    recorded = run(passed(MUST))
    recorded.started = replace(recorded.started, started=told)
    [suite] = suites(recorded)
    assert suite.get("timestamp") == "2026-01-02T03:04:05"


def test_a_revision_that_is_not_spoken_is_skipped_and_never_passed():
    unspoken = run(revision=None, asked=Revision.R2024_11_05, not_spoken="only 2025-11-25")
    suite, _ = suites(unspoken, run(passed(MUST)))
    [skipped] = suite.findall("testcase/skipped")
    assert skipped.get("message") == "not spoken: only 2025-11-25"
    assert (suite.get("tests"), suite.get("skipped")) == ("1", "1")


def test_it_stays_xml_whatever_a_server_says():
    hostile = finding(HOSTILE, expected=HOSTILE, actual="x" * 2**20)
    tally = run(violated(MUST, hostile), untested(SHOULD, HOSTILE), peer=HOSTILE, name=HOSTILE)
    [suite] = suites(tally)
    failure = suite.find("testcase/failure")
    assert "<script>alert(1)</script>" in failure.get("message")
    assert not suite.findall(".//script")


def test_what_kept_a_run_from_its_end_is_an_error():
    lost, ended = suites(
        run(revision=None, lost="gone"), run(passed(MUST), interrupted=True, faults=("x",))
    )
    assert [case.get("type") for case in lost.findall("testcase/error")] == ["lost"]
    kinds = [case.get("type") for case in ended.findall("testcase/error")]
    assert kinds == ["interrupted", "fault"]
    assert (ended.get("errors"), ended.get("tests")) == ("2", "3")
