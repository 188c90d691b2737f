"""What is printed of a campaign: each failure once, in lines that stand below each other."""

import io
import re

import pytest
from campaigns import FORBIDDEN, advice, campaign, failure
from rich.console import Console
from runs import HOSTILE

from mcp_proof.fuzz.events import FailureFound
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.fuzz.console import FuzzConsole


def printed(run: FuzzTally, *, quiet: bool = False) -> str:
    console = Console(file=io.StringIO(), width=200, soft_wrap=True)
    report = FuzzConsole(console, run.mask, quiet=quiet)
    for each in run.failures:
        report.take(FailureFound(failure=each))
    report.summarize(run)
    return console.file.getvalue()


def test_a_failure_is_told_in_lines_that_stand_below_each_other():
    assert printed(campaign(failure())).startswith(
        """
MUST   tool divide crash
  the server ended instead of answering
    input     {"by": 0}
    expected  an answer
    actual    exit code 1
    reproduce mcp-proof fuzz --case '{}' -- python server.py
"""
    )


def test_several_steps_are_told_one_after_the_other():
    steps = [{"tool": "open", "arguments": {}}, {"prompt": "review", "arguments": {"a": "b"}}]
    steps.append({"tool": "open", "arguments": {}, "session": 1, "wait": False})
    shown = printed(campaign(failure(case=steps)))
    assert "\n    then      tool open {} (session: 1, wait: false)\n" in shown
    assert '    input     tool open {}\n    then      prompt review {"a": "b"}\n' in shown


def test_a_malformed_message_is_told_with_what_is_wrong_with_it():
    case = {"name": "no id", "transport": "stdio", "steps": [{"raw": '{"jsonrpc":"2.0"}'}]}
    shown = printed(campaign(failure("protocol", case=case), fine=()))
    assert '    input     no id: {"jsonrpc":"2.0"}\n' in shown
    assert "1 failure in 10 cases, 1.5 s" in shown


def test_what_has_no_input_and_no_command_is_told_without_them():
    shown = printed(campaign(failure("POST /execute", case=None, reproduce="")))
    assert "input" not in shown.partition("1 failure")[0]
    assert "reproduce" not in shown


def test_a_long_input_is_cut_and_says_where_it_is_whole():
    case = {"tool": "divide", "arguments": {"by": "x" * 9999}}
    shown = printed(campaign(failure(case=case)))
    [line] = [line for line in shown.splitlines() if line.startswith("    input")]
    assert len(line) < 500
    assert line.endswith("… (10009 characters); the reproduction has it whole")


def test_a_command_too_long_for_a_terminal_says_where_it_is():
    shown = printed(campaign(failure(reproduce="x" * 9999)))
    assert "    reproduce the whole command is in the JSON report" in shown


@pytest.mark.parametrize(
    ("failures", "said"),
    [
        ((), "no failure in 10 cases of 1 operation, 1.5 s"),
        ((failure(),), "1 failure in 20 cases of 2 operations, 1.5 s"),
        (
            (failure(), failure("tool add"), advice(), advice("tool sum")),
            "2 failures, 2 pieces of advice in 40 cases of 4 operations, 1.5 s",
        ),
        ((advice(),), "no failure, 1 piece of advice in 20 cases of 2 operations, 1.5 s"),
    ],
)
def test_failures_and_advice_are_counted_apart(failures, said):
    assert f"\n{said}\nseed 0: " in printed(campaign(*failures))


def test_what_is_not_judged_is_told_once_for_each_reason():
    forbidden = tuple((f"tool t{number}", FORBIDDEN) for number in range(3))
    shown = printed(campaign(not_tried=(*forbidden, ("tool add", "the server hung once"))))
    assert (
        f"\nnot judged\n  {FORBIDDEN}: tool t0, tool t1, tool t2\n"
        "  the server hung once: tool add\n"
    ) in shown


def test_quiet_tells_what_is_wrong_and_counts_alone():
    shown = printed(campaign(failure(), not_tried=(("tool t", FORBIDDEN),)), quiet=True)
    assert shown == (
        "\nMUST   tool divide crash\n  the server ended instead of answering\n"
        "\n1 failure in 20 cases of 2 operations, 1.5 s\n"
    )


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (campaign(interrupted=True), "interrupted: only what was done is told"),
        (campaign(lost="gone"), "incomplete: the server could not be fuzzed to the end"),
        (campaign(fine=()), "nothing was tried"),
    ],
)
def test_what_has_no_verdict_does_not_look_like_one(run, said):
    assert said in printed(run)


def test_what_showed_once_only_is_told_so():
    assert "\n  seen once: it did not show again" in printed(campaign(failure(reproduced=False)))


@pytest.mark.parametrize("says", ["::error::obeyed", "##[error]obeyed", HOSTILE])
def test_a_server_can_neither_issue_a_command_nor_move_the_cursor(says):
    run = campaign(failure(says, message=says, actual=says), not_tried=((says, says),))
    shown = printed(run)
    assert not re.search(r"^\s*::|##\[|[\x00-\x09\x0b-\x1f\u202e]", shown, re.MULTILINE)


@pytest.mark.parametrize("secret", ["bold red", "hunter-22"])
def test_secrets_are_hidden_in_all_that_is_shown(secret):
    case = {"tool": "divide", "arguments": {"by": secret}}
    shown = printed(campaign(failure(actual=secret, case=case), secrets=(secret,)))
    assert secret not in shown
    assert '    input     {"by": "[hidden]"}\n' in shown
