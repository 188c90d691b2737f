"""Authorization of the mock: keys, tokens, and an OAuth 2.1 authorization server."""

from mcp_proof_mocks.authorization.authorization import Authorization
from mcp_proof_mocks.missing_extra import MissingExtraError

__all__ = ["Authorization", "MissingExtraError"]
