"""What the mock client asks of an era."""

from collections.abc import Mapping
from typing import Protocol

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import Message
from mcp_proof_mocks.client.failure import FailureError


class Era(Protocol):
    """How a conversation begins, what each message carries, and how it goes on."""

    server: JsonObject
    """The server's capabilities, once they are known."""

    async def open(self) -> None:
        """Introduce the client."""
        ...

    def complete(self, method: str, params: JsonObject) -> JsonObject:
        """Return the params of a request with what the era adds to them."""
        ...

    def begun(self, session_id: str) -> None:
        """Hear that HTTP has begun a session."""
        ...

    def headers(self, message: Json) -> Mapping[str, str]:
        """Return the HTTP headers for a message; `None` stands for a GET or a DELETE."""
        ...

    async def result(self, method: str, params: JsonObject, message: Message) -> JsonObject:
        """Return the result of a request, once all is done that it takes."""
        ...

    async def recovers(self, failure: FailureError) -> bool:
        """Do what a failure demands; say whether the request is to be sent again then."""
        ...

    async def cancel(self, request_id: Json) -> None:
        """Say that the answer to a request is no longer waited for."""
        ...
