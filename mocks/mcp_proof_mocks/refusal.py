"""How the mock says no: a JSON-RPC error, with the HTTP status that goes with it."""

from mcp_proof_contracts.json_value import Json, JsonObject


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
