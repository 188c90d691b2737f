"""A real resource server, the Python SDK's: what is found of its authorization, and no more."""

import asyncio

import pytest
from real_servers import BOUND, INSTALLED, served

from mcp_proof.events import VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import UrlTarget
from mcp_proof_contracts.contract_verify import VerifyContract
from mcp_proof_contracts.occasion import Occasion
from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.rule import Outcome, registry

pytestmark = INSTALLED
TOKENS = {
    "little_scope": "little-token",
    "broad_scope": "good-token",
    "other_audience": "foreign-token",
    "expired": "expired-token",
}
NO_SCOPE = {"auth-www-authenticate-scope", "auth-insufficient-scope-challenge"}
"""Scope Selection Strategy and Runtime Insufficient Scope Errors, from 2025-11-25 on: the SDK names
no `scope` in its challenges, though its metadata have `scopes_supported`."""
UNSEEN = {"auth-no-token-passthrough", "auth-scope-hierarchy", "auth-2503-metadata-or-defaults"}
"""It fetches nothing, demands each scope by its name, and leaves tokens to another server."""
AREA = [rule for rule in registry if rule.area == "authorization"]


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_only_its_challenges_lack_something(revision, monkeypatch):
    for name, token in TOKENS.items():
        monkeypatch.setenv(name.upper(), token)
    outcomes = verified(revision)
    named = NO_SCOPE if revision >= Revision.R2025_11_25 else set()
    assert {rule for rule, outcome in outcomes.items() if outcome is Outcome.VIOLATED} == named
    untested = {rule for rule, outcome in outcomes.items() if outcome is Outcome.UNTESTED}
    assert untested <= UNSEEN


def verified(revision: Revision) -> dict[str, Outcome]:
    scoped = Occasion("tools/call", {"name": "echo", "arguments": {"message": "x"}})
    hints = VerifyContract(
        occasions={"scoped": (scoped,)}, tokens={name: name.upper() for name in TOKENS}
    )
    only = tuple(rule.id for rule in AREA if rule.holds_for(revision))
    options = VerifyOptions(revision=revision, only=only, hints=hints)

    async def run(url: str) -> dict[str, Outcome]:
        target = UrlTarget(url, {"Authorization": "Bearer good-token"})
        async with asyncio.timeout(BOUND):
            return {
                event.verdict.rule.id: event.verdict.outcome
                async for event in Verification(target, options).events()
                if isinstance(event, VerdictReached)
            }

    with served("sdk-protected") as url:
        return asyncio.run(run(url))
