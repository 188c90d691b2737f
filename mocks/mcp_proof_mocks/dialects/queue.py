"""Queue: takes requests from a list of a Redis, and answers under keys and by events.

A request is moved to a list of its own while it is worked for, and leaves that in the step that
writes its response: what a mock that was killed had taken is put back when the next one starts.
"""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.dialect_schema import document_problem
from mcp_proof_contracts.dialects.queue import COMPLETED, REQUESTED, REQUESTS, TOOLS, response_key
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import as_object, encode, parse
from mcp_proof_mocks.dialects.callback import called_back
from mcp_proof_mocks.dialects.rest import discovered
from mcp_proof_mocks.dialects.run_tool import ToolFailedError, Why, run_tool
from mcp_proof_mocks.internal_error import report
from mcp_proof_mocks.journal.rows import value_row
from mcp_proof_mocks.redis_client import (
    PAUSE,
    Command,
    GoneError,
    RedisClient,
    RedisError,
    redis_errors,
    shown_redis,
)
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stream.choice import refuse_without_relay

if TYPE_CHECKING:
    from mcp_proof_mocks.replay.played_queue import PlayedQueue

PROCESSING: Final = "mcp:processing"
"""The list of the requests that are worked for."""
TAKE: Final[Command] = ("BLMOVE", REQUESTS, PROCESSING, "RIGHT", "LEFT", PAUSE)
KEPT: Final = 3600
"""Seconds for which a response is kept when nobody reads it."""
MANY: Final = 100
"""Requests and events that are worked for at once."""
LONGEST_ID: Final = 256
"""Characters of an id, as the schema of requests has it."""
SESSION: Final = "queue-1"
"""What the journal names the one conversation that all clients share."""
LISTED: Final = ("server_name", "version", "description", "tools")


@asynccontextmanager
async def serving_queue(server: MockServer, url: str) -> AsyncGenerator[str]:
    """Serve while the block runs, one mock for each database; gives the URL of the Redis.

    Args:
        server: the mock.
        url: where the Redis is, such as redis://localhost:6379/0.

    Raises:
        NoRedisError: none answers there, or it refuses.
        FaultTextError: the server has stream faults, and nothing would disturb the bytes.
    """
    refuse_without_relay(server.stream_faults)
    client = RedisClient(url)
    worker = _Worker(server, client)
    try:
        with redis_errors(url):
            await worker.begin()
        try:
            yield shown_redis(url)
        finally:
            with redis_errors(url):
                await worker.end()
    finally:
        await worker.cancel()
        await server.close()
        await client.close()


class _Worker:
    """Serves one database."""

    def __init__(self, server: MockServer, client: RedisClient) -> None:
        self._server = server
        self._redis = client
        self._played = _played(server)
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(MANY)
        self._ended = False
        self._stopped = False
        """Whether a fault has it take nothing more."""
        self._before: tuple[str, bytes] | None = None
        """Key and text of the last response, for the fault that writes it again."""

    async def begin(self) -> None:
        """Put back what was left, tell of the tools, and begin to take requests."""
        await self._put_back()
        if (listed := self._listed()) is not None:
            await self._redis.command("SET", TOOLS, listed)
        await self._redis.subscribe(REQUESTED)
        for step in (self._take, self._listen):
            self._start(self._repeated(step))

    def _listed(self) -> bytes | None:
        """Return what is told of the tools."""
        if self._played is not None:
            return self._played.listed()
        everything = discovered(self._server).items()
        return encode({name: value for name, value in everything if name in LISTED})

    async def end(self) -> None:
        """Leave the database as it was found: what is not answered waits for another server."""
        await self.cancel()
        await self._redis.command("DEL", TOOLS)
        await self._put_back()

    async def cancel(self) -> None:
        """Stop whatever is under way.

        A cancellation is lost where an answer of the Redis arrives at the same moment: so those who
        repeat themselves look whether they should, and what they have begun meanwhile ends too.
        """
        self._ended = True
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks)

    async def _put_back(self) -> None:
        while await self._redis.command("LMOVE", PROCESSING, REQUESTS, "LEFT", "RIGHT"):
            pass

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _repeated(self, step: Callable[[], Awaitable[None]]) -> None:
        """Repeat a step, whether it fails or not."""
        while not self._ended:
            try:
                await step()
            except RedisError as error:
                await _pause(error)

    async def _write(self, *commands: Command) -> None:
        """Have commands done in one step: somebody waits for what they write."""
        while True:
            try:
                await self._redis.transaction(*commands)
            except GoneError as error:
                if self._ended:
                    raise
                await _pause(error)
            else:
                return

    # Requests on the list

    async def _take(self) -> None:
        """Take the oldest request, and work for it while others are taken."""
        await self._free.acquire()
        try:
            raw = await self._redis.command(*TAKE)
        except BaseException:
            self._free.release()
            raise
        if raw is not None and not self._stopped:
            self._start(self._serve(raw))
        else:
            self._free.release()

    async def _serve(self, raw: bytes) -> None:
        try:
            self._note(REQUESTS, Sender.CLIENT, raw)
            await self._answer(raw)
        except Exception as error:  # noqa: BLE001  # whatever it is, the others are still served
            report(error)
        finally:
            self._free.release()

    async def _answer(self, raw: bytes) -> None:
        request = as_object(parse(raw).value)
        if (request_id := _usable_id(request)) is None:
            self._stopped = not self._server.keeps("queue-goes-on")
            self._server.unexpected(
                f"{REQUESTS}: an entry that is no request: {parse(raw).excerpt}"
            )
            await self._write(("LREM", PROCESSING, 1, raw))
            return
        outcome = await self._outcome(request, document_problem("queue", "request", request))
        answer = _answer(request_id, request, outcome)
        replies = await self._server.faults.replies(_as_call(request_id, request), answer)
        for said in replies:
            await self._respond(request_id, raw, encode(said))
        if not replies:  # a fault has lost it
            await self._write(("LREM", PROCESSING, 1, raw))
        await self._complete(answer)
        for said in replies:
            await called_back(request.get("callback_url"), encode(said))

    async def _respond(self, request_id: str, raw: bytes, text: bytes) -> None:
        """Write a response and forget its request, in one step."""
        key = response_key(request_id)
        expires = ("EX", KEPT) if self._server.keeps("queue-response-expires") else ()
        commands: list[Command] = [("SET", key, text, *expires), ("LREM", PROCESSING, 1, raw)]
        if self._before is not None and not self._server.keeps("queue-answered-once"):
            commands.append(("SET", *self._before, *expires))
        self._note(key, Sender.SERVER, text)  # before anybody reads it, and perhaps ends the mock
        await self._write(*commands)
        self._before = key, text

    # Requests as events

    async def _listen(self) -> None:
        """Take the next event, and work for it while others are taken."""
        raw = await self._redis.event()
        if raw is not None:
            await self._free.acquire()
            self._start(self._serve_event(raw))

    async def _serve_event(self, raw: bytes) -> None:
        try:
            self._note(REQUESTED, Sender.CLIENT, raw)
            event = as_object(parse(raw).value)
            problem = document_problem("queue", "requested", parse(raw).value)
            if not isinstance(event.get("request_id"), str):
                self._server.unexpected(f"{REQUESTED}: an event that is no request: {problem}")
                return
            outcome = await self._outcome(event, problem)
            duty = "queue-failure-completed" if "error" in outcome else "queue-completed-event"
            if self._server.keeps(duty):
                await self._complete(_answer(str(event["request_id"]), event, outcome))
        except Exception as error:  # noqa: BLE001  # whatever it is, the others are still served
            report(error)
        finally:
            self._free.release()

    async def _complete(self, answer: JsonObject) -> None:
        """Tell whoever listens what came of a request."""
        shape = self._server.keeps("queue-completed-shape")
        told = {name: value for name, value in answer.items() if shape or name != "tool"}
        self._note(COMPLETED, Sender.SERVER, encode(told))
        await self._write(("PUBLISH", COMPLETED, encode(told)))

    # What both have in common

    async def _outcome(self, request: JsonObject, problem: str | None) -> JsonObject:
        """Call a tool; return the `result` or the `error` of an answer."""
        if self._played is not None:
            return await self._played.outcome(request)
        name, arguments = request.get("tool"), request.get("arguments")
        if problem is not None:
            refused = self._server.keeps("queue-bad-request-refused")
            return {"error": f"Invalid request: {problem}"} if refused else {"result": None}
        try:
            value = await run_tool(
                self._server, str(name), as_object(arguments), duty="queue-arguments-checked"
            )
        except ToolFailedError as failure:
            keeps = failure.why is not Why.UNKNOWN or self._server.keeps(
                "queue-unknown-tool-refused"
            )
            return {"error": failure.text} if keeps else {"result": None}
        return {"result": value}

    def _note(self, channel: str, sender: Sender, raw: bytes) -> None:
        row = value_row(time.monotonic(), SESSION, channel, sender, raw)
        self._server.journal.record(row, len(raw))


def _played(server: MockServer) -> "PlayedQueue | None":
    """What plays a cassette, where one is played."""
    if server.playback is None:
        return None
    from mcp_proof_mocks.replay.played_queue import PlayedQueue  # noqa: PLC0415  # seldom

    return PlayedQueue(server, server.playback)


async def _pause(error: RedisError) -> None:
    """Tell what is wrong, and give the Redis time: one that is gone may come back."""
    sys.stderr.write(f"mcp-proof mock: the Redis does not answer: {error}\n")
    await asyncio.sleep(PAUSE)


def _usable_id(request: JsonObject) -> str | None:
    """Return the id under which a request can be answered, be it otherwise wrong."""
    given = request.get("id")
    known = isinstance(given, str | int) and not isinstance(given, bool)
    return str(given) if known and 0 < len(str(given)) <= LONGEST_ID else None


def _answer(request_id: str, request: JsonObject, outcome: JsonObject) -> JsonObject:
    """Return what a response says, and an event that tells of the end."""
    name = request.get("tool")
    return {"request_id": request_id, "tool": name if isinstance(name, str) else None, **outcome}


def _as_call(request_id: str, request: JsonObject) -> JsonObject:
    """Return a request in the form in which faults choose by method and tool."""
    params: Json = {"name": request.get("tool"), "arguments": request.get("arguments")}
    return {"id": request_id, "method": "tools/call", "params": params}
