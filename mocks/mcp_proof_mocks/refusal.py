"""How the mock says no: a JSON-RPC error, with the HTTP status that goes with it."""

from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
INVALID_PARAMS: Final = -32602
RESOURCE_NOT_FOUND: Final = -32002
HEADER_MISMATCH: Final = -32020
MISSING_CAPABILITY: Final = -32021
UNSUPPORTED_VERSION: Final = -32022


class RefusalError(Exception):
    """A request that is answered with an error."""

    def __init__(self, code: int, message: str, *, data: Json = None, status: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.data = data
        self.status = status

    @property
    def error(self) -> JsonObject:
        """The JSON-RPC error object."""
        error: dict[str, Json] = {"code": self.code, "message": str(self)}
        if self.data is not None:
            error["data"] = self.data
        return error
