"""Servers that want different scopes, and tell of them in different ways."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.authorization.protected import HTTP, protect
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.revision import Revision

SINCE = Revision.R2025_11_25


@scenario("auth-scopes-in-metadata", "auth-client-scope-from-prm", since=SINCE, transports=HTTP)
def in_metadata(stage: Stage) -> None:
    """The challenge names no scopes, the resource metadata name two."""
    protect(stage, "scope-not-in-challenge", scopes=["notes:read", "notes:list"])


@scenario("auth-no-scopes", "auth-client-scope-from-prm", since=SINCE, transports=HTTP)
def no_scopes(stage: Stage) -> None:
    """Nobody names any scopes."""
    protect(stage, scopes=[])


@scenario(
    "auth-step-up",
    "auth-client-step-up",
    "auth-client-scope-union",
    since=SINCE,
    transports=HTTP,
)
def step_up(stage: Stage) -> None:
    """The call takes another scope than the list."""
    protect(stage, tools={"echo": ["notes:write"]})


@scenario("auth-never-enough", "auth-client-retry-limit", since=SINCE, transports=HTTP)
def never_enough(stage: Stage) -> None:
    """The call is refused for want of a scope, whatever was granted."""
    protect(stage, misbehave=("scopes-never-suffice",))
