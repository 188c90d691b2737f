"""Servers that do not mind what a token allows, or give it away."""

from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.authorization.deviating import PROTECTED, deviating, with_status

fault("auth-insufficient-403", http=with_status(400, instead_of=403), shown_by=PROTECTED)
fault("auth-scope-hierarchy", contract=deviating(misbehave=("scopes-literal",)), shown_by=PROTECTED)
fault("auth-no-token-passthrough", shown_by=PROTECTED)
