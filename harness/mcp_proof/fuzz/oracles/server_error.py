"""HTTP itself says that the server failed: a status of 500 or above.

Nothing in the protocol answers an input in this way. Tolerated is what says "not now": 502, 503 and
504, as proxies do.
"""

from collections.abc import Iterator, Sequence
from http import HTTPStatus

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.observation import Observation
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.statuses import LATER
from mcp_proof_contracts.transcript import EventKind


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain about a 5xx that says more than "not now"."""
    statuses = [e.data.get("status") for e in seen[-1].events if e.kind is EventKind.HTTP_RESPONSE]
    for status in statuses:
        if (
            isinstance(status, int)
            and status >= HTTPStatus.INTERNAL_SERVER_ERROR
            and status not in LATER
        ):
            yield Complaint(
                oracle="server-error",
                level=Level.MUST,
                detail=str(status),
                message=f"the server failed with HTTP {status}",
                expected="a result, or a refusal that says what is wrong with the input",
                actual=f"HTTP {status}",
            )
            return
