"""Servers that turn clients away without telling them what they need."""

from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.authorization.deviating import PROTECTED, deviating, without_challenge

fault(
    "auth-www-authenticate-metadata",
    contract=deviating(variants=("metadata-not-in-challenge",)),
    revision=Revision.R2025_06_18,
    shown_by=PROTECTED,
)
fault(
    "auth-www-authenticate-scope",
    contract=deviating(variants=("scope-not-in-challenge",)),
    shown_by=PROTECTED,
)
fault("auth-insufficient-scope-challenge", http=without_challenge(403), shown_by=PROTECTED)
fault(
    "auth-no-offline-access",
    contract=deviating(misbehave=("offline-access-challenged",)),
    shown_by=PROTECTED,
)
