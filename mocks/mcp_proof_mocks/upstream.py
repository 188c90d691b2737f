"""The real server behind a mock, as far as the mock needs it; who connects it is the harness's."""

from typing import Protocol

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision


class Relay(Protocol):
    """A client that waits for an answer of the real server."""

    @property
    def token(self) -> Json:
        """The progress token that stands for the client's own."""
        ...

    def takes(self, request: JsonObject) -> bool:
        """Whether the client has declared what it takes to answer this request of a server."""
        ...

    def notify(self, method: str, params: JsonObject) -> None:
        """Tell the client what the real server tells on the way to its answer."""
        ...

    async def ask(self, request: JsonObject) -> JsonObject:
        """Return the client's result for a request of the real server.

        Raises:
            RefusalError: the client refuses, or has not declared what it takes.
        """
        ...


class Upstream(Protocol):
    """A connected server."""

    @property
    def revision(self) -> Revision:
        """What is spoken with it."""
        ...

    @property
    def introduction(self) -> JsonObject:
        """Its `initialize` or `server/discover` result."""
        ...

    async def request(
        self, method: str, params: JsonObject, relay: Relay | None = None
    ) -> JsonObject:
        """Return the result of a request; its cancellation is told to the server.

        Raises:
            RefusalError: the server's own error, or -32603 when it does not answer.
        """
        ...
