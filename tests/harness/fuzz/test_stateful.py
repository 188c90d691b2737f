"""What several calls come to: in sequence, in company, in two sessions, and cancelled."""

import sys
from pathlib import Path

import pytest
from fuzz.campaigns import campaign, planted
from planted.bugs import BUGS

from mcp_proof.targets import CommandTarget

PEER = Path(__file__).parents[2] / "peers" / "remembering_stdio.py"
FEW = 20
"""Generated inputs, of which only a few machines come."""
ORDER = {"$from": [0, "/order/id"]}
DEPENDING = ("tool close_draft", "tool list_orders", "tool preview_feature")


def remembering(*options):
    return CommandTarget((sys.executable, str(PEER), *options), cwd=".")


def call(name, /, *, session=None, wait=None, cancel=None, **arguments):
    how = {"session": session, "wait": wait, "cancel": cancel}
    given = {key: value for key, value in how.items() if value is not None}
    return {"tool": name, "arguments": arguments, **given}


BREAKS = {
    "twice": (
        ("make_order", "cancel_order"),
        "tool cancel_order",
        "crash",
        [call("make_order"), *[call("cancel_order", order_id=ORDER)] * 2],
    ),
    "pages": (
        ("browse",),
        "tool browse",
        "crash",
        [
            call("browse"),
            call("browse", cursor={"$from": [0, "/nextCursor"]}),
            call("browse", cursor={"$from": [1, "/nextCursor"]}),
        ],
    ),
    "shared": (
        ("check_out",),
        "tool check_out",
        "crash",
        [call("check_out"), call("check_out", session=1)],
    ),
    "hiding": (("hide", "hidden"), "tool hide", "read-only", call("hide")),
    "vanished": (("hide", "hidden"), "tool hidden", "crash", [call("hide"), call("hidden")]),
    "cancelling": (("count",), "tool count", "crash", call("count", cancel=True)),
    "stuck": (("count",), "tool count", "hang", [call("count", cancel=True), call("count")]),
    "crossed": (
        ("say",),
        "tool say",
        "crossed",
        [call("say", words="", wait=False), call("say", words="a")],
    ),
    "link": (
        (),
        "method resources/read",
        "crash",
        [
            call("publish"),
            {"method": "resources/read", "arguments": {"uri": {"$from": [0, "/0/uri"]}}},
        ],
    ),
}
"""What is broken: the tools that matter, the operation, the oracle, and the smallest case."""


def told(tally):
    return [(each.operation, each.complaint.oracle, each.case) for each in tally.failures]


@pytest.mark.parametrize("broken", BREAKS)
def test_what_depends_on_other_calls_is_found_with_the_fewest_of_them(broken, tmp_path):
    tools, operation, oracle, case = BREAKS[broken]
    target = remembering("--broken", broken, "--lock", str(tmp_path / "lock"))
    tally = campaign(target, tools=tools, max_examples=FEW, timeout=2.0)
    found = [each for each in told(tally) if each[:2] == (operation, oracle)]
    assert found == [(operation, oracle, case)]
    assert all(each.reproduced for each in tally.failures)


@pytest.mark.parametrize("broken", BREAKS)
def test_a_printed_case_of_several_calls_shows_the_failure_again(broken, tmp_path):
    _, operation, oracle, case = BREAKS[broken]
    target = remembering("--broken", broken, "--lock", str(tmp_path / "lock"))
    tally = campaign(target, case=case, timeout=2.0)
    assert told(tally) == [(operation, oracle, case)]
    assert tally.failures[0].reproduced


@pytest.mark.parametrize("broken", BREAKS)
def test_the_same_case_is_no_failure_of_a_healthy_server(broken, tmp_path):
    target = remembering("--lock", str(tmp_path / "lock"))
    assert told(campaign(target, case=BREAKS[broken][3])) == []


def test_a_healthy_server_that_remembers_and_rolls_dice_has_no_failure(tmp_path):
    tally = campaign(remembering("--lock", str(tmp_path / "lock")), max_examples=FEW)
    assert told(tally) == []
    assert {each.label for each in tally.tried} >= {"sequences of calls", "two sessions"}


def test_what_is_planted_in_sequences_is_found_in_its_smallest_form():
    bugs = [bug for bug in BUGS if bug.operation in DEPENDING]
    names = ["open_draft", "pin_draft", *(bug.operation.partition(" ")[2] for bug in bugs)]
    tally = campaign(planted(), tools=tuple(names))
    found = {each.operation: each for each in tally.failures}
    assert found.keys() == {*DEPENDING}
    for bug in bugs:
        case = found[bug.operation].case
        assert found[bug.operation].complaint.oracle == bug.oracle
        assert bug.is_minimal(case if isinstance(case, list) else [case])


def test_the_clean_twin_passes_the_same_sequences():
    names = ("open_draft", "pin_draft", "close_draft", "list_orders", "preview_feature")
    assert told(campaign(planted("--clean"), tools=names)) == []


def test_the_same_seed_makes_the_same_sequences(tmp_path):
    files = [tmp_path / name for name in ("first", "second")]
    for file in files:
        target = planted("--clean", "--tried", str(file))
        campaign(target, tools=("list_orders", "close_draft"), max_examples=FEW, seed=5)
    assert files[0].read_text() == files[1].read_text()


def test_a_tool_that_is_gone_is_not_called_as_if_it_were_there(tmp_path):
    target = remembering("--broken", "hiding", "--lock", str(tmp_path / "lock"))
    tally = campaign(target, tools=("hide", "hidden"), max_examples=FEW)
    assert [each[:2] for each in told(tally)] == [("tool hide", "read-only")]
