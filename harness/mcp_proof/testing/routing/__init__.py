"""The requests of httpx and httpx2 clients in this process, led to mocks without a socket."""

from mcp_proof.testing.routing.router import McpRouter

__all__ = ["McpRouter"]
