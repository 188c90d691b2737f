"""REST servers of others: what is wrong in them is named, and nothing else."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from rest_fastapi import careful_app, loose_app, loose_guarded_app, token
from under_uvicorn import under_uvicorn

from mcp_proof.events import PeerFound, VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import UrlTarget
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.rule import Outcome, Verdict

BOUND = 60.0
NO_HEADERS: Mapping[str, str] = {}
FORGOTTEN = {"rest-health-timestamp-fresh", "rest-arguments-checked", "rest-bad-body-refused"}
"""What both loose servers forget."""


def verdicts(
    app: Any, headers: Mapping[str, str] = NO_HEADERS, **options: Any
) -> dict[str, Verdict]:
    async def verify() -> dict[str, Verdict]:
        async with under_uvicorn(app, log_level="critical") as url, asyncio.timeout(BOUND):
            wanted = VerifyOptions(tools=("send_email",), **options)
            events = Verification(UrlTarget(url, headers), wanted).events()
            seen = [event async for event in events]
        assert [e.spoken for e in seen if isinstance(e, PeerFound)] == [Dialect.REST]
        return {e.verdict.rule.id: e.verdict for e in seen if isinstance(e, VerdictReached)}

    return asyncio.run(verify())


def with_token(**claims: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(**claims)}"}


def of(outcome: Outcome, reached: Mapping[str, Verdict]) -> set[str]:
    return {rule_id for rule_id, verdict in reached.items() if verdict.outcome is outcome}


def test_a_careful_server_violates_nothing():
    reached = verdicts(careful_app())
    assert of(Outcome.VIOLATED, reached) == set()
    guarded = {"rest-token-required", "rest-token-verified", "rest-permission-denied"}
    assert of(Outcome.UNTESTED, reached) == guarded | {"rest-refusal-challenged"}


def test_a_careful_guarded_server_keeps_all_there_is():
    reached = verdicts(careful_app(guarded=True), with_token())
    assert of(Outcome.VIOLATED, reached) == set()
    assert of(Outcome.UNTESTED, reached) == set()


def test_what_a_guide_forgets_is_named():
    reached = verdicts(loose_app())
    assert of(Outcome.VIOLATED, reached) == FORGOTTEN | {"rest-rate-limit-kept"}


def test_what_a_guide_to_guarding_forgets_is_named():
    reached = verdicts(loose_guarded_app(), with_token())
    swallowed = {"rest-good-body-served", "rest-rate-limit-429", "rest-refusal-challenged"}
    assert of(Outcome.VIOLATED, reached) == FORGOTTEN | swallowed
    assert of(Outcome.UNTESTED, reached) == {"rest-retry-after"}


def test_a_token_that_is_refused_shows_nothing_of_others():
    reached = verdicts(careful_app(guarded=True), with_token(exp=1), only=("rest-token",))
    assert {verdict.reason for verdict in reached.values()} == {
        "the token that was given is refused too"
    }


@pytest.mark.parametrize("app", [careful_app(guarded=True), loose_guarded_app()])
def test_who_has_no_token_is_told_so_and_learns_nothing_wrong(app):
    reached = verdicts(app, only=("rest-",))
    wrong = of(Outcome.VIOLATED, reached)
    assert wrong <= {"rest-health-timestamp-fresh"}
    for rule_id in ("rest-first-failure-ends", "rest-arguments-checked"):
        assert reached[rule_id].outcome is Outcome.UNTESTED
        assert "--header" in reached[rule_id].reason
    assert reached["rest-good-body-served"].outcome is Outcome.UNTESTED
