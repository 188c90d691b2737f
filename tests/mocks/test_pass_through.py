"""A contract with `pass_through` answers what it defines; a real server, here a fake, the rest."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mock_client import META, Client, text

from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer

BOUND = 10.0
CONTRACT = {
    "info": {"name": "front", "version": "1"},
    "page_size": 2,
    "pass_through": {"command": ["a-real-server"]},
    "tools": [
        {"name": "ours", "answer": {"text": "from the mock"}},
        {"name": "both", "answer": {"text": "from the mock"}},
        {"name": "hidden", "offered": False},
    ],
    "prompts": [{"name": "p", "messages": []}],
    "resources": [{"uri": "memo://ours", "text": "ours"}],
}
ALL = {
    "capabilities": {
        "tools": {"listChanged": True},
        "prompts": {},
        "resources": {"subscribe": True},
        "completions": {},
        "logging": {},
    },
    "instructions": "Ask the real server.",
}


class FakeServer:
    """Answers with what the test gives it for each method: a result, an error or a function."""

    def __init__(
        self, revision: Revision = Revision.R2025_11_25, introduction=None, **answers: Any
    ) -> None:
        self.revision = revision
        self.introduction = ALL if introduction is None else introduction
        self.answers = {name.replace("_", "/"): answer for name, answer in answers.items()}
        self.requests: list[tuple[str, Any]] = []
        self.asked, self.cancelled = asyncio.Event(), asyncio.Event()

    async def request(self, method, params, relay=None):
        self.requests.append((method, params))
        self.asked.set()
        answer = self.answers[method]
        if isinstance(answer, Exception):
            raise answer
        try:
            return await answer(params, relay) if callable(answer) else answer
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


def conversing(
    real: FakeServer | None,
    revision: Revision = Revision.R2025_11_25,
    *,
    contract: Any = None,
    **capabilities: Any,
) -> Callable[[Callable[[Client], Awaitable[None]]], None]:
    """Run a scene with a started client of a mock in front of the real server."""

    def run(scene: Callable[[Client], Awaitable[None]]) -> None:
        async def within_bounds() -> None:
            async with asyncio.timeout(BOUND):
                server = MockServer({**CONTRACT, **(contract or {})})
                assert server.pass_through is not None
                server.pass_through.upstream = real
                client = Client(server, revision, **capabilities)
                await client.start()
                await scene(client)

        asyncio.run(within_bounds())

    return run


def test_lists_are_merged_and_paged_with_our_own_items_first():
    listed = {"tools": [{"name": name, "inputSchema": {}} for name in ("both", "hidden", "theirs")]}
    more = {"tools": [{"name": "last", "inputSchema": {}}]}

    async def pages(params, _relay):
        return more if params == {"cursor": "2"} else {**listed, "nextCursor": "2"}

    @conversing(FakeServer(tools_list=pages))
    async def scene(client: Client) -> None:
        first = await client.result("tools/list")
        second = await client.result("tools/list", cursor=first["nextCursor"])
        assert [tool["name"] for tool in first["tools"]] == ["ours", "both"]
        assert [tool["name"] for tool in second["tools"]] == ["theirs", "last"]
        assert "nextCursor" not in second


@pytest.mark.parametrize(
    ("method", "member", "key", "ours"),
    [
        ("prompts/list", "prompts", "name", ["p"]),
        ("resources/list", "resources", "uri", ["memo://ours"]),
        ("resources/templates/list", "resourceTemplates", "uriTemplate", []),
    ],
)
def test_every_list_is_merged(method, member, key, ours):
    real = FakeServer()
    real.answers[method] = {member: [{key: name} for name in [*ours, "theirs"]]}

    @conversing(real)
    async def scene(client: Client) -> None:
        assert [i[key] for i in (await client.result(method))[member]] == [*ours, "theirs"]


def test_a_list_that_the_real_server_does_not_have_adds_nothing():
    missing = RefusalError(-32601, "Method not found")

    @conversing(
        FakeServer(introduction={"capabilities": {"resources": {}}}, resources_list=missing)
    )
    async def scene(client: Client) -> None:
        assert len((await client.result("tools/list"))["tools"]) == 2
        assert len((await client.result("resources/list"))["resources"]) == 1


def test_a_list_without_a_last_page_is_an_error():
    @conversing(FakeServer(tools_list={"tools": [], "nextCursor": "again"}))
    async def scene(client: Client) -> None:
        error = await client.error("tools/list")
        assert (error["code"], "no last page" in error["message"]) == (-32603, True)


def test_what_is_not_declared_twice_is_declared_once():
    @conversing(FakeServer())
    async def scene(client: Client) -> None:
        assert client.introduction["instructions"] == "Ask the real server."
        assert client.introduction["capabilities"] == {
            "tools": {"listChanged": True},
            "prompts": {},
            "resources": {"subscribe": True},
            "completions": {},
            "logging": {},
        }


def test_what_is_not_bridged_is_not_declared():
    capabilities = {"tools": {}, "tasks": {"list": {}}, "experimental": {"x": {}}}

    @conversing(FakeServer(introduction={"capabilities": capabilities}))
    async def scene(client: Client) -> None:
        declared = client.introduction["capabilities"]
        assert declared.keys() == {"tools", "prompts", "resources"}
        assert (await client.error("tasks/get", taskId="x"))["code"] == -32601


def test_what_the_contract_defines_never_reaches_the_real_server():
    real = FakeServer()

    @conversing(real)
    async def scene(client: Client) -> None:
        result = await client.result("tools/call", name="both", arguments={})
        assert result["content"] == [text("from the mock")]
        hidden = await client.error("tools/call", name="hidden", arguments={})
        assert hidden["message"] == "Unknown tool: hidden"
        assert (await client.result("resources/read", uri="memo://ours"))["contents"]
        assert await client.result("prompts/get", name="p") == {"messages": []}
        ref = {"type": "ref/prompt", "name": "p"}
        argument = {"name": "a", "value": ""}
        completion = await client.result("completion/complete", ref=ref, argument=argument)
        assert completion["completion"]["values"] == []

    assert real.requests == []


@pytest.mark.parametrize("revision", [Revision.R2025_11_25, Revision.R2026_07_28])
@pytest.mark.parametrize(
    ("method", "params", "result"),
    [
        (
            "tools/call",
            {"name": "theirs", "arguments": {"a": 1}},
            {
                "content": [text("failed")],
                "structuredContent": {"a": 1},
                "isError": True,
                "_meta": {"com.example/x": 1},
            },
        ),
        (
            "tools/call",
            {"name": "theirs"},
            {"content": [{"type": "text"}, {"type": "text", "text": 5}]},
        ),
        ("resources/read", {"uri": "memo://theirs"}, {"contents": [], "other": 1}),
        ("prompts/get", {"name": "theirs"}, {"messages": [], "description": "x"}),
        (
            "completion/complete",
            {
                "ref": {"type": "ref/prompt", "name": "theirs"},
                "argument": {"name": "a", "value": "b"},
            },
            {"completion": {"values": ["bc"]}},
        ),
    ],
)
def test_the_rest_goes_on_and_its_result_comes_back_unchanged(method, params, result, revision):
    real = FakeServer(revision)
    real.answers[method] = result

    @conversing(real, revision)
    async def scene(client: Client) -> None:
        got = await client.result(method, **params)
        if client.stateless:
            assert got.pop("resultType") == "complete"
            assert got["_meta"].pop(f"{META}serverInfo")["name"] == "front"
            got = {n: v for n, v in got.items() if n not in ("ttlMs", "cacheScope") and v != {}}
        assert got == result

    sent = {name: value for name, value in real.requests[0][1].items() if name != "_meta"}
    assert (real.requests[0][0], sent) == (method, params)


def test_what_a_stateless_request_says_of_its_client_stays_with_the_mock():
    real = FakeServer(tools_call={"content": []})

    @conversing(real, Revision.R2026_07_28)
    async def scene(client: Client) -> None:
        await client.result("tools/call", name="theirs", _meta={"traceparent": "00-1"})

    assert real.requests[0][1]["_meta"] == {"traceparent": "00-1"}


def test_its_error_comes_back_unchanged():
    @conversing(FakeServer(tools_call=RefusalError(-31000, "No.", data={"why": [1]})))
    async def scene(client: Client) -> None:
        error = await client.error("tools/call", name="theirs")
        assert error == {"code": -31000, "message": "No.", "data": {"why": [1]}}


def test_its_refusal_to_tell_of_a_resource_comes_back():
    @conversing(FakeServer(resources_subscribe=RefusalError(-31000, "No.")))
    async def scene(client: Client) -> None:
        assert (await client.error("resources/subscribe", uri="memo://x"))["code"] == -31000


@pytest.mark.parametrize("messages", [1, [1], [{"role": "user"}]])
def test_what_is_no_prompt_message_comes_back_unchanged(messages):
    @conversing(FakeServer(prompts_get={"messages": messages}))
    async def scene(client: Client) -> None:
        assert await client.result("prompts/get", name="theirs") == {"messages": messages}


def test_a_missing_resource_has_the_code_of_the_clients_era():
    missing = RefusalError(-32002, "Resource not found")

    @conversing(FakeServer(resources_read=missing), Revision.R2026_07_28)
    async def scene(client: Client) -> None:
        assert (await client.error("resources/read", uri="memo://x"))["code"] == -32602


def test_progress_comes_with_the_clients_own_token_while_it_waits():
    relays: list[Any] = []

    async def work(params, relay):
        relays.append(relay)
        assert params["_meta"] == {"progressToken": relay.token, "traceparent": "00-1"}
        relay.notify("notifications/progress", {"progressToken": relay.token, "progress": 1})
        return {"content": []}

    @conversing(FakeServer(tools_call=work))
    async def scene(client: Client) -> None:
        meta = {"progressToken": "mine", "traceparent": "00-1"}
        await client.result("tools/call", name="theirs", _meta=meta)
        relays[0].notify("notifications/progress", {"progress": 2})
        assert [sent["params"] for sent in client.heard] == [
            {"progressToken": "mine", "progress": 1}
        ]


@pytest.mark.parametrize(
    ("revision", "meta", "heard"),
    [
        (Revision.R2025_11_25, {}, ["warning"]),
        (Revision.R2026_07_28, {}, []),
        (Revision.R2026_07_28, {f"{META}logLevel": "debug"}, ["debug", "warning"]),
    ],
)
def test_log_messages_come_where_the_client_wants_them(revision, meta, heard):
    async def work(_params, relay):
        for level in ("debug", "warning", "shouting"):
            relay.notify("notifications/message", {"level": level, "data": "x"})
        return {"content": []}

    @conversing(FakeServer(tools_call=work), revision)
    async def scene(client: Client) -> None:
        await client.result("tools/call", name="theirs", _meta=meta)
        assert [sent["params"]["level"] for sent in client.heard] == heard


@pytest.mark.parametrize(
    ("revision", "heard"), [(Revision.R2025_11_25, ["notifications/x"]), (Revision.R2026_07_28, [])]
)
def test_other_notifications_of_a_call_are_for_stateful_clients(revision, heard):
    async def work(_params, relay):
        relay.notify("notifications/x", {})
        return {"content": []}

    @conversing(FakeServer(tools_call=work), revision)
    async def scene(client: Client) -> None:
        await client.result("tools/call", name="theirs")
        assert [sent["method"] for sent in client.heard] == heard


async def forever(_params, _relay):
    await asyncio.Event().wait()


@pytest.mark.parametrize("revision", [Revision.R2025_11_25, Revision.R2026_07_28])
@pytest.mark.parametrize("method", ["tools/call", "tools/list"])
def test_a_cancelled_request_is_cancelled_at_the_real_server_too(method, revision):
    real = FakeServer(tools_call=forever, tools_list=forever)

    @conversing(real, revision)
    async def scene(client: Client) -> None:
        call = asyncio.create_task(client.request(method, number=77, name="theirs"))
        await real.asked.wait()
        await client.cancel(77)
        assert await call is None
        await real.cancelled.wait()


async def sample(_params, relay):
    asked = {"method": "sampling/createMessage", "params": {"messages": []}}
    return {"content": [], "_meta": {"got": await relay.ask(asked)}}


async def sample_and_tell(params, relay):
    try:
        return await sample(params, relay)
    except RefusalError as refusal:
        return {"content": [], "_meta": {"got": refusal.error}}


def test_a_question_goes_to_the_client_and_its_answer_to_the_real_server():
    @conversing(FakeServer(tools_call=sample), sampling={})
    async def scene(client: Client) -> None:
        client.answers["sampling/createMessage"] = {"result": {"role": "assistant"}}
        result = await client.result("tools/call", name="theirs")
        assert result["_meta"]["got"] == {"role": "assistant"}
        assert client.heard[0]["params"] == {"messages": []}


def test_the_clients_error_goes_to_the_real_server_unchanged():
    @conversing(FakeServer(tools_call=sample_and_tell), sampling={})
    async def scene(client: Client) -> None:
        refused = {"code": -1, "message": "User rejected", "data": 7}
        client.answers["sampling/createMessage"] = {"error": refused}
        result = await client.result("tools/call", name="theirs")
        assert result["_meta"]["got"] == refused


@pytest.mark.parametrize("revision", [Revision.R2025_11_25, Revision.R2026_07_28])
def test_what_the_client_has_not_declared_is_refused_without_asking_it(revision):
    @conversing(FakeServer(tools_call=sample_and_tell), revision, elicitation={})
    async def scene(client: Client) -> None:
        result = await client.result("tools/call", name="theirs")
        assert result["_meta"]["got"]["code"] == -32601
        assert client.heard == []


def test_a_call_can_be_cancelled_while_the_client_is_asked():
    real = FakeServer(tools_call=sample)

    @conversing(real, sampling={})
    async def scene(client: Client) -> None:
        call = asyncio.create_task(client.request("tools/call", number=77, name="theirs"))
        await client.asked.wait()
        await client.cancel(77)
        assert await call is None
        await real.cancelled.wait()


def test_a_stateless_client_is_asked_in_rounds_while_the_stateful_server_waits():
    async def both(params, relay):
        asks = (sample(params, relay), relay.ask({"method": "roots/list"}))
        sampled, roots = await asyncio.gather(*asks)
        return {"content": [], "_meta": {"got": [sampled["_meta"]["got"], roots]}}

    real = FakeServer(tools_call=both)

    @conversing(real, Revision.R2026_07_28, sampling={}, roots={})
    async def scene(client: Client) -> None:
        params: dict[str, Any] = {"name": "theirs", "arguments": {"a": 1}}
        result = await client.result("tools/call", **params)
        answers = {"sampling/createMessage": {"role": "assistant"}, "roots/list": {"roots": []}}
        while result["resultType"] == "input_required":
            responses = {n: answers[r["method"]] for n, r in result["inputRequests"].items()}
            again = {"requestState": result["requestState"], "inputResponses": responses}
            result = await client.result("tools/call", **params, **again)
        assert result["_meta"]["got"] == [{"role": "assistant"}, {"roots": []}]

    assert len(real.requests) == 1


def test_the_state_of_a_round_is_good_for_its_own_request_and_once():
    @conversing(FakeServer(tools_call=sample), Revision.R2026_07_28, sampling={})
    async def scene(client: Client) -> None:
        asked = await client.result("tools/call", name="theirs")
        again = {"requestState": asked["requestState"]}
        assert (await client.error("tools/call", name="other", **again))["code"] == -32602
        unanswered = await client.result("tools/call", name="theirs", **again)
        assert unanswered["inputRequests"] == asked["inputRequests"]
        assert (await client.error("tools/call", name="theirs", **again))["code"] == -32602


@pytest.mark.parametrize(("bound", "value"), [("MAX_SUSPENDED", 1), ("TTL", 0.0)])
def test_a_call_whose_client_does_not_come_back_in_time_is_cancelled(monkeypatch, bound, value):
    monkeypatch.setattr(f"mcp_proof_mocks.pass_through.pass_through.{bound}", value)
    real = FakeServer(tools_call=sample)

    @conversing(real, Revision.R2026_07_28, sampling={})
    async def scene(client: Client) -> None:
        asked = await client.result("tools/call", name="theirs")
        await client.result("tools/call", name="another")
        await real.cancelled.wait()
        again = {"requestState": asked["requestState"]}
        assert (await client.error("tools/call", name="theirs", **again))["code"] == -32602


def test_nothing_is_told_to_a_stateless_client_between_its_rounds():
    relays: list[Any] = []

    async def work(params, relay):
        relays.append(relay)
        return await sample(params, relay)

    @conversing(FakeServer(tools_call=work), Revision.R2026_07_28, sampling={})
    async def scene(client: Client) -> None:
        await client.result("tools/call", name="theirs", _meta={"progressToken": 1})
        relays[0].notify("notifications/progress", {"progress": 1})
        assert client.heard == []


async def in_rounds(params, _relay):
    if "inputResponses" not in params:
        asked = {"q": {"method": "sampling/createMessage", "params": {"messages": []}}}
        return {"resultType": "input_required", "inputRequests": asked, "requestState": "s"}
    got = {"got": params["inputResponses"], "state": params["requestState"]}
    return {"resultType": "complete", "content": [], "_meta": {**got, f"{META}serverInfo": {}}}


def test_a_stateful_client_is_asked_during_its_call_what_a_stateless_server_asks_in_rounds():
    real = FakeServer(Revision.R2026_07_28, tools_call=in_rounds)

    @conversing(real, sampling={}, experimental={"x": {}})
    async def scene(client: Client) -> None:
        client.answers["sampling/createMessage"] = {"result": {"role": "assistant"}}
        result = await client.result("tools/call", name="theirs")
        got = {"got": {"q": {"role": "assistant"}}, "state": "s"}
        assert result == {"content": [], "_meta": got}

    assert real.requests[0][1]["_meta"][f"{META}clientCapabilities"] == {"sampling": {}}


def test_a_stateless_server_that_asks_without_end_is_given_up():
    asking = {"resultType": "input_required", "inputRequests": {}, "requestState": "s"}

    @conversing(FakeServer(Revision.R2026_07_28, tools_call=asking))
    async def scene(client: Client) -> None:
        error = await client.error("tools/call", name="theirs")
        assert (error["code"], "without end" in error["message"]) == (-32603, True)


def test_rounds_between_two_of_the_stateless_era_are_their_own():
    real = FakeServer(Revision.R2026_07_28, tools_call=in_rounds)

    @conversing(real, Revision.R2026_07_28, sampling={})
    async def scene(client: Client) -> None:
        asked = await client.result("tools/call", name="theirs")
        assert asked["requestState"] == "s"
        again = {"requestState": "s", "inputResponses": {"q": {"role": "assistant"}}}
        result = await client.result("tools/call", name="theirs", **again)
        assert result["_meta"]["got"] == {"q": {"role": "assistant"}}


@pytest.mark.parametrize("method", ["tools/call", "prompts/get"])
def test_content_that_the_clients_revision_does_not_know_becomes_text(method):
    link = {"type": "resource_link", "uri": "memo://x", "name": "x"}
    instead = text("[content of type resource_link, which 2025-03-26 does not have]")
    results = {
        "tools/call": {"content": [link], "structuredContent": {}},
        "prompts/get": {"messages": [{"role": "user", "content": link}]},
    }
    adapted = {
        "tools/call": {"content": [instead]},
        "prompts/get": {"messages": [{"role": "user", "content": instead}]},
    }
    real = FakeServer()
    real.answers = dict(results)

    @conversing(real, Revision.R2025_03_26)
    async def scene(client: Client) -> None:
        assert await client.result(method, name="theirs") == adapted[method]


def test_structured_content_that_is_no_object_is_for_clients_of_2026_07_28_alone():
    tool = {"name": "theirs", "inputSchema": {}, "outputSchema": {"type": "array"}}
    result = {"content": [text("[]")], "structuredContent": []}

    @conversing(FakeServer(tools_list={"tools": [tool]}, tools_call=result), contract={"tools": []})
    async def scene(client: Client) -> None:
        assert "outputSchema" not in (await client.result("tools/list"))["tools"][0]
        assert await client.result("tools/call", name="theirs") == {"content": [text("[]")]}


def test_a_changed_list_of_the_real_server_is_announced():
    @conversing(FakeServer())
    async def scene(client: Client) -> None:
        client.conversation.server.overhear("notifications/tools/list_changed", {})
        assert [sent["method"] for sent in client.heard] == ["notifications/tools/list_changed"]


def test_an_update_reaches_those_who_subscribed_to_a_resource_of_the_real_server():
    real = FakeServer(resources_subscribe={})

    @conversing(real)
    async def scene(client: Client) -> None:
        await client.result("resources/subscribe", uri="memo://theirs")
        for uri in ("memo://other", "memo://theirs"):
            params = {"uri": uri}
            client.conversation.server.overhear("notifications/resources/updated", params)
        assert [sent["params"] for sent in client.heard] == [{"uri": "memo://theirs"}]

    assert real.requests == [("resources/subscribe", {"uri": "memo://theirs"})]


def test_a_mock_that_nobody_has_connected_says_so():
    @conversing(None)
    async def scene(client: Client) -> None:
        error = await client.error("tools/call", name="theirs")
        assert error["code"] == -32603
        assert "none is connected" in error["message"]
