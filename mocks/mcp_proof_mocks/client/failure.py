"""Why a request of the mock client came to nothing."""

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object


class FailureError(Exception):
    """No result came for a request."""


class RefusedError(FailureError):
    """The server answered with a JSON-RPC error."""

    def __init__(self, error: JsonObject) -> None:
        super().__init__(f"error {error.get('code')}: {error.get('message')}")
        self.code = error.get("code")
        self.data = as_object(error.get("data"))


class LostError(FailureError):
    """The connection, the stream or the process ended before the answer."""


class StatusError(FailureError):
    """HTTP refused the request, and no JSON-RPC error says why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class SilenceError(FailureError):
    """No answer came in time."""


class InvalidError(FailureError):
    """What came is not what may come."""
