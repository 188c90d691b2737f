"""What the mock client asks of a channel, and a channel of the mock client."""

from collections.abc import Mapping
from typing import Protocol

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import Message


class Receiver(Protocol):
    """Who takes what comes on a channel: the mock client."""

    @property
    def revision(self) -> Revision:
        """What it speaks."""
        ...

    def keeps(self, duty: str) -> bool:
        """Whether the client does what the rule `duty` demands."""
        ...

    def received(self, message: Message) -> None:
        """Take one message of the server."""
        ...

    def lost(self, request_id: Json, failure: Exception) -> None:
        """Hear that no answer will come for a request."""
        ...

    def begun(self, session_id: str) -> None:
        """Hear that HTTP has begun a session."""
        ...

    def encoded(self, message: Json) -> bytes:
        """Return a message as it is sent."""
        ...

    def headers(self, message: Json) -> Mapping[str, str]:
        """Return the HTTP headers that the era adds to a message, or to a GET or DELETE."""
        ...


class Channel(Protocol):
    """One connection to the server."""

    ended: bool
    """Whether the server has ended it, so that it has to be opened anew."""

    async def open(self) -> None:
        """Connect."""
        ...

    async def send(self, message: Json) -> None:
        """Send a message; what it brings about goes to the receiver."""
        ...

    async def listen(self) -> None:
        """Hear what the server says unasked, where that takes something."""
        ...

    async def forget(self, request_id: Json) -> None:
        """Wait no longer for the answer to a request."""
        ...

    async def close(self) -> None:
        """Disconnect."""
        ...
