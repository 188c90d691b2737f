"""Whatever is behind the URL: a verdict or a clear error, in time, and nothing is left behind."""

import time
from collections import Counter

import pytest
from hostile_http import PEERS, TALKATIVE, late
from tcp_server import Peer, alone, serving

from mcp_proof.errors import PeerError
from mcp_proof.events import RunFinished, VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import UrlTarget
from mcp_proof.transports.http_client import MANY_EVENTS
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Transcript

TIMEOUT = 0.3
INTRODUCTION_BOUND = 20.0
"""Seconds within which a server that never introduces itself is given up."""
RUN_BOUND = 60.0
MOST_EVENTS = 2 * (MANY_EVENTS + 5_000)
"""How much of one session is kept: a flood ends after so many events, each of which is a message
too, and the streams that come after it end after few."""


async def verdicts(
    hostile: Peer, revision: Revision | None, only: tuple[str, ...]
) -> tuple[dict[str, Outcome], Transcript]:
    async with serving(hostile) as url:
        options = VerifyOptions(revision=revision, only=only, timeout=TIMEOUT)
        events = [event async for event in Verification(UrlTarget(url), options).events()]
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    reached = [event.verdict for event in events if isinstance(event, VerdictReached)]
    return {verdict.rule.id: verdict.outcome for verdict in reached}, finished.transcript


def verify(
    hostile: Peer, revision: Revision | None = None, only: tuple[str, ...] = ()
) -> tuple[dict[str, Outcome], Transcript]:
    """Verify a hostile server."""
    return alone(verdicts(hostile, revision, only))


@pytest.mark.parametrize("name", sorted(PEERS))
def test_a_server_that_never_introduces_itself_is_reported_in_time(name: str) -> None:
    started = time.monotonic()
    with pytest.raises(PeerError, match="did not answer") as raised:
        verify(PEERS[name])
    assert time.monotonic() - started < INTRODUCTION_BOUND
    assert raised.value.exit_code == 3


def test_a_redirect_is_not_followed_but_told() -> None:
    with pytest.raises(PeerError, match="it redirects to /elsewhere"):
        verify(PEERS["redirects"], Revision.R2026_07_28)


def test_what_a_server_says_instead_of_an_answer_is_quoted() -> None:
    with pytest.raises(PeerError, match="<html>Oops</html>"):
        verify(PEERS["fails_with_html"], Revision.R2025_11_25)


@pytest.mark.parametrize("name", sorted(TALKATIVE))
def test_a_server_that_mislabels_its_answers_is_judged(name: str) -> None:
    outcomes, _ = verify(TALKATIVE[name])
    assert outcomes["h26-post-endpoint"] is Outcome.PASSED
    assert outcomes["h26-x-accel-buffering"] is Outcome.UNTESTED


@pytest.mark.parametrize("name", sorted(PEERS))
def test_a_server_that_turns_hostile_is_judged(name: str) -> None:
    started = time.monotonic()
    outcomes, transcript = verify(late(PEERS[name]), Revision.R2026_07_28, ("h26-server-",))
    assert time.monotonic() - started < RUN_BOUND
    assert outcomes["h26-server-name-header-mismatch"] is Outcome.UNTESTED
    assert max(Counter(event.session for event in transcript.events).values()) < MOST_EVENTS
