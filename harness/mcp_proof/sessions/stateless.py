"""2026-07-28: every request carries version and capabilities; servers ask by multi round trips."""

from collections.abc import Awaitable
from typing import Final

from mcp_proof.sessions.session import Answer, Session
from mcp_proof_contracts.headers import (
    META_CAPABILITIES,
    META_CLIENT_INFO,
    META_VERSION,
    parameter_headers,
    standard_headers,
)
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import Message, as_object
from mcp_proof_contracts.wire import message as as_message

MAX_ROUNDS: Final = 8
"""How many input rounds one call may take before we stop playing along."""


class StatelessSession(Session):
    """A connection without a handshake."""

    async def start(self) -> Answer:
        """Ask `server/discover`."""
        answer = await self.request("server/discover")
        if answer.result is not None:
            self.server = answer.result
        return answer

    def meta(self) -> dict[str, Json]:
        """Return what the era puts into every request's `_meta`."""
        return {
            META_VERSION: str(self.revision),
            META_CAPABILITIES: self.profile.declared(self.revision),
            META_CLIENT_INFO: self.profile.info,
        }

    def dress(self, params: JsonObject | None) -> JsonObject:
        """Return the params with the era's `_meta`; what the caller set there wins."""
        given = as_object((params or {}).get("_meta"))
        return {**(params or {}), "_meta": {**self.meta(), **given}}

    def headers(self, message: JsonObject) -> dict[str, str]:
        """Return the headers that mirror the message (streamable-http, Request Metadata)."""
        headers = standard_headers(message)
        if message.get("method") == "tools/call":
            params = as_object(message.get("params"))
            schema = self.tool_schemas.get(str(params.get("name")), {})
            headers.update(parameter_headers(schema, as_object(params.get("arguments"))))
        return headers

    async def call(self, method: str, params: JsonObject | None = None, **options: str) -> Answer:
        """Send a request and retry it with the input it asks for (patterns/mrtr)."""
        case = options.get("case", "")
        answer = await self.request(method, params, case=case)
        for _ in range(MAX_ROUNDS):
            result = answer.result
            if result is None or result.get("resultType") != "input_required":
                break
            retry = dict(params or {})
            retry["inputResponses"] = await self.input_responses(result)
            if "requestState" in result:
                retry["requestState"] = result["requestState"]
            answer = await self.request(method, retry, case=case)
        return answer

    async def input_responses(self, result: JsonObject) -> JsonObject:
        """Answer what is asked; what would be an error has no place here and is left out."""
        responses: dict[str, Json] = {}
        for key, asked in as_object(result.get("inputRequests")).items():
            answer = self.profile.answer(as_message({"id": key, **as_object(asked)}))
            given = await answer if isinstance(answer, Awaitable) else answer
            if "result" in given:
                responses[key] = given["result"]
        return responses

    def _asked(self, _message: Message, /) -> None:
        """Leave a request unanswered: in this era a server has none to make."""
