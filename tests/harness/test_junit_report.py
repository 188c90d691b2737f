"""The JUnit report of several runs; that of one is looked at in `test_cli_verify.py`."""

from pathlib import Path

from lxml import etree
from runs import MUST, SHOULD, passed, run, untested, violated

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


def test_a_single_suite_is_named_after_the_server_alone():
    [suite] = suites(run(passed(MUST)))
    assert suite.get("name") == "python server.py"


def test_a_revision_that_is_not_spoken_is_skipped_and_never_passed():
    unspoken = run(revision=None, asked=Revision.R2024_11_05, not_spoken="only 2025-11-25")
    suite, _ = suites(unspoken, run(passed(MUST)))
    [skipped] = suite.findall("testcase/skipped")
    assert skipped.get("message") == "not spoken: only 2025-11-25"
    assert (suite.get("tests"), suite.get("skipped")) == ("1", "1")
