"""Authorization as 2025-03-26 has it: the authorization server is at the MCP server's origin."""

from typing import Final

from mcp_proof_contracts.authorization_metadata import SERVER
from mcp_proof_contracts.authorization_steps import AUTHORIZATION, SERVED, SERVER_METADATA, steps
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Kept, Observations, rule
from mcp_proof_contracts.rules.client.authorization.findings import NO_STEP, finding, shown

ONLY: Final = Revision.R2025_03_26
DEFAULTS: Final = {"authorization": "/authorize", "token": "/token", "registration": "/register"}


@rule(
    "auth-client-2503-base-url",
    "MUST",
    "authorization#authorization-base-url",
    side="client",
    since=ONLY,
    until=ONLY,
    transport="http",
    otherwise=NO_STEP,
)
def base_url(read: Reading) -> Observations:
    """The authorization server's metadata are looked for at the root of the MCP server's origin.

    The path of the MCP endpoint is discarded. Looked at: the places that are asked for metadata;
    one that later revisions have may be asked, too.
    """
    asked = steps(read, SERVER_METADATA)
    right = [step for step in asked if step.path == SERVER]
    if right:
        yield Kept(right[0].event)
    elif asked and (steps(read, *SERVED) or ended_by_itself(read)):
        yield finding(
            asked[0],
            message="the metadata were not looked for at the root of the origin",
            expected=f"GET {SERVER}",
            actual=", ".join(shown(step) for step in asked[:3]),
        )


@rule(
    "auth-client-2503-default-paths",
    "MUST",
    "authorization#fallbacks-for-servers-without-metadata-discovery",
    side="client",
    since=ONLY,
    until=ONLY,
    transport="http",
    otherwise=f"the authorization server had metadata, or {NO_STEP}",
)
def default_paths(read: Reading) -> Observations:
    """Without metadata the default paths of the authorization server are used.

    Looked at: clients that found no metadata, and where they register, ask for a code and for a
    token; or that they do nothing of it, and come to their own end.
    """
    asked = steps(read, SERVER_METADATA)
    if not asked or any(step.found for step in asked):
        return
    for step in steps(read, *SERVED):
        if step.path == DEFAULTS[step.kind]:
            yield Kept(step.event)
        else:
            yield finding(
                step,
                message="without metadata another path than the default one was used",
                expected=DEFAULTS[step.kind],
                actual=shown(step),
            )
    if not steps(read, *SERVED) and ended_by_itself(read):
        yield finding(
            asked[-1],
            message="the client found no metadata, and did not try the default paths",
            expected=f"a request for {DEFAULTS[AUTHORIZATION]}",
            actual="no further step",
        )
