"""The console's report: what a server says, and what is hidden, is text and nothing else there."""

import io
import re

import pytest
from rich.console import Console
from runs import HOSTILE, MUST, SHOULD, finding, passed, run, untested, violated

from mcp_proof.reports.console import ConsoleReport
from mcp_proof_contracts.secrets.mask import Mask


def printed(tally, *secrets: str) -> str:
    console = Console(file=io.StringIO(), width=200, soft_wrap=True)
    report = ConsoleReport(console, Mask(secrets), quiet=False)
    report.take(tally.peer)
    report.summarize(tally)
    return console.file.getvalue()


@pytest.mark.parametrize("secret", ["yellow", "bold red", "bold red sparrow"])
def test_a_secret_that_is_spelled_as_markup_costs_no_report(secret):
    shown = printed(run(violated(MUST), violated(SHOULD, finding(f"it said {secret}"))), secret)
    assert "\n  it said [hidden]\n" in shown
    assert "0 passed, 2 violated (1 MUST, 1 SHOULD), 0 untested" in shown


@pytest.mark.parametrize("before", ["", "\\", "\\\\"])
def test_what_stands_for_a_secret_is_shown_whatever_stands_before_it(before):
    shown = printed(run(violated(MUST, finding(f"{before}hunter-22"))), "hunter-22")
    assert f"\n  {before}[hidden]\n" in shown


@pytest.mark.parametrize("says", ["::error::obeyed", "##[error]obeyed", HOSTILE])
def test_a_server_can_neither_issue_a_command_nor_move_the_cursor(says):
    tally = run(violated(MUST, finding(says)), untested(SHOULD, says), passed(MUST), name=says)
    shown = printed(tally)
    assert shown.count("obeyed") >= 3
    assert not re.search(r"^\s*::|##\[|[\x00-\x09\x0b-\x1f\u202e]", shown, re.MULTILINE)
