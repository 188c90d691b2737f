"""Authorization: which scopes clients ask for."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.authorization_steps import (
    AUTHORIZATION,
    REQUEST,
    RESOURCE_METADATA,
    TOKEN,
    Step,
    after,
    before,
    refused,
    steps,
)
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Kept, Observations, rule
from mcp_proof_contracts.rules.client.authorization.findings import (
    NO_STEP,
    finding,
    server_before,
)
from mcp_proof_contracts.wire import as_list

STRATEGY: Final = "authorization/scopes#scope-selection-strategy"
STEP_UP: Final = "authorization/scopes#step-up-authorization-flow"
FEW: Final = 10
"""Authorizations for one operation that are still a few."""
BESIDES: Final = frozenset({"offline_access", "openid"})
"""Scopes that have nothing to do with the resource."""
NO_DEMAND: Final = "no request was refused with insufficient_scope and the scopes that it takes"


@rule(
    "auth-client-scope-from-challenge",
    "SHOULD",
    STRATEGY,
    side="client",
    since=Revision.R2025_11_25,
    transport="http",
    otherwise=f"no challenge named scopes, or {NO_STEP}",
)
def scope_from_challenge(read: Reading) -> Observations:
    """The scopes of the first challenge are asked for.

    They are what the request takes; without them the next attempt fails as well. Looked at: the
    first authorization request after a 401 with `scope`. That it asks for more is not looked at.
    """
    for challenged, asked in _first_asked(read):
        wanted = _demanded(challenged)
        if not wanted:
            continue
        if set(wanted) <= set(asked.scopes()):
            yield Kept(asked.event)
        else:
            yield finding(
                challenged,
                asked,
                message="the authorization request leaves out scopes of the challenge",
                expected=f"scope={' '.join(wanted)}",
                actual=_shown(asked),
            )


@rule(
    "auth-client-scope-from-prm",
    "SHOULD",
    STRATEGY,
    side="client",
    since=Revision.R2025_11_25,
    transport="http",
    otherwise=f"the challenge named scopes, no resource metadata were found, or {NO_STEP}",
)
def scope_from_prm(read: Reading) -> Observations:
    """Where the challenge has no scope, all of the resource metadata are asked for, or none.

    They are the least that the server's functions take; where it names none, whatever a client
    makes up may be refused. Looked at: the first authorization request after a 401 without `scope`.
    Scopes that the authorization server lists, or that are about no resource, are no invention.
    """
    for challenged, asked in _first_asked(read):
        found = [each for each in steps(read, RESOURCE_METADATA) if each.found]
        described = next(reversed(list(before(asked, found))), None)
        if _demanded(challenged) or described is None:
            continue
        listed = [str(scope) for scope in as_list(described.answer.get("scopes_supported"))]
        server = server_before(read, asked)
        known = as_list(server.answer.get("scopes_supported") if server is not None else None)
        invented = set(asked.scopes()) - BESIDES - set(map(str, known))
        if set(listed) <= set(asked.scopes()) and (listed or not invented):
            yield Kept(asked.event)
        else:
            yield finding(
                challenged,
                described,
                asked,
                message="the scopes asked for are not those of the resource metadata",
                expected=f"scope={' '.join(listed)}" if listed else "no scope",
                actual=_shown(asked),
            )


@rule(
    "auth-client-step-up",
    "SHOULD",
    STEP_UP,
    side="client",
    since=Revision.R2025_11_25,
    transport="http",
    otherwise=NO_DEMAND,
)
def step_up(read: Reading) -> Observations:
    """A client that acts for a user and lacks a scope asks the user for it.

    Otherwise nothing can be done that takes more than the first scopes. Looked at: the first 403
    with `insufficient_scope` and `scope` for each operation, after an authorization request, and
    the authorization request that comes next; that none comes is told of clients that ended.
    """
    for refusal in _first_refusals(read):
        wanted = _demanded(refusal)
        asked = next(after(refusal, steps(read, AUTHORIZATION)), None)
        message = "the scopes that were lacking were not asked for"
        expected = f"an authorization request with {' '.join(wanted)}"
        if asked is not None and set(wanted) <= set(asked.scopes()):
            yield Kept(asked.event)
        elif asked is not None:
            actual = _shown(asked)
            yield finding(refusal, asked, message=message, expected=expected, actual=actual)
        elif ended_by_itself(read):
            refreshed = any(after(refusal, steps(read, TOKEN)))
            actual = "a refreshed token, with the scopes as before" if refreshed else "none"
            yield finding(refusal, message=message, expected=expected, actual=actual)


@rule(
    "auth-client-scope-union",
    "SHOULD",
    STEP_UP,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise=NO_DEMAND,
)
def scope_union(read: Reading) -> Observations:
    """A client that asks for further scopes asks for those before again.

    The new token takes the old one's place: what it lacks is lost, and the next operation fails.
    Looked at: the authorization request after the first 403 with `insufficient_scope` for each
    operation, where the challenge does not name all that was asked for before.
    """
    for refusal in _first_refusals(read):
        earlier = list(before(refusal, steps(read, AUTHORIZATION)))[-1]
        asked = next(after(refusal, steps(read, AUTHORIZATION)), None)
        kept = [scope for scope in earlier.scopes() if scope not in _demanded(refusal)]
        if asked is None or not kept:
            continue
        if set(kept) <= set(asked.scopes()):
            yield Kept(asked.event)
        else:
            yield finding(
                earlier,
                refusal,
                asked,
                message="scopes that were asked for before were dropped",
                expected=f"scope={' '.join([*earlier.scopes(), *_demanded(refusal)])}",
                actual=_shown(asked),
            )


@rule(
    "auth-client-retry-limit",
    "SHOULD",
    STEP_UP,
    side="client",
    since=Revision.R2025_11_25,
    transport="http",
    otherwise=f"{NO_DEMAND}, or a further scope helped",
)
def retry_limit(read: Reading) -> Observations:
    """An operation that is refused whatever its scopes is given up after a few authorizations.

    Each of them may ask the user anew. Looked at: operations that never get through after their
    first 403 with `insufficient_scope`, and how often the client asks for authorization meanwhile:
    up to ten times are taken for a few.
    """
    for refusal in _first_refusals(read):
        later = [each for each in after(refusal, steps(read, REQUEST)) if _same(each, refusal)]
        if any(each.status != HTTPStatus.FORBIDDEN for each in later):
            continue
        asked = list(after(refusal, steps(read, AUTHORIZATION)))
        if len(asked) > FEW:
            yield finding(
                refusal,
                *asked[:FEW],
                message="the client asks for authorization again and again",
                expected=f"at most a few authorizations (not more than {FEW})",
                actual=f"{len(asked)}",
            )
        elif asked and later and ended_by_itself(read):
            yield Kept(asked[-1].event)


def _first_asked(read: Reading) -> Iterator[tuple[Step, Step]]:
    """Yield the first 401 and the first authorization request, where both are there."""
    challenged = next((step for step in steps(read, REQUEST) if refused(step)), None)
    if challenged is not None and challenged.challenge and not challenged.token:
        asked = next(after(challenged, steps(read, AUTHORIZATION)), None)
        if asked is not None:
            yield challenged, asked


def _first_refusals(read: Reading) -> Iterator[Step]:
    """Yield the first refusal of each operation for want of a scope, after an authorization."""
    seen: set[tuple[str, str]] = set()
    for step in steps(read, REQUEST):
        wants = step.challenge.get("error") == "insufficient_scope" and _demanded(step)
        operation = (step.text("message"), step.text("tool"))
        if step.status != HTTPStatus.FORBIDDEN or not wants or operation in seen:
            continue
        seen.add(operation)
        if any(before(step, steps(read, AUTHORIZATION))):
            yield step


def _demanded(step: Step) -> list[str]:
    return str(step.challenge.get("scope") or "").split()


def _same(one: Step, other: Step) -> bool:
    return all(one.text(name) == other.text(name) for name in ("message", "tool"))


def _shown(asked: Step) -> str:
    return f"scope={asked.parameter('scope')}" if asked.scopes() else "no scope"
