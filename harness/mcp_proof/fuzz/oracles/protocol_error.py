"""A failure of the tool goes to the client as an error of the protocol, where no model reads it.

Schema, CallToolResult.isError: errors that originate from the tool SHOULD be reported inside the
result; looked at are internal errors (-32603) that answer a good input. Up to 2025-06-18 invalid
arguments are listed as protocol errors; from 2025-11-25 input validation is a tool execution error
too (server/tools, Error Handling), without a keyword, so that -32602 is advice there. Tolerated is
every other code, and all codes outside of tools.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.generation import Validity
from mcp_proof.fuzz.observation import Observation
from mcp_proof.fuzz.operation import OperationKind
from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_PARAMS
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Level

EXPECTED: Final = 'a result with `"isError": true`, which the model can read'


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain about JSON-RPC errors that answer calls of a listed tool."""
    last = seen[-1]
    failure, spoken = last.outcome.failure, last.spoken
    if last.operation.kind is not OperationKind.TOOL or not isinstance(spoken, Revision):
        return
    silent = last.provoked or last.operation.unsteady
    if failure is None or failure.code is None or silent:
        return
    if failure.code == INVALID_PARAMS and spoken >= Revision.R2025_11_25:
        yield Complaint(
            oracle="protocol-error",
            level=Level.ADVICE,
            detail=str(failure.code),
            message="a refused input is answered with an error of the protocol",
            expected=EXPECTED,
            actual=f"error {failure.code}: {failure.text}",
        )
    elif failure.code == INTERNAL_ERROR and last.validity is Validity.VALID:
        yield Complaint(
            oracle="protocol-error",
            level=Level.SHOULD,
            detail=str(failure.code),
            message="the tool's own failure is answered with an error of the protocol",
            expected=EXPECTED,
            actual=f"error {failure.code}: {failure.text}",
        )
