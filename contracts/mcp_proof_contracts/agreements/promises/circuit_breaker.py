"""C3: a server that fails all the time is left alone for a while."""

from collections.abc import Iterator
from typing import NamedTuple

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import Call, by_server, calls
from mcp_proof_contracts.client_run import told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations

EARLY = 0.9
"""The part of the recovery time before which a call is too early: clocks differ a little."""
LATE = 1.1
"""The part of it after which a call has to be let through."""


class Opened(NamedTuple):
    """A breaker that has to be open."""

    server: str
    at: float
    failures: list[Call]


@promised("client-breaker-opens", "circuit_breaker", "the breaker never had to open")
def opens(read: Reading, terms: Terms) -> Observations:
    """After so many failures in a row a server gets no calls until the recovery time is over.

    A caller that goes on waits for nothing each time, and keeps the server from recovering. Looked
    at: calls to a server of which the last ones have all failed for a while, as many as agreed;
    those that were under way by then do not count. Where retries are promised too, a failure is a
    call of which all tries have failed. It is kept where the client's user was told of further
    calls meanwhile, which the server did not get.
    """
    recovery = terms.seconds("recovery_ms")
    for opened in _opened(read, terms):
        until = opened.at + recovery * EARLY
        for call in calls(read):
            if call.server == opened.server and opened.at < call.began < until:
                after = (call.began - opened.at) * 1000
                yield Finding(
                    message=f"{call.tool} was called {after:.0f} ms after "
                    f"{len(opened.failures)} failures in a row",
                    expected=f"no call for {terms.count('recovery_ms')} ms",
                    actual="a call",
                    events=(*(each.event for each in opened.failures), call.event),
                )
        for outcome in told(read, "call"):
            if opened.at < outcome.event.at < until:
                yield Kept(outcome.event)


@promised("client-breaker-recovers", "circuit_breaker", "no call was due after the recovery time")
def recovers(read: Reading, terms: Terms) -> Observations:
    """Once the recovery time is over, a call is let through to see whether the server is well.

    A breaker that stays open has made a short failure a long one. Looked at: the first call that
    the client's user was told of after that time, and whether the server got any by then. One that
    was let through and failed may open the breaker again.
    """
    for opened in _opened(read, terms):
        due = opened.at + terms.seconds("recovery_ms") * LATE
        later = [outcome for outcome in told(read, "call") if outcome.event.at > due]
        after = opened.at + terms.seconds("recovery_ms") * EARLY
        got = [c for c in calls(read) if c.server == opened.server and c.began > after]
        if got:
            yield Kept(got[0].event)
        elif len(later) > 1:  # the first of them may have been decided on before
            yield Finding(
                message="the server was not tried again after the recovery time",
                expected=f"a call {terms.count('recovery_ms')} ms after the last failure",
                actual="none",
                events=(opened.failures[-1].event, later[-1].event),
            )


def _opened(read: Reading, terms: Terms) -> Iterator[Opened]:
    """Yield, for each server, when its breaker has to open first."""
    threshold = terms.count("threshold")
    last = {call.key: call for call in calls(read)}
    retries = terms.beside("retry") is not None
    for server, made in by_server(calls(read)).items():
        row: list[Call] = []
        for call in made:
            if retries and call is not last[call.key]:
                continue  # the breaker may be around the retries
            row = [*row, call] if call.transient and call.ended is not None else []
            if len(row) == threshold:
                yield Opened(server, max(each.ended or 0.0 for each in row), row)
                break
