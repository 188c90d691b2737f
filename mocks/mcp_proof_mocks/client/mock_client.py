"""The mock client: asks a server, answers it, and keeps every rule but those it is to break."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from itertools import chain, count
from typing import Final

from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, STATEFUL, Revision
from mcp_proof_contracts.wire import Kind, Message, as_list, as_object, id_key
from mcp_proof_contracts.wire import message as as_message
from mcp_proof_mocks.client.caching import Cache
from mcp_proof_mocks.client.channels.channel import Channel
from mcp_proof_mocks.client.channels.falling_back import FallingBackChannel
from mcp_proof_mocks.client.channels.http_sse import STREAM, HttpSseChannel
from mcp_proof_mocks.client.channels.stdio import StdioChannel
from mcp_proof_mocks.client.envelope import encoded, is_known, is_strange, replied
from mcp_proof_mocks.client.eras.compatibility import Probing, asked_at_a_version
from mcp_proof_mocks.client.eras.era import Era
from mcp_proof_mocks.client.eras.stateful import StatefulEra
from mcp_proof_mocks.client.eras.stateless import StatelessEra
from mcp_proof_mocks.client.failure import (
    FailureError,
    InvalidError,
    LostError,
    RefusedError,
    SilenceError,
)
from mcp_proof_mocks.client.metadata import checked
from mcp_proof_mocks.client.notices import noticed
from mcp_proof_mocks.client.patience import awaited
from mcp_proof_mocks.client.reporting import reported, reported_late
from mcp_proof_mocks.client.subscriptions import Subscriptions
from mcp_proof_mocks.client.tasks import experimental
from mcp_proof_mocks.refusal import RefusalError

FLAGS: Final = ("listChanged",)
"""The parts of capabilities that are true or false."""
INFO: Final[JsonObject] = {"name": "mcp-proof-mock-client", "version": "1.0.0"}
PATIENCE: Final = 10.0
"""Seconds that it waits for an answer."""


class MockClient:
    """One client of one server.

    Args:
        asked: what it is asked to do, as a scenario's wishes have it: `revision`, `declares`,
            `user`.
        url: where the server is; empty where it is started by `command`.
        command: what starts the server.
        faults: ids of the rules that it breaks.
        patience: seconds to wait for an answer.
    """

    def __init__(
        self,
        asked: JsonObject,
        *,
        url: str = "",
        command: Sequence[str] = (),
        faults: Iterable[str] = (),
        patience: float = PATIENCE,
    ) -> None:
        self.faults = frozenset(faults)
        self.revision = Revision(str(asked["revision"]))
        self.user = as_object(asked.get("user"))
        self.info = INFO
        self.capabilities = experimental.declared(self, _declared(as_list(asked.get("declares"))))
        """What it declares."""
        self.token = ""
        """The access token of the user that it works for just now; over HTTP alone."""
        self.patience = patience
        self.probing = Probing()
        self.known_tools: dict[str, JsonObject] = {}
        """The tools that were listed, by name."""
        self.log_level = ""
        """From which level on it wants log messages, where each request says so."""
        self.cursors: dict[str, Json] = {}
        """The cursor that was used last, by list."""
        self.heard: list[Message] = []
        """The notifications that came."""
        self.answering: dict[tuple[str, str], asyncio.Task[None]] = {}
        """What it does for each request of the server, done or not."""
        self.asked_of: list[JsonObject] = []
        """The results that asked for input."""
        self.channel_kind = "http" if url else "stdio"
        self._connect: Callable[[], Channel] = lambda: (
            _http(url, self, as_object(asked.get("authorization")))
            if url
            else StdioChannel(command, self)
        )
        self.channel: Channel = self._connect()
        self.era = self._new_era()
        self.cache = Cache(self)
        self.subscriptions = Subscriptions(self)
        self._ids: Iterator[int] = count(1)
        self._waiting: dict[tuple[str, str], list[asyncio.Future[Message]]] = {}
        self._broken = False
        """Whether it has fallen over, and says nothing more."""
        self._tasks: set[asyncio.Task[None]] = set()

    def keeps(self, duty: str) -> bool:
        """Whether the client does what the rule `duty` demands."""
        return duty not in self.faults

    async def open(self) -> None:
        """Connect, and introduce itself."""
        await self.channel.open()
        await self.era.open()

    async def fall_back(self) -> None:
        """Shake hands with a server of the stateful era (versioning, Backward Compatibility)."""
        self.era = StatefulEra(self, offer=LATEST_STATEFUL)
        await self.era.open()

    async def reconnect(self) -> None:
        """Disconnect, and begin anew."""
        await self.close()
        self.channel, self.era = self._connect(), self._new_era()
        await self.open()

    def _new_era(self) -> Era:
        return StatefulEra(self) if self.revision in STATEFUL else StatelessEra(self)

    async def close(self) -> None:
        """Disconnect."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.channel.close()

    def beside(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Have something done beside all else, until the client is closed."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # What it asks

    async def request(
        self, method: str, params: JsonObject, seconds: float | None = None
    ) -> JsonObject:
        """Ask for something, and wait so long at most; return the result.

        Raises:
            FailureError: none came, or none that this client can use.
        """
        known = self.cache.fresh(method, params)
        if known is not None:
            return known
        if self.channel.ended and self.keeps("stdio-client-restarts-server"):
            await self._begin_anew()
        try:
            message = await asked_at_a_version(self, method, params, seconds)
        except FailureError as failure:
            if not await self.era.recovers(failure):
                raise
            message = await asked_at_a_version(self, method, params, seconds)
        result = checked(self, await self.era.result(method, params, message))
        self.cache.keep(method, params, message, result)
        return result

    async def attempt(self, method: str, params: JsonObject | None = None) -> None:
        """Ask for something out of place, whatever comes of it."""
        with contextlib.suppress(FailureError):
            await self.exchange(method, params or {})

    async def exchange(
        self,
        method: str,
        params: JsonObject,
        seconds: float | None = None,
        *,
        request_id: Json = None,
    ) -> Message:
        """Send one request and return the message that answers it; its id is new if none is given.

        Raises:
            FailureError: no result came.
        """
        if self._broken:
            raise LostError("this client fell over before")
        request_id = self.new_id() if request_id is None else request_id
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(id_key(request_id), []).append(answer)
        request: JsonObject = {"jsonrpc": "2.0", "id": request_id, "method": method}
        try:
            await self.channel.send({**request, "params": params} if params else request)
            if method == "initialize" and not self.keeps("cancel-not-initialize"):
                await self.era.cancel(request_id)
            message = await awaited(self, answer, params, seconds or self.patience)
        except TimeoutError as error:
            await self.give_up(request_id)
            if not self.keeps("cancel-client-ignores-late-response"):
                return await asyncio.wait_for(answer, self.patience)
            raise SilenceError(f"no answer to {method} in time") from error
        finally:
            self._waiting[id_key(request_id)].remove(answer)
        if message.kind is Kind.ERROR:
            raise RefusedError(message.error)
        if is_strange(message.result) and not self.keeps("jsonrpc-unknown-members-tolerated"):
            self._broken = True
            raise InvalidError("the result has an unknown member")
        return message

    def new_id(self) -> Json:
        """Return an id that no other request has."""
        unique = ("jsonrpc-request-id-unique-session", "jsonrpc-request-id-unique-inflight")
        return next(self._ids) if all(map(self.keeps, unique)) else 1

    def repeat_id(self) -> None:
        """Give the next request the id of the last one, as a faulty client does."""
        following = next(self._ids)
        self._ids = chain([following - 1, following], self._ids)

    async def give_up(self, request_id: Json) -> None:
        """Wait no longer for an answer, and say so as the era has it."""
        if self.keeps("request-timeout-cancels"):
            await self.era.cancel(request_id)
            await self.channel.forget(request_id)

    async def notify(self, method: str, params: JsonObject | None = None) -> None:
        """Tell the server something."""
        told: JsonObject = {"jsonrpc": "2.0", "method": method}
        await self.channel.send({**told, "params": params} if params else told)

    async def _begin_anew(self) -> None:
        """Start a server anew that has ended by itself (stdio, Unexpected Termination)."""
        await self.channel.close()
        await self.open()
        if self.keeps("sub-client-resubscribes"):
            await self.subscriptions.again()

    # What it is asked

    async def answered(self, request: JsonObject) -> JsonObject:
        """Return the result that answers a request of the server.

        Raises:
            RefusalError: this client does not do that.
        """
        from mcp_proof_mocks.client.asked import answer_to  # noqa: PLC0415  # they import this module

        experimental.refuse_task(self, request)
        answer = answer_to(str(request.get("method")))
        if answer is None:
            raise RefusalError(METHOD_NOT_FOUND, "Method not found")
        return await answer(self, as_object(request.get("params")))

    # What comes on the channel

    def received(self, message: Message) -> None:
        """Take one message of the server."""
        if message.is_response:
            for waiting in self._waiting.get(id_key(message.id), ()):
                if not waiting.done():
                    waiting.set_result(message)
                    break
        elif message.kind is Kind.REQUEST and self._responds():
            self.answering[id_key(message.id)] = self.beside(self._reply(message))
        elif message.kind is Kind.NOTIFICATION:
            noticed(self, message)
            self.cache.heard(message)
            self._notified(message)
        elif message.kind is Kind.BATCH and self.keeps("jsonrpc-batch-receive"):
            for item in as_list(message.value):
                self.received(as_message(item))
        self.subscriptions.took(message)

    def _responds(self) -> bool:
        """Whether it answers requests: not in the stateless era (transports, Sending Messages)."""
        return self.revision in STATEFUL or not self.keeps("client-never-sends-responses")

    def _notified(self, message: Message) -> None:
        if not self.keeps("jsonrpc-no-response-to-notification"):
            self.beside(self.channel.send({"jsonrpc": "2.0", "id": None, "result": {}}))
        if not (is_known(message.method) or self.keeps("jsonrpc-unknown-notification-survived")):
            self._broken = True
            self.lost(None, LostError(f"this client does not know {message.method}"))

    def encoded(self, message: Json) -> bytes:
        """Return a message as it is sent."""
        return encoded(self.keeps, message)

    def lost(self, request_id: Json, failure: Exception) -> None:
        """Hear that no answer will come for a request; `None`: for none at all."""
        self.subscriptions.lost(request_id, failure)
        for key, all_waiting in list(self._waiting.items()):
            for waiting in all_waiting:
                wanted = request_id is None or key == id_key(request_id)
                if wanted and not waiting.done():
                    waiting.set_exception(failure)

    def begun(self, session_id: str) -> None:
        """Hear that HTTP has begun a session."""
        self.era.begun(session_id)

    def headers(self, message: Json) -> Mapping[str, str]:
        """Return the HTTP headers that the era adds, and those of the user."""
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**self.era.headers(message), **own}

    async def _reply(self, message: Message) -> None:
        reply: JsonObject = {"jsonrpc": "2.0", "id": message.id}
        await reported(self, message)
        try:
            result = await self.answered(message.members)
            answer: JsonObject = {"result": experimental.related(self, message.members, result)}
        except RefusalError as refusal:
            answer = {"error": refusal.error}
        said = replied(self.keeps, message, {**reply, **answer})
        try:
            if said is not None:
                await self.channel.send(said)
            await reported_late(self, message)
        except FailureError:
            return  # the server waits no longer


def _http(url: str, client: MockClient, authorization: JsonObject) -> Channel:
    if url.endswith(STREAM):
        return HttpSseChannel(url, client)
    return FallingBackChannel(url, client, client.revision, authorization)


def _declared(names: JsonArray) -> JsonObject:
    """Return the capabilities with these names; a dot leads to a part: "elicitation.url"."""
    declared: dict[str, dict[str, Json]] = {}
    for name in map(str, names):
        whole, _, part = name.partition(".")
        parts = declared.setdefault(whole, {})
        if part:
            parts[part] = True if part in FLAGS else {}
    return {**declared}
