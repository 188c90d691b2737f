"""Verify says of a ContextFrame server under uvicorn what is wrong with it, and nothing else."""

from contextframe_uvicorn import TOOLS, careful, guide
from starlette.applications import Starlette
from tcp_server import alone
from under_uvicorn import under_uvicorn

from mcp_proof.events import PeerFound, VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import UrlTarget
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.rule import Outcome, Verdict

WEAK_SPOTS = {
    "rpc-parse-error",
    "rpc-invalid-request",
    "rpc-invalid-params",
    "rpc-method-not-found",
    "rpc-unknown-tool-error",
    "rpc-arguments-checked",
    "contextframe-pages-distinct",
    "contextframe-page-beyond-end-empty",
    "contextframe-filter-kept",
    "contextframe-bad-filter-refused",
    "contextframe-search-type-refused",
    "contextframe-bounds-checked",
    "contextframe-content-left-out",
    "contextframe-changes-of-resource",
    "contextframe-changes-filtered",
    "contextframe-progress-ends",
}
"""What the guide's own mock gets wrong, once it is put behind HTTP."""
TOKEN = "a-token"


def verdicts(
    application: Starlette, token: str = "", dialect: Dialect | None = None
) -> tuple[Dialect, dict[str, Verdict]]:
    """Verify an application under uvicorn, all of whose tools may be called."""

    async def verify() -> tuple[Dialect, dict[str, Verdict]]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        options = VerifyOptions(tools=TOOLS, timeout=5, dialect=dialect)
        async with under_uvicorn(application) as url:
            run = Verification(UrlTarget(url, headers=headers), options)
            events = [event async for event in run.events()]
        assert run.faults == []
        [found] = [event.spoken for event in events if isinstance(event, PeerFound)]
        reached = [event.verdict for event in events if isinstance(event, VerdictReached)]
        return Dialect(found), {verdict.rule.id: verdict for verdict in reached}

    return alone(verify())


def named(outcome: Outcome, reached: dict[str, Verdict]) -> set[str]:
    return {name for name, verdict in reached.items() if verdict.outcome is outcome}


def test_a_careful_server_keeps_every_rule() -> None:
    spoken, reached = verdicts(careful())
    assert spoken is Dialect.CONTEXTFRAME
    assert named(Outcome.VIOLATED, reached) == set()
    assert named(Outcome.UNTESTED, reached) == {"contextframe-unauthorized-401"}


def test_a_careful_server_with_a_token_keeps_every_rule() -> None:
    _, reached = verdicts(careful(TOKEN), TOKEN, Dialect.CONTEXTFRAME)
    assert named(Outcome.VIOLATED, reached) == set()
    assert named(Outcome.UNTESTED, reached) == set()


def test_the_server_of_the_guide_has_its_weak_spots_named() -> None:
    spoken, reached = verdicts(guide())
    assert spoken is Dialect.CONTEXTFRAME
    assert named(Outcome.VIOLATED, reached) == WEAK_SPOTS
