"""What the mock answers beside tools: resources, prompts, completion, logging, changes, lists."""

import gc

import pytest
from talk import Client, mock, outcome, tool

from mcp_proof_contracts.error_codes import INVALID_PARAMS, METHOD_NOT_FOUND, RESOURCE_NOT_FOUND
from mcp_proof_contracts.revision import REVISIONS
from mcp_proof_mocks.call import LOG_LEVELS
from mcp_proof_mocks.offering.uri_template import UriTemplate

STATEFUL, STATELESS = "2025-11-25", "2026-07-28"
ERAS = pytest.mark.parametrize("revision", [STATEFUL, STATELESS])
EVERY = pytest.mark.parametrize("revision", REVISIONS)
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"


# Resources


def memos(**members):
    return mock(
        resources=[
            {"uri": "memo://a", "text": "A", "mimeType": "text/plain"},
            {"uri": "memo://gone", "refusal": {"code": 7, "message": "gone"}},
            {
                "uri": "memo://twice",
                "cases": [{"when": {"call": 1}, "text": "1"}, {"when": {"call": 2}, "text": "2"}],
            },
        ],
        resource_templates=[
            {"uriTemplate": "memo://{name}/{part}", "text": "{{ name }} {{ part }}"},
            {"uriTemplate": "x://{?page}", "text": "{{ page }}", "mimeType": "text/x"},
            {"uriTemplate": "listed://{name}"},
        ],
        **members,
    )


@pytest.mark.parametrize(
    ("uri", "content"),
    [
        ("memo://a", {"mimeType": "text/plain", "text": "A"}),
        ("memo://tea/two%20cups", {"text": "tea two cups"}),
        ("memo://{{ part }}/b", {"text": "{{ part }} b"}),
        ("x://?page=5", {"mimeType": "text/x", "text": "5"}),
        ("x://", {"mimeType": "text/x", "text": ""}),
    ],
)
@ERAS
def test_a_resource_is_read_by_its_uri_or_by_that_of_a_template(revision, uri, content):
    with Client(memos(), revision) as client:
        result = client.ask("resources/read", uri=uri)["result"]
    assert result["contents"] == [{"uri": uri, **content}]
    assert ("ttlMs" in result) is (revision == STATELESS)


@pytest.mark.parametrize("uri", ["memo://b", "memo://a/b/c", "listed://x", "memo://twice"])
@EVERY
def test_an_unknown_resource_is_refused_with_the_code_of_the_revision(revision, uri):
    with Client(memos(), revision) as client:
        for _ in range(2 if uri == "memo://twice" else 0):
            assert "result" in client.ask("resources/read", uri=uri)
        error = client.ask("resources/read", uri=uri)["error"]
    code = INVALID_PARAMS if revision == STATELESS else RESOURCE_NOT_FOUND
    assert (error["code"], error["data"]) == (code, {"uri": uri})


def test_a_resource_can_refuse_and_a_request_without_uri_is_refused():
    with Client(memos()) as client:
        assert client.ask("resources/read", uri="memo://gone")["error"]["code"] == 7
        assert client.ask("resources/read")["error"]["code"] == INVALID_PARAMS
        assert client.ask("resources/read", uri=5)["error"]["code"] == INVALID_PARAMS


@pytest.mark.parametrize(
    ("template", "uri", "variables"),
    [
        ("a://{x}", "a://1", {"x": "1"}),
        ("a://{x}", "a://1/2", None),
        ("a://{x}", "a://", None),
        ("a://{x}", "a://%2F", {"x": "/"}),
        ("a://{x}.{y}", "a://1.2", {"x": "1", "y": "2"}),
        ("a://{x,y}", "a://1,2", {"x": "1", "y": "2"}),
        ("a://{+path}", "a://1/2/3", {"path": "1/2/3"}),
        ("a://{+path}/end", "a://1/2/end", {"path": "1/2"}),
        ("a://b{/x,y}", "a://b/1/2", {"x": "1", "y": "2"}),
        ("a://b{.x}", "a://b.c", {"x": "c"}),
        ("a://b{;x,y}", "a://b;x=1;y=2", {"x": "1", "y": "2"}),
        ("a://b{?x,y}", "a://b?x=1&y=2", {"x": "1", "y": "2"}),
        ("a://b{?x,y}", "a://b?y=2", {"y": "2"}),
        ("a://b{?x,y}", "a://b", {}),
        ("a://b{?x,y}", "a://b?z=2", None),
        ("a://b?z=1{&x}", "a://b?z=1&x=2", {"x": "2"}),
        ("a://b{#x}", "a://b#c", {"x": "c"}),
        ("a://{x*}", "a://1", {"x": "1"}),
        ("a://{x:3}", "a://abc", {"x": "abc"}),
        ("a.b://(x)", "a.b://(x)", {}),
        ("a.b://(x)", "aXb://(x)", None),
    ],
)
def test_a_uri_template_is_read_back(template, uri, variables):
    assert UriTemplate(template).match(uri) == variables


# Subscriptions of the stateful era


def test_a_session_hears_of_the_resources_it_subscribed_to_until_it_unsubscribes():
    server = memos(subscriptions=True)
    with Client(server) as one, Client(server) as other:
        assert one.hello["capabilities"]["resources"] == {"subscribe": True}
        assert one.ask("resources/subscribe", uri="memo://a")["result"] == {}
        server.update("memo://a")
        server.update("memo://gone")
        assert [said["params"] for said in one.heard] == [{"uri": "memo://a"}]
        assert one.methods() == ["notifications/resources/updated"]
        assert one.ask("resources/unsubscribe", uri="memo://a")["result"] == {}
        server.update("memo://a")
        assert (one.heard, other.heard) == ([], [])


def test_what_is_no_resource_cannot_be_subscribed_to():
    with Client(memos(subscriptions=True)) as client:
        assert client.ask("resources/subscribe", uri="memo://tea/1")["result"] == {}
        error = client.ask("resources/subscribe", uri="b://b")["error"]
        assert error["code"] == RESOURCE_NOT_FOUND
        assert client.ask("resources/subscribe", uri=[])["error"]["code"] == INVALID_PARAMS


@pytest.mark.parametrize("method", ["resources/subscribe", "resources/unsubscribe"])
def test_who_declares_no_subscriptions_has_none(method):
    with Client(memos()) as client:
        assert "subscribe" not in client.hello["capabilities"]["resources"]
        assert client.ask(method, uri="memo://a")["error"]["code"] == METHOD_NOT_FOUND
    with Client(memos(subscriptions=True), STATELESS) as client:
        assert client.ask(method, uri="memo://a")["error"]["code"] == METHOD_NOT_FOUND


# Subscriptions of the stateless era


def changing():
    return memos(announces=["tools", "prompts"], subscriptions=True, tools=[tool()])


def test_each_subscription_hears_of_what_it_asked_for_by_its_own_id():
    server = changing()
    with Client(server, STATELESS) as client:
        tools = client.start("subscriptions/listen", notifications={"toolsListChanged": True})
        wanted = {"resourceSubscriptions": ["memo://a"], "promptsListChanged": False}
        memo = client.start("subscriptions/listen", notifications=wanted)
        assert client.methods() == ["notifications/subscriptions/acknowledged"] * 2
        for uri in ("memo://a", "memo://gone"):
            server.update(uri)
        server.announce("tools")
        server.announce("prompts")
        server.announce("resources")
        said = [(s["method"], s["params"]["_meta"][SUBSCRIPTION]) for s in client.heard]
        assert said == [
            ("notifications/resources/updated", 2),
            ("notifications/tools/list_changed", 1),
        ]
        assert not tools.done()
        server.audience.close()
        results = [outcome(client.answer(task)) for task in (tools, memo)]
        assert [result["_meta"][SUBSCRIPTION] for result in results] == [1, 2]
        assert {result["resultType"] for result in results} == {"complete"}


def test_the_acknowledgement_names_what_is_honoured():
    asked = {
        **{f"{name}ListChanged": True for name in ("tools", "prompts", "resources")},
        "resourceSubscriptions": ["memo://a"],
    }
    with Client(changing(), STATELESS) as client:
        client.start("subscriptions/listen", notifications=asked)
        assert client.heard[0]["params"]["notifications"] == {
            "toolsListChanged": True,
            "promptsListChanged": True,
            "resourceSubscriptions": ["memo://a"],
        }
    with Client(mock(announces=["tools"]), STATELESS) as client:
        client.start("subscriptions/listen", notifications={"resourceSubscriptions": ["a"]})
        assert client.heard[0]["params"]["notifications"] == {}


def test_a_cancelled_subscription_hears_nothing_more_and_is_not_answered():
    server = changing()
    with Client(server, STATELESS) as client:
        task = client.start("subscriptions/listen", notifications={"toolsListChanged": True})
        other = client.start("subscriptions/listen", notifications={"toolsListChanged": True})
        client.heard.clear()
        client.tell("notifications/cancelled", requestId=1)
        server.announce("tools")
        assert task.result().cancelled
        assert not other.done()
        assert [said["params"]["_meta"][SUBSCRIPTION] for said in client.heard] == [2]


@pytest.mark.parametrize(
    "asked", [None, [], {"toolsListChanged": 1}, {"resourceSubscriptions": [5]}, "tools"]
)
def test_an_ill_typed_filter_is_refused(asked):
    with Client(changing(), STATELESS) as client:
        error = client.ask("subscriptions/listen", notifications=asked)["error"]
    assert error["code"] == INVALID_PARAMS


def test_who_has_gone_is_not_kept():
    server = changing()
    with Client(server, STATELESS) as client:
        client.start("subscriptions/listen", notifications={"toolsListChanged": True})
        assert len(server.audience.subscriptions) == 1
    assert not server.audience.subscriptions
    with Client(server) as client:
        assert len(server.audience.sessions) == 1
        del client.conversation.session, client.conversation
        gc.collect()
        assert not server.audience.sessions
        client.conversation = type("Gone", (), {"hang_up": lambda _self: None})()


# Changes of lists


def test_changes_are_announced_only_where_they_are_declared():
    server = mock(announces=["prompts"], tools=[tool()], prompts=[{"name": "p"}])
    with Client(server) as client:
        assert client.hello["capabilities"]["tools"] == {}
        assert client.hello["capabilities"]["prompts"] == {"listChanged": True}
        server.announce("tools")
        server.offer(["t"], offered=False)
        server.register_mock_tool("u", "answer")
        assert client.methods() == []
        server.announce("prompts")
        assert client.methods() == ["notifications/prompts/list_changed"]


def test_nobody_hears_of_changes_before_the_handshake_is_done():
    server = mock(announces=["tools"], tools=[tool()])
    with Client(server, greets=False) as client:
        client.tell("notifications/initialized")
        server.announce("tools")
        client.ask("initialize", protocolVersion=STATEFUL, capabilities={})
        server.announce("tools")
        assert client.methods() == []
        client.tell("notifications/initialized")
        server.announce("tools")
        assert client.methods() == ["notifications/tools/list_changed"]


def test_a_server_of_nothing_but_the_other_era_does_not_listen():
    with Client(mock(tools=[tool()]), STATELESS) as client:
        error = client.ask("subscriptions/listen", notifications={})["error"]
    assert error["code"] == METHOD_NOT_FOUND


# Completion


@pytest.mark.parametrize(
    ("ref", "name", "typed", "values"),
    [
        ({"type": "ref/prompt", "name": "p"}, "who", "", ["Ada", "Alan", "Bo"]),
        ({"type": "ref/prompt", "name": "p"}, "who", "a", ["Ada", "Alan"]),
        ({"type": "ref/prompt", "name": "p"}, "who", "x", []),
        ({"type": "ref/prompt", "name": "p"}, "other", "", []),
        ({"type": "ref/resource", "uri": "m://{name}"}, "name", "t", ["tea", "time"]),
        ({"type": "ref/resource", "uri": "a"}, "name", "t", []),
    ],
)
@ERAS
def test_values_are_offered_that_begin_with_what_was_typed(revision, ref, name, typed, values):
    with Client(completing(), revision) as client:
        result = client.ask("completion/complete", ref=ref, argument={"name": name, "value": typed})
    assert result["result"]["completion"] == {
        "values": values,
        "total": len(values),
        "hasMore": False,
    }


def completing(many=()):
    return mock(
        prompts=[
            {
                "name": "p",
                "arguments": [{"name": "who"}],
                "completions": {"who": [*(many or ["Ada", "Alan", "Bo"])]},
            }
        ],
        resources=[{"uri": "a", "text": "x"}],
        resource_templates=[
            {"uriTemplate": "m://{name}", "completions": {"name": ["tea", "time"]}}
        ],
    )


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"ref": {"type": "ref/prompt", "name": "q"}, "argument": {"name": "who", "value": ""}},
        {"ref": {"type": "ref/resource", "uri": "q"}, "argument": {"name": "who", "value": ""}},
        {"ref": {"type": "ref/tool", "name": "p"}, "argument": {"name": "who", "value": ""}},
        {"ref": {"type": "ref/prompt", "name": "p"}, "argument": {"name": "who"}},
        {"ref": {"type": "ref/prompt", "name": "p"}, "argument": "who"},
        {"ref": 5, "argument": {"name": "who", "value": ""}},
    ],
)
def test_a_completion_of_nothing_of_ours_is_refused(params):
    with Client(completing()) as client:
        assert client.ask("completion/complete", **params)["error"]["code"] == INVALID_PARAMS


def test_no_more_than_a_hundred_values_are_offered():
    names = [f"n{number}" for number in range(150)]
    ref, argument = {"type": "ref/prompt", "name": "p"}, {"name": "who", "value": "n"}
    with Client(completing(names)) as client:
        result = client.ask("completion/complete", ref=ref, argument=argument)["result"]
    assert result["completion"] == {"values": names[:100], "total": 150, "hasMore": True}


@EVERY
def test_completion_is_declared_from_2025_03_26_on(revision):
    with Client(completing(), revision) as client:
        declared = capabilities(client)
    assert ("completions" in declared) is (revision >= "2025-03-26")


def capabilities(client):
    if client.stateless:
        return client.ask("server/discover")["result"]["capabilities"]
    return client.hello["capabilities"]


# Logging


def logging():
    steps = [{"log": {"level": level, "data": level}} for level in LOG_LEVELS]
    return mock(tools=[tool(steps=steps)])


def logged(client) -> list[str]:
    client.heard.clear()
    client.call("t")
    return [said["params"]["level"] for said in client.heard]


def test_a_session_gets_the_levels_that_it_set():
    with Client(logging()) as client:
        assert client.hello["capabilities"]["logging"] == {}
        assert logged(client) == list(LOG_LEVELS[1:])
        for number, level in enumerate(LOG_LEVELS):
            assert client.ask("logging/setLevel", level=level)["result"] == {}
            assert logged(client) == list(LOG_LEVELS[number:])


@pytest.mark.parametrize("level", ["loud", None, 3, [], "INFO"])
def test_an_unknown_level_is_refused(level):
    with Client(logging()) as client:
        assert client.ask("logging/setLevel", level=level)["error"]["code"] == INVALID_PARAMS


def test_a_stateless_request_gets_the_levels_that_it_names_and_none_unasked():
    with Client(logging(), STATELESS) as client:
        assert logged(client) == []
        client.level = "critical"
        assert logged(client) == ["critical", "alert", "emergency"]
        assert client.ask("logging/setLevel", level="info")["error"]["code"] == METHOD_NOT_FOUND
        client.level = "loud"
        assert client.call("t")["code"] == INVALID_PARAMS


@pytest.mark.parametrize(
    "scripted",
    [
        {"tools": [tool(steps=[{"log": {"data": 1}}])]},
        {"prompts": [{"name": "p", "steps": [{"log": {"data": 1}}]}]},
        {"resources": [{"uri": "a", "text": "x", "steps": [{"log": {"data": 1}}]}]},
        {
            "resource_templates": [
                {"uriTemplate": "a", "text": "x", "steps": [{"log": {"data": 1}}]}
            ]
        },
        {"on_initialized": [{"log": {"data": 1}}]},
        {"logging": True},
    ],
)
@ERAS
def test_whoever_logs_declares_it(revision, scripted):
    with Client(mock(**scripted), revision) as client:
        assert capabilities(client)["logging"] == {}
    with Client(mock(tools=[tool()]), revision) as client:
        assert "logging" not in capabilities(client)


# Prompts


def test_a_prompt_is_filled_with_its_arguments():
    message = {"role": "user", "content": {"type": "text", "text": "{{ who }}"}}
    prompt = {
        "name": "p",
        "description": "Greets.",
        "arguments": [{"name": "who"}, {"name": "how", "required": True}],
        "messages": [message, {"role": "assistant", "content": {"type": "text", "text": "hi"}}],
    }
    with Client(
        mock(prompts=[prompt, {"name": "r", "refusal": {"code": 9, "message": "no"}}])
    ) as c:
        result = c.ask("prompts/get", name="p", arguments={"how": "well", "who": "Ada"})["result"]
        assert result["description"] == "Greets."
        assert [m["content"]["text"] for m in result["messages"]] == ["Ada", "hi"]
        result = c.ask("prompts/get", name="p", arguments={"how": "well"})["result"]
        assert result["messages"][0]["content"]["text"] == ""
        assert c.ask("prompts/get", name="r")["error"]["code"] == 9


@pytest.mark.parametrize(
    "params",
    [
        *({}, {"name": "q"}, {"name": 5}, {"name": "p"}, {"name": "p", "arguments": []}),
        *({"name": "p", "arguments": {"how": 5}}, {"name": "p", "arguments": {"who": "x"}}),
    ],
)
def test_a_prompt_that_cannot_be_got_is_refused(params):
    with Client(
        mock(prompts=[{"name": "p", "arguments": [{"name": "how", "required": True}]}])
    ) as c:
        assert c.ask("prompts/get", **params)["error"]["code"] == INVALID_PARAMS


# Lists


@pytest.mark.parametrize(
    ("method", "member"),
    [
        ("tools/list", "tools"),
        ("prompts/list", "prompts"),
        ("resources/list", "resources"),
        ("resources/templates/list", "resourceTemplates"),
    ],
)
@ERAS
def test_lists_come_in_pages(revision, method, member):
    count, size = 7, 3
    server = mock(
        page_size=size,
        tools=[tool(name=f"n{n}") for n in range(count)],
        prompts=[{"name": f"n{n}"} for n in range(count)],
        resources=[{"uri": f"n{n}", "text": ""} for n in range(count)],
        resource_templates=[{"uriTemplate": f"n{n}"} for n in range(count)],
    )
    with Client(server, revision) as client:
        pages, cursor = [], {}
        while cursor is not None:
            result = client.ask(method, **cursor)["result"]
            pages.append([item["name"] for item in result[member]])
            cursor = {"cursor": result["nextCursor"]} if "nextCursor" in result else None
    assert pages == [["n0", "n1", "n2"], ["n3", "n4", "n5"], ["n6"]]


@pytest.mark.parametrize(
    "cursor", ["", "x", "YXQ6MA==", "YXQ6OTk=", "YXQ6LTE=", "é", 5, [], "MQ=="]
)
def test_a_cursor_that_was_not_given_out_is_refused(cursor):
    with Client(mock(page_size=1, tools=[tool(), tool(name="u")])) as client:
        assert client.ask("tools/list", cursor=cursor)["error"]["code"] == INVALID_PARAMS


# Cancellation


@ERAS
def test_a_cancelled_call_is_not_answered(revision):
    with Client(mock(tools=[tool(steps=[{"delay": 60_000}])]), revision) as client:
        task = client.start("tools/call", name="t")
        client.tell("notifications/cancelled", requestId="1")
        client.tell("notifications/cancelled", requestId=99)
        client.tell("notifications/cancelled")
        assert not task.done()
        client.tell("notifications/cancelled", requestId=2 if revision == STATEFUL else 1)
        assert task.result().cancelled
        assert task.result().messages == []


@pytest.mark.parametrize("again", [True, 1])
def test_another_message_does_not_take_the_place_of_a_request_that_waits(again):
    with Client(mock(tools=[tool(steps=[{"delay": 60_000}])])) as client:
        client.ids = iter([1])
        task = client.start("tools/call", name="t")
        client.finish(client.send({"jsonrpc": "2.0", "id": again, "method": "ping"}))
        client.tell("notifications/cancelled", requestId=1)
        assert task.result().cancelled


def test_a_function_that_is_cancelled_ends():
    server, ended = mock(tools=[tool()]), []

    async def forever(_arguments):
        try:
            await client.loop.create_future()
        finally:
            ended.append(True)

    server.set_tool_response("t", forever)
    with Client(server) as client:
        task = client.start("tools/call", name="t")
        client.tell("notifications/cancelled", requestId=2)
        assert (task.result().messages, ended) == ([], [True])
