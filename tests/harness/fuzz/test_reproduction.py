"""What a failure prints to show it again does show it again."""

import json
import shlex

import pytest
from fuzz.campaigns import campaign, planted
from planted.bugs import BUGS

from mcp_proof.fuzz.case import parsed, printed
from mcp_proof.fuzz.options import FuzzOptions
from mcp_proof.fuzz.reproduction import reproduction

QUICK = [bug for bug in BUGS if bug.oracle != "hang"]


def steps(case):
    return case if isinstance(case, list) else [case]


@pytest.mark.parametrize("bug", QUICK, ids=lambda bug: bug.name)
def test_a_case_alone_shows_its_failure_and_no_other(bug):
    case = bug.steps[0] if len(bug.steps) == 1 else bug.steps
    tally = campaign(planted(), case=case)
    assert [(each.operation, each.complaint.oracle) for each in tally.failures] == [
        (bug.operation, bug.oracle)
    ]
    assert tally.failures[0].reproduced
    assert steps(tally.failures[0].case) == bug.steps


def test_the_command_holds_the_case_and_the_target_for_a_shell():
    target = planted("--clean")
    case = {"tool": "echo it's", "arguments": {"text": "a b\n'\"$x"}}
    options = FuzzOptions(timeout=3)
    words = shlex.split(reproduction(target, options)(printed(case)))
    assert words[:4] == ["mcp-proof", "fuzz", "--timeout", "3"]
    assert parsed(words[words.index("--case") + 1]) == case
    assert words[-1] == "--clean"
    assert json.loads(words[words.index("--case") + 1]) == case
