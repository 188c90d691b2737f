"""Whatever fails is shrunk to the smallest that still does, with few questions."""

import pytest

from mcp_proof.fuzz.case import Case, Step
from mcp_proof.fuzz.operation import OperationKind
from mcp_proof.fuzz.shrink.cases import Shrinker

BIG = 13 * 10**40 + 77


def tree(levels):
    return {"name": "", "children": [tree(levels - 1)]} if levels > 1 else {"name": ""}


def depth(value):
    if not isinstance(value, dict) or "name" not in value:
        return 0
    return 1 + max(map(depth, value.get("children", [])), default=0)


def one(arguments):
    return Case((Step(OperationKind.TOOL, "t", arguments),))


def shrunk(arguments, fails, attempts=400):
    asked = []

    def still_fails(case):
        asked.append(case)
        return fails(case.steps[0].arguments)

    smallest = Shrinker(still_fails, attempts).smallest(one(arguments))
    return smallest.steps[0].arguments, len(asked)


@pytest.mark.parametrize(
    ("arguments", "fails", "smallest"),
    [
        ({"a": 5, "b": "text"}, lambda _: True, {}),
        ({"a": 5, "b": "text"}, lambda a: "b" in a, {"b": ""}),
        ({"n": -77}, lambda a: a.get("n", 0) < 0, {"n": -1}),
        ({"n": 10**9}, lambda a: a.get("n", 0) >= 1234, {"n": 1234}),
        ({"n": BIG}, lambda a: a.get("n", 0) >= 2**63, {"n": 2**63}),
        ({"n": 3.75}, lambda a: isinstance(a.get("n"), float), {"n": 0.0}),
        ({"n": 3.75}, lambda a: a.get("n", 0) > 1, {"n": 2}),
        ({"s": "x" * 70_000}, lambda a: len(a.get("s", "")) >= 5000, {"s": "a" * 5000}),
        ({"s": "hello wörld"}, lambda a: "ö" in a.get("s", ""), {"s": "ö"}),
        ({"s": "HELLO"}, lambda a: len(a.get("s", "")) > 2, {"s": "aaa"}),
        ({"l": [3, 1, 2, 9]}, lambda a: 9 in a.get("l", []), {"l": [9]}),
        ({"l": [[1], {"x": True}]}, lambda a: len(a.get("l", [])) > 1, {"l": [[], {}]}),
        ({"t": tree(48)}, lambda a: depth(a.get("t")) >= 17, {"t": tree(17)}),
        ({"o": {"p": {"q": "deep", "r": 1}}}, lambda a: "'p': {'q" in str(a), {"p": {"q": ""}}),
        (
            {"f": True, "g": True},
            lambda a: a.get("f") is a.get("g") is True,
            {"f": True, "g": True},
        ),
    ],
)
def test_the_smallest_arguments_are_found(arguments, fails, smallest):
    found, asked = shrunk(arguments, fails)
    assert found == smallest
    assert asked < 250


def test_no_case_is_tried_twice_and_no_more_than_allowed():
    asked = []

    def fails(case):
        asked.append(case.text)
        return len(case.steps[0].arguments.get("s", "")) >= 300

    smallest = Shrinker(fails, 5).smallest(one({"s": "x" * 9000}))
    assert len(asked) == len(set(asked)) == 5
    assert len(smallest.steps[0].arguments["s"]) < 9000


def call(name, **arguments):
    return Step(OperationKind.TOOL, name, arguments)


def test_steps_that_are_not_needed_go_and_references_follow_the_others():
    steps = (
        call("noise"),
        call("open"),
        call("noise", x=1),
        call("pin", draft={"$from": [1, "/draft"]}),
        call("close", draft={"$from": [1, "/draft"]}),
    )

    def fails(case):
        return (
            [s.name for s in case.steps if s.name != "noise"] == ["open", "pin", "close"]
            and all(
                case.steps[s.arguments["draft"]["$from"][0]].name == "open"
                for s in case.steps
                if s.name in ("pin", "close") and s.arguments.get("draft")
            )
            and bool(case.steps[-1].arguments.get("draft"))
        )

    smallest = Shrinker(fails, 400).smallest(Case(steps))
    assert [step.name for step in smallest.steps] == ["open", "pin", "close"]
    assert smallest.steps[-1].arguments == {"draft": {"$from": [0, "/draft"]}}


def test_the_same_step_made_twice_is_shrunk_as_one():
    def fails(case):
        return len(case.steps) == 2 and case.steps[0] == case.steps[1]

    twice = Case((call("quote", kilograms=9, note="n"),) * 2)
    assert Shrinker(fails, 100).smallest(twice) == Case((call("quote"),) * 2)
