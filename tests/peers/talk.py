"""A client of the mock without I/O, for tests without an event loop: it turns one of its own."""

import asyncio
from collections.abc import Sequence
from typing import Self

from mcp_proof_contracts.headers import META_CAPABILITIES, META_LOG_LEVEL, META_VERSION
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.conversation import Conversation, Reply
from mcp_proof_mocks.server import MockServer

BOUND = 5.0
TURNS = 20
"""Turns of the event loop after which all that can go on has gone on."""


class Client:
    """Speaks one revision: with a handshake, or with metadata in each request."""

    def __init__(
        self,
        server: MockServer,
        revision: str = "2025-11-25",
        capabilities: dict | None = None,
        *,
        greets: bool = True,
    ) -> None:
        self.loop = asyncio.new_event_loop()
        self.server = server
        self.conversation = Conversation(server)
        self.conversation.session.tell = self.hear
        self.revision = revision
        self.stateless = revision >= "2026"
        self.capabilities = capabilities or {}
        self.level: str | None = None
        self.heard: list[dict] = []
        """All that was said outside of answers, in order."""
        self.ids = iter(range(1, 1_000_000))
        if greets and not self.stateless:
            declared = {"protocolVersion": revision, "capabilities": self.capabilities}
            self.hello = self.ask("initialize", **declared)["result"]
            self.tell("notifications/initialized")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.conversation.hang_up()
        self.turn()
        left = asyncio.all_tasks(self.loop)
        self.loop.close()
        assert not left

    def hear(self, value: object) -> None:
        """Take in what is said outside of answers."""
        self.heard.append(parse(encode(value)).value)

    def turn(self) -> None:
        """Let everything go on that waits for nobody."""
        self.run(_turns())

    def start(self, method: str, **params: object) -> asyncio.Task:
        """Send a request, and go on before it is answered."""
        request = {"jsonrpc": "2.0", "id": next(self.ids), "method": method}
        task = self.send({**request, "params": self._with_metadata(params)})
        self.turn()
        return task

    def send(self, value: object) -> asyncio.Task:
        """Hand any message over."""
        handled = self.conversation.handle(parse(encode(value)), self.hear)
        return self.loop.create_task(handled)

    def ask(self, method: str, **params: object) -> dict:
        """Return the answer to a request."""
        return self.answer(self.start(method, **params))

    def answer(self, task: asyncio.Task) -> dict:
        """Return the one answer that a request gets."""
        [message] = self.finish(task).messages
        return parse(encode(message)).value

    def finish(self, task: asyncio.Task) -> Reply:
        """Return all that goes back for a message, with its status."""
        return self.run(task)

    def tell(self, method: str, **params: object) -> None:
        """Send a notification."""
        notification = {"jsonrpc": "2.0", "method": method, "params": params}
        assert self.finish(self.send(notification)).messages == []
        self.turn()

    def respond(self, request: dict, **response: object) -> None:
        """Answer what the server has asked, with a `result` or an `error`."""
        assert (
            self.finish(self.send({"jsonrpc": "2.0", "id": request["id"], **response})).messages
            == []
        )
        self.turn()

    def call(self, tool: str, arguments: dict | None = None, **params: object) -> dict:
        """Return the result of a tool, or the error."""
        return outcome(self.ask("tools/call", name=tool, arguments=arguments or {}, **params))

    def text(self, tool: str, arguments: dict | None = None, **params: object) -> str:
        """Return the first text of a tool's result."""
        return self.call(tool, arguments, **params)["content"][0]["text"]

    def methods(self) -> list[str]:
        """The methods of all that was heard since last asked."""
        said, self.heard = self.heard, []
        return [message["method"] for message in said]

    def _with_metadata(self, params: dict) -> dict:
        if not self.stateless:
            return params
        level = {} if self.level is None else {META_LOG_LEVEL: self.level}
        own = {META_VERSION: self.revision, META_CAPABILITIES: self.capabilities, **level}
        return {**params, "_meta": {**own, **params.get("_meta", {})}}

    def run(self, awaitable):
        """Let the loop turn until this is done."""
        return self.loop.run_until_complete(asyncio.wait_for(awaitable, BOUND))


def outcome(answer: dict) -> dict:
    """The result of an answer, or its error."""
    return answer.get("result") or answer["error"]


def mock(**members: object) -> MockServer:
    """A server of these members of a contract."""
    return MockServer(dict(members))


def tool(*, name: str = "t", **members: object) -> dict:
    """A tool of a contract."""
    return {"name": name, **members}


def cases(*given: dict) -> dict:
    """A tool with these cases."""
    return tool(cases=list(given))


def texts(result: dict) -> Sequence[str]:
    """The texts of a result's blocks."""
    return [block["text"] for block in result["content"]]


async def _turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)
