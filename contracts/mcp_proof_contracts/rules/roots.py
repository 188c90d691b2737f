"""Client features, Roots: who may be asked for them."""

from typing import Final

from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Observations, rule
from mcp_proof_contracts.rules.undeclared import only_if_declared

PAGE: Final = "client/roots#capabilities"


@rule(
    "roots-server-only-if-declared",
    "MUST NOT",
    PAGE,
    must_since=Revision.R2025_06_18,
    probes=("undeclared",),
    otherwise=needs("roots"),
)
def roots_only_if_declared(read: Reading) -> Observations:
    """A server asks for roots only where the client declared `roots`.

    A client without roots can only fail the request, and what led to it with it. Looked at:
    requests known to ask for roots, from a client that declares nothing; and every other
    question for roots beside what the client had declared.
    Until 2025-11-25 the duty stands under Lifecycle, Operation, and since then under Multi
    Round-Trip Requests.
    """
    yield from only_if_declared(read, "roots/list", "roots")
