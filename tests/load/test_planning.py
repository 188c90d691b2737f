"""What is said of a plan before it is carried out."""

import pytest

from mcp_proof_load.options import LoadOptions
from mcp_proof_load.plan import Operation, Plan
from mcp_proof_load.planning import planned
from mcp_proof_load.profiles import profile_named

OPTIONS = LoadOptions(profile=profile_named("smoke"), users=2, duration=1, warm_up=0)


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
