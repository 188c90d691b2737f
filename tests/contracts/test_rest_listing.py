"""`rest-listed-tools-exist`: which errors deny a listed tool, and which are the tool's own."""

import asyncio

import pytest

from mcp_proof.events import VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import target_of
from mcp_proof_contracts.rule import Outcome, Verdict
from mcp_proof_mocks.server import MockServer

RULE = "rest-listed-tools-exist"


def verdict(error: str) -> Verdict:
    """What the rule says of a server whose only tool always fails with this error."""
    tool = {
        "name": "find_contact",
        "annotations": {"readOnlyHint": True},
        "answer": {"error": error},
    }
    target = target_of(MockServer({"dialect": "rest", "tools": [tool]}))

    async def verify() -> Verdict:
        events = Verification(target, VerifyOptions(only=(RULE,), probes=())).events()
        reached = [e.verdict async for e in events if isinstance(e, VerdictReached)]
        return reached[0]

    return asyncio.run(verify())


@pytest.mark.parametrize(
    "error",
    [
        "Tool 'find_contact' not found",
        "Tool 'find_contact' not implemented",
        "tool find_contact does not exist. Did you mean find_contacts?",
        'Unknown tool: "find_contact"',
        "Error: no such tool `find_contact`.",
        "There is no tool named find_contact",
    ],
)
def test_an_error_that_denies_the_tool_itself_is_found(error):
    found = verdict(error)
    assert found.outcome is Outcome.VIOLATED
    assert '"find_contact" is listed' in found.findings[0].message


@pytest.mark.parametrize(
    "error",
    [
        "Contact not found",
        "Tool 'find_contact' failed: contact not found",
        "Tool 'search_contacts' not found",
        "find_contact: no such file",
        "The tool find_contact is not available at the moment",
        "Unknown tool option: find_contact_mode",
    ],
)
def test_any_other_error_is_the_tools_own(error):
    assert verdict(error).outcome is Outcome.UNTESTED
