"""Makes instances of JSON Schemas: plain, fast, and the same for the same seed."""

from mcp_proof_mocks.generate.generator import generate
from mcp_proof_mocks.generate.ungeneratable import UngeneratableError

__all__ = ["UngeneratableError", "generate"]
