"""What the server asks its client in the stateful era, and the answers that come back."""

import asyncio
import itertools
from collections.abc import Mapping

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import Kind, Message, as_object, id_key
from mcp_proof_mocks.call import Ask, Send, Waiting
from mcp_proof_mocks.script.run import ClientRefusalError
from mcp_proof_mocks.server import MockServer


class Questions:
    """The open questions of one conversation."""

    def __init__(self, server: MockServer) -> None:
        self._server = server
        self._gone = False
        self._ids = itertools.count(1)
        self._asked: dict[tuple[str, str], asyncio.Future[Json]] = {}
        self.settled = 0
        """How many answers have come, to whatever."""
        self._awaited: list[tuple[int, asyncio.Future[None]]] = []

    def asker(self, send: Send, waiting: Waiting) -> Ask:
        """Return the way to ask something on the channel of one request."""

        async def ask(requests: Mapping[str, JsonObject]) -> dict[str, Json]:
            return {name: await ask_one(request) for name, request in requests.items()}

        async def ask_one(request: JsonObject) -> Json:
            request_id = self._next_id()
            key = id_key(request_id)
            future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
            self._asked[key] = future
            send({"jsonrpc": "2.0", "id": request_id, **self._with_token(request)})
            if self._gone:
                future.cancel()
            try:
                return await waiting.until(future)
            except asyncio.CancelledError:
                if not (self._gone or waiting.cancelled):
                    self._give_up(request_id, send)
                raise
            finally:
                if self._asked.get(key) is future:  # faults ask several things by one id
                    del self._asked[key]

        return ask

    def _give_up(self, request_id: Json, send: Send) -> None:
        """Tell the client that its answer is no longer waited for."""
        if self._server.keeps("request-timeout-cancels"):
            params: JsonObject = {"requestId": request_id, "reason": "no answer in time"}
            send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params})

    async def until(self, number: int, seconds: float) -> None:
        """Wait until so many answers have come, to whatever, but not longer than this."""
        awaited: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (number, awaited)
        self._awaited.append(entry)
        if self.settled < number:
            await asyncio.wait({awaited}, timeout=seconds)
        self._awaited.remove(entry)

    def settle(self, message: Message) -> None:
        """Take in an answer of the client; one to nothing that was asked is passed over."""
        self.settled += 1
        for number, awaited in self._awaited:
            if number <= self.settled and not awaited.done():
                awaited.set_result(None)
        future = self._asked.get(id_key(message.id))
        if future is None or future.done():
            return
        if message.kind is Kind.ERROR:
            future.set_exception(ClientRefusalError(message.error))
        else:
            future.set_result(message.result)

    def hang_up(self) -> None:
        """The client is gone: nothing more will be answered."""
        self._gone = True
        for future in self._asked.values():
            future.cancel()

    def _with_token(self, request: JsonObject) -> JsonObject:
        """Return the request with the progress token that it is to have, where it has one."""
        params = as_object(request.get("params"))
        meta = as_object(params.get("_meta"))
        if "progressToken" not in meta:
            return request
        token = meta["progressToken"]
        if not self._server.keeps("progress-token-unique"):
            token = 1
        if not self._server.keeps("progress-token-type"):
            token = next(self._ids) + 0.5
        return {**request, "params": {**params, "_meta": {**meta, "progressToken": token}}}

    def _next_id(self) -> Json:
        if not self._server.keeps("jsonrpc-request-id-not-null"):
            return None
        if not self._server.keeps("jsonrpc-request-id-unique-session"):
            return "mock"
        number = next(self._ids)
        return f"mock-{number}" if self._server.keeps("jsonrpc-request-id-type") else number + 0.5
