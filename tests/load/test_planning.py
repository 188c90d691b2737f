"""What is said of a plan before it is carried out: all that makes a load another one."""

from dataclasses import replace

import pytest

from mcp_proof_load.options import LoadOptions
from mcp_proof_load.plan import Operation, Plan, TimedCall
from mcp_proof_load.planning import plan_of, planned
from mcp_proof_load.profiles import profile_named

SURVEYED = Plan(
    client="rest",
    place={},
    speech={},
    operations=(Operation(name="echo", weight=2, arguments=()),),
    user_kinds={"caller": 1},
    connections=4,
)
OPTIONS = LoadOptions(profile=profile_named("steady"), users=3, duration=10.0, warm_up=2.0)


def told(surveyed=SURVEYED, **options):
    asked = replace(OPTIONS, **options)
    return planned(plan_of(surveyed, asked, ()), asked, ())


def test_what_is_asked_for_and_what_suits_the_server_is_told():
    now = told(think="0.5")
    assert (now.think, now.connections, now.recording, now.speed) == ("0.5", 4, "", 1.0)
    assert (now.operations, now.user_kinds) == ({"echo": 2}, {"caller": 1})
    assert told(connections=1).connections == 1


@pytest.mark.parametrize(("rate", "arrivals"), [(None, ""), (5.0, "poisson")])
def test_only_the_open_model_has_arrivals(rate, arrivals):
    assert told(rate=rate, arrivals="poisson").arrivals == arrivals


def recorded(*times, name="echo", **arguments):
    calls = [TimedCall(at=at, name=name, arguments=arguments) for at in times]
    return replace(SURVEYED, recorded=tuple(calls), speed=2.0)


def test_recordings_are_told_apart_by_times_and_tools_and_not_by_what_may_be_secret():
    one = told(recorded(0.0, 0.5)).recording
    assert one == told(recorded(0.0, 0.5, token="hush")).recording != ""
    assert len({one, told(recorded(0.0, 0.6)).recording, told(recorded(0.0)).recording}) == 3
    assert one != told(recorded(0.0, 0.5, name="add")).recording
    assert told(recorded(0.0)).speed == 2.0


@pytest.mark.parametrize(
    ("speech", "check", "said"),
    [
        ({"revision": "2026-07-28"}, 0.01, ()),
        ({}, 0.01, ("rule: the rules judge single exchanges of MCP alone",)),
        ({}, 0.0, ()),  # reports say themselves that none is kept
    ],
)
def test_rules_that_cannot_see_a_dialect_are_told_as_not_judged(speech, check, said):
    operation = Operation(name="echo", weight=1, arguments=({},))
    plan = Plan(
        client="rest", place={"url": ""}, speech=speech, operations=(operation,), check=check
    )
    assert planned(plan, OPTIONS, ()).untested == said
