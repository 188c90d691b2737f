"""One request on its way to the real server and back."""

import asyncio
import itertools
from typing import Final

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import PROGRESS, as_object
from mcp_proof_mocks.call import LOG_LEVELS, Call
from mcp_proof_mocks.pass_through.bridge import onward
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.script.ask import declared
from mcp_proof_mocks.script.run import ClientRefusalError
from mcp_proof_mocks.upstream import Upstream

MAX_ROUNDS: Final = 8
"""How many input rounds of the real server one call may take."""
ASKING: Final = frozenset({"tools/call", "prompts/get", "resources/read"})
"""The requests that 2026-07-28 lets a server answer with questions."""


class Passage:
    """Waits for the real server's answer and lets it speak with the client meanwhile.

    A client of the stateless era is asked in rounds: each ends a request of the client's, while
    the one to a real server of the stateful era goes on.
    """

    def __init__(self, upstream: Upstream, call: Call, number: int) -> None:
        self.questions: dict[str, JsonObject] = {}
        """What the client of the stateless era must answer, by the names in its rounds."""
        self._call = call
        self._token = f"passage-{number}"
        self._answers: dict[str, asyncio.Future[JsonObject]] = {}
        self._names = itertools.count(1)
        self._turn: asyncio.Future[Json] | None = None
        """Done when the client's open request can be answered; `None` while there is none."""
        self._travel = asyncio.create_task(self._through(upstream))
        self._travel.add_done_callback(self._arrived)

    async def result(self, call: Call) -> JsonObject | None:
        """Return the real server's result, or `None` when the client has `questions` to answer.

        Raises:
            RefusalError: the real server's error.
            CancelledError: the client has cancelled its request; so the real server's is.
        """
        self._call = call
        self._turn = asyncio.get_running_loop().create_future()
        if self.questions or self._travel.done():
            self._turn.set_result(None)
        try:
            await call.waiting.until(self._turn)
        except asyncio.CancelledError:
            self.abandon()
            raise
        finally:
            self._turn = None
        return self._travel.result() if self._travel.done() else None

    def answer(self, responses: JsonObject) -> None:
        """Take in what a client of the stateless era answers."""
        for name in list(self.questions):
            if isinstance(responses.get(name), dict):
                del self.questions[name]
                self._answers.pop(name).set_result(as_object(responses[name]))

    def abandon(self) -> None:
        """Nobody waits any longer: the request to the real server is cancelled."""
        self._travel.cancel()

    # As the relay of its client

    @property
    def token(self) -> Json:
        """The progress token that stands for the client's own."""
        return self._token

    def takes(self, request: JsonObject) -> bool:
        """Whether the client can be asked this."""
        can = self._call.ask is not None or self._call.method in ASKING
        return can and declared(self._call, request)

    def notify(self, method: str, params: JsonObject) -> None:
        """Tell the client, while a request of its is open."""
        call = self._call
        if self._turn is None:
            return
        if method == PROGRESS:
            call.progress({n: v for n, v in params.items() if n != "progressToken"})
        elif method == "notifications/message":
            level = params.get("level")
            if level in LOG_LEVELS and call.wants(str(level)):
                call.notify(method, params)
        elif not call.stateless:  # 2026-07-28 has no others that belong to a request
            call.notify(method, params)

    async def ask(self, request: JsonObject) -> JsonObject:
        """Return the client's result.

        Raises:
            RefusalError: the client refuses, or has not declared what it takes.
        """
        method = str(request["method"])
        if not self.takes(request):
            raise RefusalError(METHOD_NOT_FOUND, f"The client has not declared {method}")
        if self._call.ask is None:
            return await self._ask_in_rounds(request)
        try:
            return as_object((await self._call.ask({"asked": request}))["asked"])
        except ClientRefusalError as refusal:
            code, message = refusal.error.get("code"), refusal.error.get("message")
            code = code if isinstance(code, int) else INTERNAL_ERROR
            raise RefusalError(code, str(message), data=refusal.error.get("data")) from refusal

    async def _ask_in_rounds(self, request: JsonObject) -> JsonObject:
        name = f"request-{next(self._names)}"
        self.questions[name] = {"params": {}, **request}
        self._answers[name] = asyncio.get_running_loop().create_future()
        self._end_turn()
        try:
            return await self._answers[name]
        finally:  # without an answer when the call is cancelled
            self.questions.pop(name, None)
            self._answers.pop(name, None)

    async def _through(self, upstream: Upstream) -> JsonObject:
        """Send the request; a real server of the stateless era may want several rounds of it."""
        call = self._call
        params = onward(call, upstream.revision, self._token)
        result = await upstream.request(call.method, params, self)
        for _ in range(MAX_ROUNDS):
            if call.stateless or result.get("resultType") != "input_required":
                return result
            answers: dict[str, Json] = {"inputResponses": await self._responses(result)}
            if "requestState" in result:
                answers["requestState"] = result["requestState"]
            result = await upstream.request(call.method, {**params, **answers}, self)
        raise RefusalError(INTERNAL_ERROR, "The real server asks for input without end")

    async def _responses(self, result: JsonObject) -> JsonObject:
        requests = as_object(result.get("inputRequests"))
        return {name: await self.ask(as_object(request)) for name, request in requests.items()}

    def _arrived(self, travel: "asyncio.Task[JsonObject]") -> None:
        if not travel.cancelled():
            travel.exception()  # retrieved even where no client comes back for it
        self._end_turn()

    def _end_turn(self) -> None:
        if self._turn is not None and not self._turn.done():
            self._turn.set_result(None)
