"""JUnit XML: a case for each limit, each kind of violation, and for that calls were made."""

from xml.etree import ElementTree as ET

import pytest
from load_runs import UNJUDGED, crossed, cut_run, limit, load_run, lost_run, planned
from runs import HOSTILE

from mcp_proof_contracts.rule import Level
from mcp_proof_load.events import Kind
from mcp_proof_load.reports import FORMATS


def suites(*runs) -> list[ET.Element]:
    return ET.fromstring(FORMATS["junit"](runs)).findall("testsuite")


def outcomes(suite: ET.Element) -> dict[str, str]:
    """What became of each case, by the first word of its name."""
    found = {}
    for case in suite.findall("testcase"):
        parts = [each.tag for each in case]
        found[case.attrib["name"].partition(":")[0]] = parts[0] if parts else "passed"
    return found


def test_a_good_run_has_a_passed_case_for_all_that_was_judged():
    [suite] = suites(load_run(budget=(limit(),)))
    expected = ["calls were made and answered", "p95", *Kind]
    assert outcomes(suite) == dict.fromkeys(expected, "passed")
    assert suite.attrib["tests"] == "10"
    assert suite.attrib["failures"] == suite.attrib["skipped"] == suite.attrib["errors"] == "0"


def test_what_could_not_be_judged_is_skipped_with_its_reason():
    [suite] = suites(load_run(plan=planned(check=0.0), samples=()))
    found = outcomes(suite)
    assert [name for name, outcome in found.items() if outcome == "skipped"] == ["rule", "growth"]
    reasons = [each.attrib["message"] for each in suite.iter("skipped")]
    assert reasons[0] == (
        "not judged: no exchange was kept for the rules: --check 0.01 keeps one of a hundred"
    )
    assert suite.attrib["skipped"] == "2"


def test_a_violation_fails_its_kind_with_the_evidence():
    [suite] = suites(load_run(crossed(), crossed(times=1, operation="add")))
    assert outcomes(suite)["crossed"] == "failure"
    [failure] = suite.iter("failure")
    assert failure.attrib["message"].startswith("4 crossed answers; first: an answer came to")
    assert "crossed echo: an answer came to" in failure.text
    assert "expected: mcpp-0000000000001-0000000000002" in failure.text
    assert "crossed add" in failure.text


def test_what_only_warns_neither_fails_nor_passes():
    [suite] = suites(load_run(crossed(kind=Kind.RULE, rule="a-rule", level=Level.SHOULD)))
    assert outcomes(suite)["rule"] == "skipped"


def test_a_limit_that_is_not_kept_fails_also_where_nothing_was_measured():
    budget = (limit(value=12.0), limit("p99", None), limit("echo.p95", 3.0))
    [suite] = suites(load_run(budget=budget))
    found = outcomes(suite)
    assert [found[name] for name in ("p95", "p99", "echo.p95")] == ["failure", "failure", "passed"]
    one, other = suite.iter("failure")
    assert one.attrib["message"] == "p95: 12 ms, the limit is 10 ms"
    assert other.attrib["message"] == "p99: not measured, the limit is 10 ms"


def test_a_limit_that_cannot_be_told_from_noise_is_skipped_with_its_reason():
    [suite] = suites(load_run(budget=(limit(), UNJUDGED)))
    assert outcomes(suite)["relative.p95"] == "skipped"
    [skipped] = suite.iter("skipped")
    assert skipped.attrib["message"] == (
        "not judged: relative.p95: 80 ms, the limit is 10 ms; the saved run has 9 ms; "
        "too short to tell from noise: 3 batches"
    )
    assert (suite.attrib["skipped"], suite.attrib["failures"]) == ("1", "0")


@pytest.mark.parametrize("run", [lost_run(), cut_run()], ids=["lost", "cut"])
def test_a_run_without_calls_passes_nothing(run):
    [suite] = suites(run)
    found = outcomes(suite)
    assert found.pop("calls were made and answered") == "failure"
    assert set(found.values()) <= {"skipped", "error"}


def test_what_kept_a_run_from_its_end_is_an_error():
    [suite] = suites(load_run(interrupted=True, faults=("Traceback",), lost="gone"))
    errors = {each.attrib["type"]: each.attrib["message"] for each in suite.iter("error")}
    assert errors["lost"] == "gone"
    assert set(errors) == {"lost", "interrupted", "fault"}
    assert suite.attrib["errors"] == "3"


def test_several_runs_have_names_of_their_own():
    names = [suite.attrib["name"] for suite in suites(load_run(), load_run())]
    assert names == ["http://127.0.0.1:3001/mcp", "http://127.0.0.1:3001/mcp (2)"]


def test_a_hostile_server_cannot_break_the_file_and_secrets_are_hidden():
    run = load_run(crossed(message=f"{HOSTILE} hunter2-hunter2"), secrets=("hunter2-hunter2",))
    [suite] = suites(run)
    [failure] = suite.iter("failure")
    assert "<script>" in failure.text
    assert b"hunter2-hunter2" not in FORMATS["junit"]([run])
