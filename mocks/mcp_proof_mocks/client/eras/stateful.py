"""The stateful era: a handshake first, then a session."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.needed_capabilities import declares, needed_for
from mcp_proof_contracts.revision import STATEFUL, UNPUBLISHED, Revision, published
from mcp_proof_contracts.wire import Message, as_object
from mcp_proof_mocks.client.cancelling import cancelled
from mcp_proof_mocks.client.failure import FailureError, InvalidError, StatusError
from mcp_proof_mocks.client.introduction import annotated, introduced

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

OWN_RULES: Final = {
    "logging/setLevel": "logging-client-setlevel-only-declared",
    "resources/subscribe": "resources-subscribe-needs-capability",
}
"""The methods that a rule of their own forbids where the server has not declared them."""


class StatefulEra:
    """One session."""

    def __init__(self, client: "MockClient", offer: Revision | None = None) -> None:
        self._client = client
        self._offer = offer or client.revision
        self._speaks = {self._offer} if offer is None else set(STATEFUL)
        """What it agrees to: who was asked for one revision speaks no other."""
        self.agreed: Revision | None = None
        """Set by the result of `initialize`."""
        self.server: JsonObject = {}
        """The server's capabilities."""
        self._session = ""

    async def open(self) -> None:
        """Shake hands (lifecycle, Initialization).

        Raises:
            InvalidError: the server speaks no version that this client does.
        """
        client = self._client
        self.agreed, self._session = None, ""
        if not client.keeps("init-first-message"):
            await client.attempt("tools/list")
        known = client.keeps("init-client-version-published")
        version: JsonObject = {"protocolVersion": self._offer if known else UNPUBLISHED}
        opening = client.request("initialize", {**version, **introduced(client)})
        if client.keeps("init-client-quiet-before-result"):
            result = await opening
        else:
            result, _ = await asyncio.gather(opening, client.attempt("tools/list"))
        self.agreed = self._agreement(result.get("protocolVersion"))
        self.server = as_object(result.get("capabilities"))
        if client.keeps("init-initialized-notification"):
            await client.notify("notifications/initialized")
        await client.channel.listen()
        if not client.keeps("negotiated-version-respected"):
            await client.attempt("subscriptions/listen", {"notifications": {}})

    def _agreement(self, version: Json) -> Revision | None:
        """Return what is spoken from now on (lifecycle, Version Negotiation).

        Raises:
            InvalidError: the server speaks no version that this client does.
        """
        revision = published(version)
        duty = "init-client-disconnects-unsupported"
        if revision is not None and revision > self._offer:
            duty = "init-client-latest-version"
        if revision not in self._speaks and self._client.keeps(duty):
            raise InvalidError(f"the server speaks {version}")
        return revision

    def complete(self, method: str, params: JsonObject) -> JsonObject:
        """Return the params of what the server has (lifecycle, Operation).

        Raises:
            InvalidError: the server has not declared it.
        """
        needed = needed_for(method, self.agreed)
        if (
            needed
            and not declares(self.server, needed)
            and self._client.keeps("client-uses-only-negotiated")
            and self._client.keeps(OWN_RULES.get(method, ""))
        ):
            raise InvalidError(f"the server has no {needed}")
        return annotated(self._client, method, params)

    def begun(self, session_id: str) -> None:
        """Remember the session (transports, Session Management)."""
        self._session = session_id

    def headers(self, message: Json) -> Mapping[str, str]:  # noqa: ARG002  # as the other era has it
        """Return the session's id and the version, once they are known."""
        headers: dict[str, str] = {}
        if self._session and self._client.keeps("session-client-echoes-id"):
            headers["Mcp-Session-Id"] = self._session
        if (
            self.agreed is not None
            and self.agreed.features.version_header
            and self._client.keeps("http-client-version-header")
        ):
            keeps = self._client.keeps("http-client-version-header-negotiated")
            headers["MCP-Protocol-Version"] = self.agreed if keeps else Revision.R2025_03_26
        return headers

    async def result(self, method: str, params: JsonObject, message: Message) -> JsonObject:  # noqa: ARG002  # likewise
        """Return the result as it is."""
        return message.result

    async def recovers(self, failure: FailureError) -> bool:
        """Begin a new session when the server knows this one no more (Session Management)."""
        unknown = isinstance(failure, StatusError) and failure.status == HTTPStatus.NOT_FOUND
        keeps = self._client.keeps("session-client-404-reinitializes")
        if not (unknown and self._session and keeps):
            return False
        await self.open()
        return True

    async def cancel(self, request_id: Json) -> None:
        """Tell the server (utilities/cancellation)."""
        client = self._client
        if client.channel_kind == "http" and not client.keeps("http-client-cancel-explicit"):
            return
        await cancelled(client, request_id)
