"""The tasks extension of 2026-07-28, `io.modelcontextprotocol/tasks` (SEP-2663, ext-tasks)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mcp_proof_contracts.json_value import Json as AnyJson
from mcp_proof_contracts.wire import message as as_message
from mcp_proof_mocks.audience import Subscription
from mcp_proof_mocks.conversation import Conversation, Reply
from mcp_proof_mocks.http.header_check import HeaderCheck
from mcp_proof_mocks.http.messages import HttpRequest
from mcp_proof_mocks.server import MockServer

Json = dict[str, Any]

BOUND = 10.0
META = "io.modelcontextprotocol/"
EXTENSION = {f"{META}tasks": {}}
MISSING = {"requiredCapabilities": {"extensions": EXTENSION}}
ASK_NAME = {
    "method": "elicitation/create",
    "params": {
        "message": "Who?",
        "requestedSchema": {"type": "object", "properties": {"name": {"type": "string"}}},
    },
}
GIVEN = {"action": "accept", "content": {"name": "Ada"}}
HELLO = {"text": "Hello, {{ $inputs.user.content.name }}!"}
TOOLS: list[Json] = [
    {"name": "plain", "answer": {"text": "plain"}},
    {
        "name": "count",
        "inputSchema": {"type": "object", "properties": {"to": {"type": "integer"}}},
        "task": "optional",
        "answer": {"text": "counted"},
    },
    {"name": "must", "task": "required", "answer": {"error": "it went wrong"}},
    {
        "name": "refuse",
        "task": "optional",
        "answer": {"refusal": {"code": 4001, "message": "no", "data": [1]}},
    },
    {
        "name": "report",
        "task": "optional",
        "steps": [
            {"progress": {"progress": 1}},
            {"task": "Counting."},
            {"progress": {"progress": 2}},
            {"log": {"data": "counting"}},
            {"task": "Still counting."},
            {"ask": {"user": ASK_NAME}},
        ],
        "answer": HELLO,
    },
    {
        "name": "ask_two",
        "task": "optional",
        "steps": [{"ask": {"user": ASK_NAME, "other": ASK_NAME}}],
        "answer": HELLO,
    },
    {
        "name": "ask_again",
        "task": "optional",
        "steps": [{"ask": {"user": ASK_NAME}}, {"ask": {"again": ASK_NAME}}],
        "answer": HELLO,
    },
    {
        "name": "ask_first",
        "task": "required",
        "steps": [{"ask": {"user": ASK_NAME}}, {"task": "Greeting."}, {"delay": 0}],
        "answer": HELLO,
    },
    {"name": "wait_first", "task": "optional", "steps": [{"delay": 3_600_000}, {"task": "On."}]},
    {"name": "sleep", "task": "optional", "steps": [{"delay": 3_600_000}]},
]
CONTRACT: Json = {"info": {"name": "tasks", "version": "1"}, "logging": True, "tools": TOOLS}


class Client:
    """Declares, unless told otherwise, elicitation and the extension in every request."""

    def __init__(self, server: MockServer) -> None:
        self.server = server
        self.conversation = Conversation(server)
        self.capabilities: Json = {"elicitation": {}, "extensions": EXTENSION}
        self._number = 0

    def request(self, method: str, **params: Any) -> Json:
        self._number += 1
        meta = {
            f"{META}protocolVersion": "2026-07-28",
            f"{META}clientCapabilities": self.capabilities,
            f"{META}logLevel": "debug",
            "progressToken": "p",
        }
        given = {**params, "_meta": meta}
        return {"jsonrpc": "2.0", "id": self._number, "method": method, "params": given}

    async def send(self, request: Json, said: list[AnyJson]) -> Reply:
        return await self.conversation.handle(as_message(request), said.append)

    async def ask(self, method: str, **params: Any) -> Json:
        """Return the result; nothing may be said before it."""
        said: list[AnyJson] = []
        (reply,) = (await self.send(self.request(method, **params), said)).messages
        assert said == []
        assert isinstance(reply, dict)
        return reply["result"]

    async def refused(self, method: str, **params: Any) -> tuple[Json, int]:
        """Return the error and the HTTP status."""
        reply = await self.send(self.request(method, **params), [])
        (answer,) = reply.messages
        assert isinstance(answer, dict)
        return answer["error"], reply.status

    async def run(self, name: str, **params: Any) -> Json:
        """Call a tool that becomes a task."""
        task = await self.ask("tools/call", name=name, **params)
        assert task["resultType"] == "task"
        return task

    async def get(self, task: Json) -> Json:
        return await self.ask("tasks/get", taskId=task["taskId"])

    async def until(self, task: Json, *statuses: str) -> Json:
        changes: asyncio.Queue[AnyJson] = asyncio.Queue()
        follower = Subscription(
            id="test",
            wants={"taskIds": [task["taskId"]]},
            send=changes.put_nowait,
            ended=asyncio.get_running_loop().create_future(),
        )
        self.server.audience.subscriptions.add(follower)
        while (got := await self.get(task))["status"] not in statuses:
            await changes.get()
        self.server.audience.subscriptions.remove(follower)
        return got

    async def answer(self, task: Json, **responses: Any) -> Json:
        return await self.ask("tasks/update", taskId=task["taskId"], inputResponses=responses)


def run(test: Callable[[Client], Awaitable[None]], **members: Any) -> None:
    """Run a test; once the server has stopped nothing is left that runs."""

    async def alone() -> None:
        async with asyncio.timeout(BOUND):
            client = Client(MockServer({**CONTRACT, **members}))
            await test(client)
            client.conversation.hang_up()
            client.server.tasks.close()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.gather(*others, return_exceptions=True)

    asyncio.run(alone())


def without_server_info(result: Json) -> Json:
    assert result["_meta"] == {f"{META}serverInfo": CONTRACT["info"]}
    return {name: value for name, value in result.items() if name != "_meta"}


# Who gets tasks


def test_discover_declares_the_extension_beside_those_of_the_contract():
    async def test(client: Client) -> None:
        capabilities = (await client.ask("server/discover"))["capabilities"]
        assert capabilities["extensions"] == {"com.example/a": {"b": 1}, **EXTENSION}
        assert "tasks" not in capabilities
        listed = (await client.ask("tools/list"))["tools"]
        assert not any("execution" in tool for tool in listed)

    run(test, extensions={"com.example/a": {"b": 1}})


def test_a_server_whose_tools_take_no_tasks_does_not_know_them():
    async def test(client: Client) -> None:
        assert "extensions" not in (await client.ask("server/discover"))["capabilities"]
        for method in ("tasks/get", "tasks/update", "tasks/cancel"):
            error, status = await client.refused(method, taskId="a", inputResponses={})
            assert (error["code"], status) == (-32601, 404)

    run(test, tools=TOOLS[:1])


@pytest.mark.parametrize("tool", ["count", "ask_first"])
def test_only_a_client_that_declares_the_extension_gets_a_task(tool):
    async def test(client: Client) -> None:
        client.capabilities = {"elicitation": {}}
        if tool == "count":
            result = without_server_info(await client.ask("tools/call", name=tool))
            content = [{"type": "text", "text": "counted"}]
            assert result == {"resultType": "complete", "content": content}
        else:
            error, status = await client.refused("tools/call", name=tool)
            assert (error["code"], error["data"], status) == (-32021, MISSING, 400)

    run(test)


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
def test_only_a_client_that_declares_the_extension_is_told_of_tasks(method):
    async def test(client: Client) -> None:
        task = await client.run("sleep")
        client.capabilities = {}
        error, status = await client.refused(method, taskId=task["taskId"], inputResponses={})
        assert (error["code"], error["data"], status) == (-32021, MISSING, 400)

    run(test)


def test_what_the_experiment_had_is_gone():
    async def test(client: Client) -> None:
        for method in ("tasks/result", "tasks/list"):
            error, status = await client.refused(method, taskId="a")
            assert (error["code"], status) == (-32601, 404)
        called = await client.ask("tools/call", name="plain", task={"ttl": 5})
        assert called["resultType"] == "complete"

    run(test)


def test_neither_era_sees_the_tasks_of_the_other():
    async def test(client: Client) -> None:
        task = await client.run("sleep")
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {}}
        request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
        await client.send(request, [])
        params = {"taskId": task["taskId"]}
        request = {"jsonrpc": "2.0", "id": 2, "method": "tasks/get", "params": params}
        (reply,) = (await client.send(request, [])).messages
        assert isinstance(reply, dict)
        assert reply["error"]["code"] == -32602

    run(test)


# What it comes to


def test_the_task_is_flat_and_found_at_once_and_holds_its_result_in_the_end():
    async def test(client: Client) -> None:
        task = await client.run("count")
        created = without_server_info(task)
        times = {"createdAt": task["createdAt"], "lastUpdatedAt": task["lastUpdatedAt"]}
        shown = {"taskId": task["taskId"], "status": "working", **times}
        assert created == {**shown, "resultType": "task", "ttlMs": 60000, "pollIntervalMs": 100}
        ended = await client.until(task, "completed")
        assert ended["resultType"] == "complete"
        content = [{"type": "text", "text": "counted"}]
        result = without_server_info(ended["result"])
        assert result == {"resultType": "complete", "content": content}
        assert "error" not in ended

    run(test)


def test_a_failure_of_the_tool_is_a_result_and_a_refusal_an_error():
    async def test(client: Client) -> None:
        failed = await client.until(await client.run("must"), "completed", "failed")
        assert (failed["status"], failed["result"]["isError"]) == ("completed", True)
        refused = await client.until(await client.run("refuse"), "completed", "failed")
        assert refused["error"] == {"code": 4001, "message": "no", "data": [1]}
        assert (refused["status"], "result" in refused) == ("failed", False)
        assert refused["statusMessage"] == "The call was refused: no"

    run(test)


def test_arguments_are_judged_before_there_is_a_task():
    async def test(client: Client) -> None:
        called = await client.ask("tools/call", name="count", arguments={"to": "many"})
        assert (called["resultType"], called["isError"]) == ("complete", True)

    run(test)


# What it asks


def test_a_task_asks_for_everything_at_once_and_takes_the_answers_one_by_one():
    async def test(client: Client) -> None:
        task = await client.run("ask_two")
        asked = await client.until(task, "input_required")
        assert asked["inputRequests"] == {"user": ASK_NAME, "other": ASK_NAME}
        ack = without_server_info(await client.answer(task, other=GIVEN, unknown={"x": 1}))
        assert ack == {"resultType": "complete"}
        left = await client.get(task)
        assert (left["status"], left["inputRequests"]) == ("input_required", {"user": ASK_NAME})
        await client.answer(task, other=None)
        await client.answer(task, user=GIVEN)
        assert (await client.get(task))["status"] == "working"
        ended = await client.until(task, "completed")
        assert ended["result"]["content"][0]["text"] == "Hello, Ada!"

    run(test)


@pytest.mark.parametrize("responses", [{"user": {"action": "maybe"}}, {"user": 1}, None])
def test_a_response_that_answers_nothing_is_refused_and_the_question_stays(responses):
    async def test(client: Client) -> None:
        task = await client.run("ask_two")
        await client.until(task, "input_required")
        params = {"taskId": task["taskId"], "inputResponses": responses}
        error, _ = await client.refused("tasks/update", **params)
        assert error["code"] == -32602
        assert set((await client.get(task))["inputRequests"]) == {"user", "other"}

    run(test)


def test_each_question_comes_by_its_own_name():
    async def test(client: Client) -> None:
        task = await client.run("ask_again")
        keys: list[str] = []
        for _ in range(2):
            (key,) = (await client.until(task, "input_required"))["inputRequests"]
            keys.append(key)
            await client.answer(task, **{key: GIVEN})
        assert keys == ["user", "again"]
        assert (await client.until(task, "completed"))["result"]["content"]

    run(test)


def test_what_comes_before_the_task_is_asked_in_rounds():
    async def test(client: Client) -> None:
        first = await client.ask("tools/call", name="ask_first")
        assert first["resultType"] == "input_required"
        again = {"requestState": first["requestState"], "inputResponses": {"user": GIVEN}}
        task = await client.run("ask_first", **again)
        assert (task["statusMessage"], "requestState" in task) == ("Greeting.", False)
        ended = await client.until(task, "completed")
        assert ended["result"]["content"][0]["text"] == "Hello, Ada!"

    run(test)


def test_once_it_is_a_task_a_call_speaks_only_of_its_status():
    async def test(client: Client) -> None:
        said: list[Any] = []
        (reply,) = (await client.send(client.request("tools/call", name="report"), said)).messages
        assert isinstance(reply, dict)
        assert reply["result"]["statusMessage"] == "Counting."
        asked = await client.until(reply["result"], "input_required")
        assert asked["statusMessage"] == "The client is asked for input."
        assert [note["params"]["progress"] for note in said] == [1]

    run(test)


# How it ends early


def test_cancelling_is_acknowledged_whether_or_not_the_task_is_over():
    async def test(client: Client) -> None:
        task = await client.run("sleep")
        for _ in range(2):
            ack = without_server_info(await client.ask("tasks/cancel", taskId=task["taskId"]))
            assert ack == {"resultType": "complete"}
            assert (await client.get(task))["status"] == "cancelled"
        over = await client.run("count")
        await client.until(over, "completed")
        await client.ask("tasks/cancel", taskId=over["taskId"])
        assert (await client.get(over))["status"] == "completed"

    run(test)


@pytest.mark.parametrize("tool", ["sleep", "wait_first"])
def test_cancelling_the_request_ends_only_what_is_no_task_yet(tool):
    async def test(client: Client) -> None:
        request = client.request("tools/call", name=tool)
        calling = asyncio.create_task(client.send(request, []))
        await asyncio.sleep(0)  # so that it has been sent
        params = {"requestId": request["id"]}
        note = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}
        await client.send(note, [])
        reply = await calling
        if tool == "wait_first":
            assert (reply.messages, reply.cancelled) == ([], True)
        else:
            (answer,) = reply.messages
            assert isinstance(answer, dict)
            assert (await client.get(answer["result"]))["status"] == "working"

    run(test)


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
def test_an_unknown_task_is_invalid(method):
    async def test(client: Client) -> None:
        error, status = await client.refused(method, taskId="none", inputResponses={})
        assert (error["code"], status) == (-32602, 200)

    run(test)


# Who follows it


def test_those_who_follow_a_task_hear_where_it_stands():
    async def test(client: Client) -> None:
        task = await client.run("ask_two")
        said: list[Any] = []
        filters = {"taskIds": [task["taskId"], "unknown"]}
        request = client.request("subscriptions/listen", notifications=filters)
        listening = asyncio.create_task(client.send(request, said))
        await asyncio.sleep(0)  # so that it has been sent
        await client.until(task, "input_required")
        await client.answer(task, user=GIVEN, other=GIVEN)
        ended = await client.until(task, "completed")
        client.server.audience.close()
        await listening
        known = {"taskIds": [task["taskId"]]}
        assert said[0]["method"] == "notifications/subscriptions/acknowledged"
        assert said[0]["params"]["notifications"] == known
        assert said[-1]["method"] == "notifications/cancelled"  # the server ends the subscription
        told = said[1:-1]
        assert {note["method"] for note in told} == {"notifications/tasks"}
        assert told[-1]["params"].pop("_meta") == {f"{META}subscriptionId": request["id"]}
        state = {n: v for n, v in ended.items() if n not in ("_meta", "resultType")}
        assert told[-1]["params"] == state
        assert [note["params"]["status"] for note in told[-2:]] == ["working", "completed"]

    run(test)


def test_only_a_client_that_declares_the_extension_can_follow_tasks():
    async def test(client: Client) -> None:
        client.capabilities = {}
        filters = {"taskIds": ["a"]}
        error, status = await client.refused("subscriptions/listen", notifications=filters)
        assert (error["code"], error["data"], status) == (-32021, MISSING, 400)

    run(test)


# Over HTTP


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
@pytest.mark.parametrize(("name", "code"), [(None, -32020), ("other", -32020), ("a", None)])
def test_the_name_header_is_the_id_of_the_task(method, name, code):
    message = as_message(Client(MockServer(CONTRACT)).request(method, taskId="a"))
    headers = {"mcp-protocol-version": "2026-07-28", "mcp-method": method}
    request = HttpRequest(
        method="POST", path="/mcp", headers=headers | ({} if name is None else {"mcp-name": name})
    )
    refusal = HeaderCheck(MockServer(CONTRACT)).mismatch(request, message)
    assert (refusal.code if refusal else None) == code
    assert HeaderCheck(MockServer({**CONTRACT, "tools": []})).mismatch(request, message) is None
