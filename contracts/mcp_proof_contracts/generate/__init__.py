"""Makes instances of JSON Schemas: plain, fast, and the same for the same seed."""

from mcp_proof_contracts.generate.generator import generate
from mcp_proof_contracts.generate.ungeneratable import UngeneratableError

__all__ = ["UngeneratableError", "generate"]
