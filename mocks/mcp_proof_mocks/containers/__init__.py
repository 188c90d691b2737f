"""Servers in containers, by testcontainers; needs the extra `containers`."""

from mcp_proof_mocks.missing_extra import MissingExtraError

try:
    from mcp_proof_mocks.containers.http_container import ContainerFailedError, HttpContainer
    from mcp_proof_mocks.containers.mock_server_container import MockServerContainer
except ModuleNotFoundError as error:
    raise MissingExtraError(
        f"containers need testcontainers ({error}): pip install 'mcp-proof[containers]'"
    ) from error

__all__ = ["ContainerFailedError", "HttpContainer", "MockServerContainer"]
