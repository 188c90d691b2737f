"""Queue: requests on a list of Redis, responses under keys, both also as events on channels."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from mcp_proof.dialects.dialect_server import DialectServer
from mcp_proof.errors import PeerError
from mcp_proof.negotiate import START_PATIENCE
from mcp_proof.recorder import Recorder, probe_label
from mcp_proof.targets import Reachable
from mcp_proof.tool_server import (
    MAX_CALLS,
    CallFailure,
    CallOutcome,
    ListedTool,
    example_arguments,
    listed_tool,
)
from mcp_proof.transports.redis import RedisConnection
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.queue import (
    REQUESTED,
    REQUESTS,
    TOOLS,
    failure_in,
    response_key,
    tools_in,
    value_in,
)
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import as_object, encode

FIRST_LOOK, LONGEST_PAUSE, GROWTH = 0.005, 0.1, 1.5
"""Seconds between looks at a key: at first, at last, and how they grow."""


class QueueServer(DialectServer):
    """A server that takes requests from a list."""

    dialect = Dialect.QUEUE

    def __init__(self, target: Reachable, recorder: Recorder, timeout: float) -> None:
        super().__init__(target, recorder, timeout)
        connection = target.connect(f"{self.dialect}-1", recorder, timeout)
        assert isinstance(connection, RedisConnection)
        self.connection = connection
        self.tools: dict[str, ListedTool] = {}
        """The tools that are listed, or named by the user, by name."""
        self._patience = START_PATIENCE * timeout
        """How long the very first answer may take."""
        self._lost = ""
        """Why nothing more is pushed; empty while somebody takes requests."""
        self._met = False
        """Whether anybody has taken a request."""
        self._ids: set[str] = set()
        self._entries: list[bytes] = []
        """What was pushed in this run; what is left of it is removed in the end."""
        connection.expects = self._ids.__contains__

    async def open(self) -> None:
        """Connect to the Redis, and see which server lists tools there."""
        await self.connection.open()
        await self.list_tools()

    async def recognized(self) -> bool:
        """Whether a Redis answers: no other dialect is spoken over one."""
        return self.connection.alive

    async def list_tools(self) -> list[ListedTool]:
        """Return what stands under `mcp:tools`, and the tools that the user names."""
        document = await self.connection.look(TOOLS)
        said = as_object(document)
        self.info = {"name": said.get("server_name", ""), "version": said.get("version", "")}
        listed = {tool.name: tool for tool in map(_tool, tools_in(document)) if tool.name}
        named = {name: _tool({"name": name}) for name in sorted(self.allowed)}
        self.tools = {**named, **listed}
        return list(self.tools.values())

    def good_calls(self) -> list[tuple[str, JsonObject]]:
        """The listed tools that may be called, with arguments that their schemas allow."""
        listed = {name for name, tool in self.tools.items() if "input_schema" in tool.listed}
        return [(name, arguments) for name, arguments in self._calls() if name in listed]

    def _calls(self) -> list[tuple[str, JsonObject]]:
        """The tools that may be called; what the user only names is called without arguments."""
        chosen = [tool for tool in self.tools.values() if self.may_call(tool)]
        examples = [(tool.name, example_arguments(tool)) for tool in chosen]
        return [(name, arguments) for name, arguments in examples if arguments is not None]

    async def call(self, name: str, arguments: JsonObject) -> CallOutcome:
        """Ask for a call on the list, and read its response."""
        answer = await self.ask({"tool": name, "arguments": arguments})
        if answer is None:
            return CallOutcome(failure=CallFailure(text="no response", answered=False))
        said = answer.message.value if answer.message is not None else None
        if not isinstance(said, dict):
            return CallOutcome(failure=CallFailure(text="the response is no JSON object"))
        if (failure := failure_in(said)) is not None:
            return CallOutcome(failure=CallFailure(text=failure))
        return CallOutcome(value=value_in(said))

    async def survey(self) -> None:
        """List the tools, and call those that may be called."""
        await self.list_tools()
        for name, arguments in self._calls()[:MAX_CALLS]:
            await self.call(name, arguments)

    async def close(self) -> None:
        """Remove what is left of our requests, and close the connections."""
        try:
            if self.connection.alive:
                await self.connection.clear(self._entries, [response_key(i) for i in self._ids])
        finally:
            await self.connection.close()

    # Requests on the list

    async def ask(self, members: JsonObject, *, case: str = "") -> Event | None:
        """Push a request with these members, and wait for its response; `None` when none came.

        Raises:
            PeerError: nobody takes requests, or the Redis is gone.
        """
        now = datetime.now(UTC).isoformat()
        request_id = self.new_id()
        raw = encode({"id": request_id, "callback_url": None, "timestamp": now, **members})
        await self.push(raw, case=case)
        return await self._answer(request_id, raw, probe_label(case))

    def new_id(self) -> str:
        """Return an id that no request has had."""
        request_id = str(uuid4())
        self._ids.add(request_id)
        return request_id

    async def push(self, raw: bytes, *, case: str = "") -> None:
        """Push any entry.

        Raises:
            PeerError: nobody takes entries any more, or the Redis is gone.
        """
        if self._lost:
            raise PeerError(self._lost)
        self._entries.append(raw)
        await self.connection.send(raw, probe=probe_label(case))

    def expect(self, request_id: str) -> None:
        """Take a response to this id for one of ours: it is removed in the end."""
        self._ids.add(request_id)

    async def look_again(self, answer: Event) -> None:
        """Look once more under the key of a response that was read, and record what is there."""
        if await self.connection.take(answer.channel, answer.probe) is None:
            self.recorder.record(
                EventKind.END,
                session=self.connection.name,
                channel=answer.channel,
                sender=Sender.SERVER,
                probe=answer.probe,
                data={"how": "complete", "detail": "nothing stands there any more"},
            )

    async def _answer(self, request_id: str, raw: bytes, probe: str) -> Event | None:
        limit, self._patience = self._patience, self.timeout
        until, pause = time.monotonic() + limit, FIRST_LOOK
        while (event := await self.connection.take(response_key(request_id), probe)) is None:
            if time.monotonic() > until:
                taken = not await self.connection.withdraw(raw)
                self._give_up(request_id, probe, limit, taken=taken)
                return None
            await asyncio.sleep(pause)
            pause = min(pause * GROWTH, LONGEST_PAUSE)
        self._met = True
        return event

    def _give_up(self, request_id: str, probe: str, limit: float, *, taken: bool) -> None:
        """Record that no response came; where nobody takes requests the server is gone."""
        what = "it was taken from the list" if taken else "nobody took it from the list"
        self._note_silence(request_id, probe, f"no response in {limit:g} s; {what}", taken=taken)
        self._met |= taken
        where = f"{self.target.label}: nobody takes requests from the list {REQUESTS}"
        if not self._met:
            raise PeerError(f"{where}. Does the server run, and use this database?")
        self._lost = "" if taken else f"{where} any more"

    # Requests as events

    async def publish(self, tool: str, arguments: JsonObject, *, case: str) -> None:
        """Ask for a call by an event, and wait for the event that tells of its end."""
        request_id, probe = self.new_id(), probe_label(case)
        event: JsonObject = {"request_id": request_id, "tool": tool, "arguments": arguments}
        if not await self.connection.publish(REQUESTED, encode(event), probe):
            self._note_silence(request_id, probe, "nobody listens")
            return
        try:
            async with asyncio.timeout(self.timeout), self.connection.heard:
                await self.connection.heard.wait_for(
                    lambda: request_id in self.connection.completed
                )
        except TimeoutError:
            self._note_silence(request_id, probe, f"no event in {self.timeout:g} s")

    def _note_silence(self, request_id: str, probe: str, why: str, *, taken: bool = False) -> None:
        self.recorder.record(
            EventKind.SILENCE,
            session=self.connection.name,
            channel=response_key(request_id),
            sender=Sender.CLIENT,
            probe=probe,
            data={"id": request_id, "why": why, "taken": taken},
        )


def _tool(item: JsonObject) -> ListedTool:
    """A tool that says nothing of what it takes is called without arguments."""
    tool = listed_tool(item)
    return replace(tool, input_schema=tool.input_schema or {"type": "object"})
