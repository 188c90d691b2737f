"""Authorization servers that send the user back with something wrong, or without something."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.authorization.protected import HTTP, protect
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.revision import Revision

SINCE = Revision.R2026_07_28


@scenario("auth-state-wrong", "auth-client-state", since=Revision.R2025_06_18, transports=HTTP)
def state_wrong(stage: Stage) -> None:
    """The redirect has another state than the request."""
    protect(stage, misbehave=("state-wrong",))


@scenario("auth-iss-wrong", "auth-client-iss-compare", since=SINCE, transports=HTTP)
def iss_wrong(stage: Stage) -> None:
    """The redirect comes from another issuer, and `iss` is advertised."""
    protect(stage, misbehave=("iss-wrong",))


@scenario("auth-iss-unadvertised", "auth-client-iss-compare", since=SINCE, transports=HTTP)
def iss_unadvertised(stage: Stage) -> None:
    """The redirect comes from another issuer, and `iss` is not advertised."""
    protect(stage, misbehave=("iss-unadvertised",))


@scenario("auth-iss-missing", "auth-client-iss-missing", since=SINCE, transports=HTTP)
def iss_missing(stage: Stage) -> None:
    """The redirect has no `iss`, which is advertised."""
    protect(stage, misbehave=("iss-missing",))


@scenario("auth-iss-not-advertised", "auth-client-iss-not-required", since=SINCE, transports=HTTP)
def no_iss(stage: Stage) -> None:
    """The redirect has no `iss`, and none is advertised."""
    protect(stage, "no-iss")


@scenario("auth-iss-equivalent", "auth-client-iss-no-normalization", since=SINCE, transports=HTTP)
def iss_equivalent(stage: Stage) -> None:
    """The redirect's `iss` is the issuer but for the case of its letters."""
    protect(stage, misbehave=("iss-equivalent",))
