"""Tasks of 2025-11-25 (utilities/tasks): what a client gets that runs tools as tasks."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest

from mcp_proof_contracts.contract import read_contract
from mcp_proof_contracts.contract_file import ContractError
from mcp_proof_contracts.revision import STATEFUL, Revision
from mcp_proof_contracts.schema import message_problems
from mcp_proof_contracts.wire import message as as_message
from mcp_proof_mocks.conversation import Conversation
from mcp_proof_mocks.introduction import capabilities
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.tasks import store

Json = dict[str, Any]

Said: TypeAlias = asyncio.Queue[Json]
"""What the mock says before it answers."""

BOUND = 10.0
R2025_11_25 = Revision.R2025_11_25
RELATED = "io.modelcontextprotocol/related-task"
ASK_NAME = {
    "method": "elicitation/create",
    "params": {"message": "Who?", "requestedSchema": {"type": "object", "properties": {}}},
}
TOOLS: list[Json] = [
    {"name": "plain", "answer": {"text": "plain"}},
    {
        "name": "count",
        "inputSchema": {"type": "object", "properties": {"to": {"type": "integer"}}},
        "task": "optional",
        "answer": {"text": "{{ to }}", "_meta": {"example.com/a": 1}},
    },
    {"name": "must", "task": "required", "answer": {"error": "it went wrong"}},
    {"name": "refuse", "task": "optional", "answer": {"refusal": {"code": 4001, "message": "no"}}},
    {
        "name": "report",
        "task": "optional",
        "steps": [
            {"task": "Counting."},
            {"progress": {"progress": 1}},
            {"log": {"data": "counting"}},
        ],
        "answer": {"text": "reported"},
    },
    {
        "name": "ask",
        "task": "optional",
        "steps": [{"ask": {"user": ASK_NAME}}],
        "answer": {"text": "Hello, {{ $inputs.user.content.name }}!"},
    },
    {"name": "sleep", "task": "optional", "steps": [{"delay": 3_600_000}], "answer": {"text": ""}},
]
CONTRACT: Json = {"info": {"name": "tasks", "version": "1"}, "logging": True, "tools": TOOLS}


class Client:
    """One session; every message of the mock is judged by the revision's schemas."""

    def __init__(self, server: MockServer, revision: Revision = R2025_11_25) -> None:
        self.server = server
        self.revision = revision
        self.conversation = Conversation(server)
        self.told: asyncio.Queue[Json] = asyncio.Queue()
        """What belonged to no request."""
        self.conversation.session.tell = self._tell
        self._number = 0

    async def start(self) -> Json:
        hello = {
            "protocolVersion": self.revision,
            "capabilities": {"elicitation": {}},
            "clientInfo": {"name": "test", "version": "1"},
        }
        reply = await self.ask("initialize", hello)
        await self.notify("notifications/initialized")
        return reply["result"]

    async def ask(self, method: str, params: Json, said: "Said | None" = None) -> Json:
        """Return the reply; `said` gets what comes before it."""
        self._number += 1
        request = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        reply = await self.conversation.handle(
            as_message(request), self._judge if said is None else said.put_nowait
        )
        (answer,) = reply.messages
        assert isinstance(answer, dict)
        self._judge(answer, method)
        return answer

    async def notify(self, method: str, **params: Any) -> None:
        note = {"jsonrpc": "2.0", "method": method, "params": params}
        await self.conversation.handle(as_message(note), self._judge)

    async def answer(self, request: Json, result: Json) -> None:
        reply = {"jsonrpc": "2.0", "id": request["id"], "result": result}
        await self.conversation.handle(as_message(reply), self._judge)

    async def run(self, name: str, ttl: int | None = None, **arguments: Any) -> Json:
        """Call a tool as a task; returns the task."""
        task = {} if ttl is None else {"ttl": ttl}
        params = {"name": name, "arguments": arguments, "task": task}
        reply = await self.ask("tools/call", {**params, "_meta": {"progressToken": "p"}})
        return reply["result"]["task"]

    async def get(self, task: Json) -> Json:
        return (await self.ask("tasks/get", {"taskId": task["taskId"]}))["result"]

    async def end(self, task: Json) -> tuple[str, str]:
        """Return how it ended, and what is told about it."""
        ended = await self.get(task)
        return ended["status"], ended["statusMessage"]

    async def result(self, task: Json, said: "Said | None" = None) -> Json:
        return await self.ask("tasks/result", {"taskId": task["taskId"]}, said)

    def _tell(self, message: Any) -> None:
        self._judge(message)
        self.told.put_nowait(message)

    def _judge(self, message: Any, answers: str | None = None) -> None:
        assert message_problems(self.revision, "server", message, answers) == []


def run(test: Callable[[Client], Awaitable[None]], **members: Any) -> None:
    """Run a test with a client that is connected; afterwards nothing is left that runs."""

    async def alone() -> None:
        async with asyncio.timeout(BOUND):
            server = MockServer({**CONTRACT, **members})
            client = Client(server)
            await client.start()
            await test(client)
            client.conversation.hang_up()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.gather(*others, return_exceptions=True)

    asyncio.run(alone())


# Who is offered tasks


@pytest.mark.parametrize("revision", STATEFUL)
def test_tasks_are_declared_where_the_revision_has_them(revision):
    async def test() -> None:
        client = Client(MockServer(CONTRACT), revision)
        declared = (await client.start())["capabilities"].get("tasks")
        listed = (await client.ask("tools/list", {}))["result"]["tools"]
        shown = {tool["name"]: tool["execution"] for tool in listed if "execution" in tool}
        if revision == R2025_11_25:
            assert declared == {"list": {}, "cancel": {}, "requests": {"tools": {"call": {}}}}
            assert shown["count"] == {"taskSupport": "optional"}
            assert shown["must"] == {"taskSupport": "required"}
            assert "plain" not in shown
        else:
            assert (declared, shown) == (None, {})
            for method in ("tasks/get", "tasks/list", "tasks/cancel", "tasks/result"):
                assert (await client.ask(method, {}))["error"]["code"] == -32601
            ignored = {"name": "must", "task": {}}
            assert (await client.ask("tools/call", ignored))["result"]["isError"] is True

    asyncio.run(test())


def test_a_server_whose_tools_take_no_tasks_ignores_that_one_is_asked_for():
    async def test() -> None:
        client = Client(MockServer({**CONTRACT, "tools": TOOLS[:1]}))
        assert "tasks" not in (await client.start())["capabilities"]
        called = await client.ask("tools/call", {"name": "plain", "task": {}})
        assert called["result"]["content"][0]["text"] == "plain"

    asyncio.run(test())


def test_a_server_without_sessions_shows_no_list():
    async def test(client: Client) -> None:
        assert "list" not in capabilities(client.server, R2025_11_25)["tasks"]
        assert (await client.ask("tasks/list", {}))["error"]["code"] == -32601

    run(test, http={"sessions": False})


def test_what_a_server_lists_can_be_pasted_in():
    listed = {"name": "a", "execution": {"taskSupport": "required"}}
    contract = read_contract({**CONTRACT, "tools": [listed]})
    assert contract.tools[0].task == "required"


@pytest.mark.parametrize("settings", [{"ttl_ms": 0}, {"poll_ms": 0}, {"ttl": 5}])
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(ContractError):
        MockServer({**CONTRACT, "tasks": settings})


@pytest.mark.parametrize(("tool", "task"), [("plain", {"task": {}}), ("must", {})])
def test_a_tool_is_not_called_in_a_way_that_it_does_not_take(tool, task):
    async def test(client: Client) -> None:
        error = (await client.ask("tools/call", {"name": tool, **task}))["error"]
        assert error["code"] == -32601
        assert tool in error["message"]

    run(test)


@pytest.mark.parametrize("task", [1, {"ttl": "long"}, {"ttl": -1}, {"ttl": True}])
def test_an_ill_formed_wish_for_a_task_is_refused(task):
    async def test(client: Client) -> None:
        reply = await client.ask("tools/call", {"name": "count", "task": task})
        assert reply["error"]["code"] == -32602

    run(test)


# What it comes to


def test_the_task_comes_at_once_and_its_result_when_it_is_asked_for():
    async def test(client: Client) -> None:
        params = {"name": "count", "arguments": {"to": 3}, "task": {"ttl": 5000}}
        created = (await client.ask("tools/call", params))["result"]
        task = created["task"]
        assert created["_meta"] == {RELATED: {"taskId": task["taskId"]}}
        assert (task["status"], task["ttl"], task["pollInterval"]) == ("working", 5000, 100)
        assert task["createdAt"] == task["lastUpdatedAt"]
        result = (await client.result(task))["result"]
        assert result["content"] == [{"type": "text", "text": "3"}]
        assert result["_meta"] == {"example.com/a": 1, RELATED: {"taskId": task["taskId"]}}
        assert (await client.get(task))["status"] == "completed"
        assert "_meta" not in await client.get(task)

    run(test)


@pytest.mark.parametrize(
    ("tool", "arguments"), [("must", {}), ("count", {"to": "many"}), ("ask", {})]
)
def test_a_tool_that_fails_makes_the_task_fail(tool, arguments):
    async def test(client: Client) -> None:
        client.conversation.session.client = {}  # so that nothing can be asked
        task = await client.run(tool, **arguments)
        assert (await client.result(task))["result"]["isError"] is True
        assert await client.end(task) == ("failed", "The tool reported an error.")

    run(test)


def test_a_refusal_makes_the_task_fail_and_is_its_result():
    async def test(client: Client) -> None:
        task = await client.run("refuse")
        for _ in range(2):
            assert (await client.result(task))["error"] == {"code": 4001, "message": "no"}
        assert await client.end(task) == ("failed", "The call was refused: no")

    run(test)


def test_a_handler_in_python_runs_as_a_task():
    async def test(client: Client) -> None:
        going, done = asyncio.Event(), asyncio.Event()

        async def handler(arguments: Json) -> str:
            going.set()
            await done.wait()
            return f"counted to {arguments['to']}"

        client.server.set_tool_response("count", handler)
        task = await client.run("count", to=4)
        await going.wait()
        assert (await client.get(task))["status"] == "working"
        done.set()
        assert (await client.result(task))["result"]["content"][0]["text"] == "counted to 4"

    run(test)


def test_a_task_that_breaks_down_fails_and_the_reason_is_told_on_our_side():
    class Broken:
        async def answer(self, *_: object) -> Json:
            raise ZeroDivisionError

    async def test(client: Client) -> None:
        told: list[Json] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, what: told.append(what))
        client.server.tools["count"].script = Broken()
        task = await client.run("count")
        error = (await client.result(task))["error"]
        assert error == {"code": -32603, "message": "Internal error"}
        assert (await client.get(task))["status"] == "failed"
        assert isinstance(told[0]["exception"], ZeroDivisionError)

    run(test)


# What it says meanwhile


@pytest.mark.parametrize("heard", [True, False])
def test_all_that_a_task_says_names_the_task(heard):
    async def test(client: Client) -> None:
        task = await client.run("report")
        said: Said = asyncio.Queue()
        if heard:
            await client.result(task, said)
        spoken = said if heard else client.told
        status, progress, log, ended = [await spoken.get() for _ in range(4)]
        assert (said.empty(), client.told.empty()) == (True, True)
        assert status["method"] == ended["method"] == "notifications/tasks/status"
        assert status["params"]["statusMessage"] == "Counting."
        related = {RELATED: {"taskId": task["taskId"]}}
        assert progress["params"] == {"progressToken": "p", "progress": 1, "_meta": related}
        assert (log["params"]["data"], log["params"]["_meta"]) == ("counting", related)
        assert ended["params"] == await client.get(task)

    run(test)


def test_a_task_that_asks_waits_until_its_result_is_asked_for():
    async def test(client: Client) -> None:
        task = await client.run("ask")
        assert (await client.told.get())["params"]["status"] == "input_required"
        assert (await client.get(task))["status"] == "input_required"
        await asyncio.sleep(0)  # so that it could have asked
        assert client.told.empty()
        said: Said = asyncio.Queue()
        waiting = asyncio.create_task(client.result(task, said))
        request = await said.get()
        assert request["method"] == "elicitation/create"
        assert request["params"]["_meta"] == {RELATED: {"taskId": task["taskId"]}}
        await client.answer(request, {"action": "accept", "content": {"name": "Ada"}})
        assert (await waiting)["result"]["content"][0]["text"] == "Hello, Ada!"
        statuses = [(await said.get())["params"]["status"] for _ in range(2)]
        assert statuses == ["working", "completed"]
        assert client.told.empty()

    run(test)


def test_who_no_longer_waits_for_a_result_does_not_end_the_task():
    async def test(client: Client) -> None:
        task = await client.run("ask")
        assert (await client.told.get())["params"]["status"] == "input_required"
        said: asyncio.Queue[Any] = asyncio.Queue()
        params = {"taskId": task["taskId"]}
        request = {"jsonrpc": "2.0", "id": "wait", "method": "tasks/result", "params": params}
        handle = client.conversation.handle
        waiting = asyncio.create_task(handle(as_message(request), said.put_nowait))
        question = await said.get()
        await client.notify("notifications/cancelled", requestId="wait")
        assert (await waiting).messages == []
        assert (await client.get(task))["status"] == "input_required"
        await client.answer(question, {"action": "accept", "content": {"name": "Ada"}})
        assert (await client.result(task))["result"]["content"][0]["text"] == "Hello, Ada!"

    run(test)


# How it ends early, and how it is found


def test_a_cancelled_task_stays_cancelled_and_has_no_result():
    async def test(client: Client) -> None:
        task = await client.run("sleep")
        waiting = asyncio.create_task(client.result(task))
        await asyncio.sleep(0)
        params = {"taskId": task["taskId"]}
        cancelled = (await client.ask("tasks/cancel", params))["result"]
        assert (cancelled["status"], "_meta" in cancelled) == ("cancelled", False)
        for reply in (await waiting, await client.result(task)):
            assert reply["error"]["code"] == -32602
            assert "cancelled by request" in reply["error"]["message"]
        again = (await client.ask("tasks/cancel", params))["error"]
        assert (again["code"], "'cancelled'" in again["message"]) == (-32602, True)

    run(test)


@pytest.mark.parametrize("method", ["tasks/get", "tasks/result", "tasks/cancel"])
@pytest.mark.parametrize("params", [{}, {"taskId": "none"}, {"taskId": 1}])
def test_an_unknown_task_is_invalid(method, params):
    async def test(client: Client) -> None:
        assert (await client.ask(method, params))["error"]["code"] == -32602

    run(test)


def test_tasks_are_listed_in_pages():
    async def test(client: Client) -> None:
        tasks = [await client.run("count", to=number) for number in range(3)]
        first = (await client.ask("tasks/list", {}))["result"]
        second = (await client.ask("tasks/list", {"cursor": first["nextCursor"]}))["result"]
        listed = [task["taskId"] for task in first["tasks"] + second["tasks"]]
        assert listed == [task["taskId"] for task in tasks]
        assert "nextCursor" not in second
        assert (await client.ask("tasks/list", {"cursor": "x"}))["error"]["code"] == -32602

    run(test, page_size=2)


def test_nobody_sees_the_tasks_of_another_session():
    async def test(client: Client) -> None:
        task = await client.run("count", to=1)
        other = Client(client.server)
        await other.start()
        assert (await other.ask("tasks/list", {}))["result"]["tasks"] == []
        for method in ("tasks/get", "tasks/result", "tasks/cancel"):
            refused = await other.ask(method, {"taskId": task["taskId"]})
            assert refused["error"]["code"] == -32602

    run(test)


def test_the_end_of_a_session_ends_its_tasks():
    async def test(client: Client) -> None:
        task = await client.run("sleep")
        session = client.conversation.session
        assert [kept.id for kept in client.server.tasks.of(session)] == [task["taskId"]]
        client.conversation.hang_up()
        assert client.server.tasks.of(session) == []
        assert client.told.empty()

    run(test)


# How long, and how many


def test_a_task_is_kept_for_its_time_to_live():
    now = [1000.0]

    async def test() -> None:
        client = Client(MockServer({**CONTRACT, "tasks": {"ttl_ms": 2000}}, clock=lambda: now[0]))
        await client.start()
        by_default, longer = await client.run("sleep"), await client.run("sleep", ttl=3000)
        longest = await client.run("count", to=1, ttl=10**9)
        assert (by_default["ttl"], longest["ttl"]) == (2000, store.MAX_TTL_MS)
        waiting = asyncio.create_task(client.result(by_default))
        await asyncio.sleep(0)
        now[0] += 2.0
        assert (await client.get(longer))["status"] == "working"
        assert "expired" in (await waiting)["error"]["message"]
        assert (await client.result(by_default))["error"]["code"] == -32602
        now[0] += 1.0
        listed = (await client.ask("tasks/list", {}))["result"]["tasks"]
        assert [task["taskId"] for task in listed] == [longest["taskId"]]

    asyncio.run(test())


def test_tasks_without_a_time_to_live_stay():
    now = [1000.0]

    async def test() -> None:
        client = Client(MockServer({**CONTRACT, "tasks": {"ttl_ms": None}}, clock=lambda: now[0]))
        await client.start()
        task = await client.run("count", to=1)
        now[0] += 10**6
        assert (await client.get(task))["ttl"] is None

    asyncio.run(test())


def test_there_are_never_more_tasks_than_can_be_kept(monkeypatch):
    monkeypatch.setattr(store, "MAX_TASKS", 2)

    async def test(client: Client) -> None:
        first = await client.run("count", to=1)
        await client.run("count", to=2)
        refused = await client.ask("tools/call", {"name": "count", "task": {}})
        assert (refused["error"]["code"], "2 tasks" in refused["error"]["message"]) == (
            -32603,
            True,
        )
        assert "result" in await client.result(first)

    run(test)
