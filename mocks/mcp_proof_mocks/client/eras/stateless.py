"""The stateless era: each request says all that it is answered by."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import Message, as_object
from mcp_proof_mocks.client.cancelling import cancelled
from mcp_proof_mocks.client.eras.compatibility import speaks_earlier
from mcp_proof_mocks.client.eras.standard_headers import standard
from mcp_proof_mocks.client.failure import FailureError, InvalidError, LostError
from mcp_proof_mocks.client.introduction import annotated, request_meta
from mcp_proof_mocks.client.parameter_headers import mirrored
from mcp_proof_mocks.client.rounds import retried
from mcp_proof_mocks.client.tasks import extension

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

MOST_ROUNDS = 10


class StatelessEra:
    """Requests that stand for themselves."""

    def __init__(self, client: "MockClient") -> None:
        self._client = client
        self.server: JsonObject = {}
        """The server's capabilities."""

    async def open(self) -> None:
        """Ask what the server speaks and has (server/discover).

        Raises:
            FailureError: nothing was found out, and the server is not of the other era either.
        """
        client = self._client
        if not client.keeps("h26-client-no-session-traffic"):
            await client.channel.listen()
        probe = "server/discover" if client.keeps("client-stdio-discover-probe") else "tools/list"
        try:
            with client.probing:
                result = await client.request(probe, {}, client.probing.seconds)
        except FailureError as failure:
            if not speaks_earlier(client, failure):
                raise
            await client.fall_back()
            return
        self.server = as_object(result.get("capabilities"))
        if not client.keeps("client-no-removed-methods"):
            await client.attempt("ping", self.complete("ping", {}))
        if not client.keeps("extension-fallback"):
            await client.attempt("tasks/get", self.complete("tasks/get", {"taskId": "none"}))

    def complete(self, method: str, params: JsonObject) -> JsonObject:
        """Return the params with the metadata of every request (basic, _meta)."""
        noted = annotated(self._client, method, params)
        inline = self._client.channel_kind != "stdio" or self._client.keeps("stdio-meta-inline")
        if method == "tools/call" and not inline:
            return noted
        return {**noted, "_meta": request_meta(self._client, as_object(noted.get("_meta")))}

    def begun(self, session_id: str) -> None:
        """Pass it over: this era has no sessions."""

    def headers(self, message: Json) -> Mapping[str, str]:
        """Return what the headers mirror (streamable-http, Request Metadata)."""
        given = as_object(message)
        if "method" not in given:
            return {}
        headers = standard(self._client, given)
        if given["method"] == "tools/call":
            headers |= mirrored(self._client, as_object(given.get("params")))
        return headers

    async def result(self, method: str, params: JsonObject, message: Message) -> JsonObject:
        """Return the result, once all input is given that it asks for (patterns/mrtr).

        Raises:
            InvalidError: it is of a type that this client does not know.
        """
        client = self._client
        result = message.result
        for _ in range(MOST_ROUNDS):
            kind = self._type(result)
            if kind == "complete":
                return result
            if kind == "task" and extension.takes(client, method):
                return await extension.outcome(client, method, message.id, result)
            if kind != "input_required":
                raise InvalidError(f"resultType {kind!r} is unknown")
            again = await retried(client, params, result)
            same = None if client.keeps("mrtr-client-new-id") else message.id
            message = await client.exchange(method, self.complete(method, again), request_id=same)
            result = message.result
        raise InvalidError("the server asks for input without end")

    def _type(self, result: JsonObject) -> Json:
        """Return what a result is: complete where it does not say (basic, ResultType)."""
        kind = result.get("resultType")
        if kind is None and self._client.keeps("client-result-type-absent-is-complete"):
            return "complete"
        known = kind in ("complete", "input_required")
        careless = isinstance(kind, str) and not self._client.keeps(
            "client-result-type-unknown-invalid"
        )
        return "complete" if careless and not known else kind

    async def recovers(self, failure: FailureError) -> bool:
        """Send a request again whose stream broke, as a new one (changelog, item 9)."""
        if self._client.channel_kind != "http" or not isinstance(failure, LostError):
            return False
        if not self._client.keeps("h26-client-reissues-new-id"):
            self._client.repeat_id()
        return True

    async def cancel(self, request_id: Json) -> None:
        """Tell the server over stdio; over HTTP the closed stream says it."""
        told = self._client.keeps("stdio-cancel-by-notification")
        if self._client.channel_kind == "stdio" and told:
            await cancelled(self._client, request_id)
