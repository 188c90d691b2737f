"""Servers that let in whom they should not."""

from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.authorization.deviating import PROTECTED, deviating, with_status

fault(
    "auth-unauthenticated-401",
    http=with_status(403, instead_of=401, presented=False),
    shown_by=PROTECTED,
)
fault(
    "auth-invalid-token-401",
    http=with_status(400, instead_of=401, presented=True),
    shown_by=PROTECTED,
)
fault(
    "auth-every-request-checked",
    contract=deviating(misbehave=("session-trusted",)),
    revision=Revision.R2025_11_25,
    shown_by=PROTECTED,
)
fault("auth-audience-checked", contract=deviating(misbehave=("any-audience",)), shown_by=PROTECTED)
