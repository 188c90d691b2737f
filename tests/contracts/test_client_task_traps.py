"""What the specification permits must not be called a violation: how clients run tasks."""

from typing import Any

import pytest
from driven_tape import Driven

from mcp_proof_contracts.headers import META_RELATED_TASK, TASKS
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
OLD = Revision.R2025_11_25
HAS_TASKS: dict[str, Any] = {"tasks": {"requests": {"tools": {"call": {}}}}}
KNOWS: dict[str, Any] = {"extensions": {TASKS: {}}, "elicitation": {}}
CALL: dict[str, Any] = {"do": "call", "tool": "job"}
PROMPT: dict[str, Any] = {"do": "get-prompt", "prompt": "greet"}
TEXT: dict[str, Any] = {"content": [{"type": "text", "text": "done"}]}
ASK: dict[str, Any] = {"method": "elicitation/create", "params": {"message": "?"}}
RELATED = {"_meta": {META_RELATED_TASK: {"taskId": "t"}}}


def old(client: Any = None, server: Any = HAS_TASKS, wishes: Any = (CALL,)) -> Driven:
    return Driven(OLD, server=server, client=client, wishes=wishes)


def new(client: Any = KNOWS, transport: str = "stdio", wishes: Any = (CALL,)) -> Driven:
    return Driven(client=client, transport=transport, wishes=wishes)


def listed(tape: Driven, support: str | None) -> None:
    execution = {"execution": {"taskSupport": support}} if support else {}
    tape.ask("tools/list", tools=[{"name": "job", "inputSchema": {}, **execution}])


def created(tape: Driven, at: float = 0.0, poll: int = 100) -> None:
    if tape.revision is OLD:
        task = {"taskId": "t", "status": "working", "pollInterval": poll}
        tape.ask("tools/call", {"name": "job", "task": {}}, at, task=task)
    else:
        task = {"taskId": "t", "status": "working", "pollIntervalMs": poll}
        tape.ask("tools/call", {"name": "job"}, at, **{**task, "resultType": "task"})


def got(tape: Driven, status: str = "working", at: float = 0.0, **more: Any) -> None:
    interval = "pollInterval" if tape.revision is OLD else "pollIntervalMs"
    tape.ask("tasks/get", {"taskId": "t"}, at, taskId="t", status=status, **{interval: 100}, **more)


@pytest.mark.parametrize(
    ("support", "as_task", "knows", "server", "outcome"),
    [
        ("required", True, False, HAS_TASKS, PASSED),
        ("required", False, False, HAS_TASKS, UNTESTED),  # it may know nothing of tasks
        ("required", False, True, HAS_TASKS, VIOLATED),
        ("required", False, True, {}, PASSED),
        ("required", True, False, {}, VIOLATED),
        ("optional", True, True, HAS_TASKS, UNTESTED),
        ("optional", False, True, HAS_TASKS, UNTESTED),
        ("forbidden", True, False, HAS_TASKS, VIOLATED),
        (None, True, False, HAS_TASKS, VIOLATED),
        (None, False, True, HAS_TASKS, PASSED),
        (None, False, False, HAS_TASKS, UNTESTED),
    ],
)
def test_a_tool_says_whether_it_runs_as_a_task(support, as_task, knows, server, outcome):
    tape = old({"tasks": {}}, server)  # which says what a client runs, and not what it asks for
    listed(tape, support)
    task = {"task": {}} if as_task else {}
    tape.ask("tools/call", {"name": "job", **task}, **TEXT)
    if knows:
        tape.ask("tasks/list", tasks=[])
    assert tape.outcome("task11-client-honours-tasksupport") is outcome


def test_who_has_not_listed_a_tool_does_not_know_what_it_takes():
    tape = old()
    tape.ask("tools/call", {"name": "job", "task": {}}, task={"taskId": "t", "status": "working"})
    listed(tape, "forbidden")
    assert tape.outcome("task11-client-honours-tasksupport") is UNTESTED


@pytest.mark.parametrize(
    ("number", "at", "outcome"),
    [(2, 1.0, VIOLATED), (2, 0.52, UNTESTED), (3, 1.0, UNTESTED)],
)
@pytest.mark.parametrize("made", [old, new])
def test_a_cancellation_that_crosses_the_answer_is_none_of_a_task(made, number, at, outcome):
    tape = made()
    created(tape, at=0.5)
    asked = tape.begin("tasks/result", {"taskId": "t"}, at=0.6)
    assert asked == 3  # which a client may well give up
    params = {"requestId": number}
    tape.notify(Sender.CLIENT, "notifications/cancelled", params, at=at)
    rule = "task11-client-cancel-method" if made is old else "task26-client-cancel-method"
    assert tape.outcome(rule) is outcome


@pytest.mark.parametrize(
    ("times", "notified", "outcome"),
    [
        ([0, 0.1, 0.2], None, PASSED),
        ([0, 0.06, 0.12], None, PASSED),
        ([0, 0.01, 0.02], None, UNTESTED),  # twice is no habit
        ([0, 0.01, 0.02, 0.03], None, VIOLATED),
        ([0, 0.01, 0.02, 0.03], 0.015, UNTESTED),
        ([0, 0.01, 0.02, 0.2, 0.21], None, PASSED),
    ],
)
@pytest.mark.parametrize("made", [old, new])
def test_some_haste_is_no_habit(made, times, notified, outcome):
    tape = made()
    created(tape)
    told = "notifications/tasks/status" if made is old else "notifications/tasks"
    for at in times:
        if notified and at > notified:
            tape.notify(Sender.SERVER, told, {"taskId": "t"}, at=notified)
            notified = None
        got(tape, at=at)
    rule = "task11-client-poll-interval" if made is old else "task26-client-poll-interval"
    assert tape.outcome(rule) is outcome


def test_a_task_that_is_over_may_be_asked_for_at_once():
    tape = new()
    created(tape)
    for at in (0, 0.01, 0.02, 0.03, 0.04):
        got(tape, "completed", at, result=TEXT)
    assert tape.outcome("task26-client-poll-interval") is UNTESTED


def test_an_answer_without_the_task_that_asked_is_found_but_no_error():
    for reply, outcome in (
        ({"result": {"action": "decline"}}, VIOLATED),
        ({"result": {"action": "decline", **RELATED}}, PASSED),
        ({"error": {"code": -1, "message": "no"}}, UNTESTED),
    ):
        tape = old({"elicitation": {}})
        asked = {**ASK, "params": {"message": "?", **RELATED}}
        tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": 1, **asked})
        tape.say(Sender.CLIENT, {"jsonrpc": "2.0", "id": 1, **reply})
        assert tape.outcome("task11-related-task-meta") is outcome


@pytest.mark.parametrize(
    ("plain", "as_task", "client", "outcome"),
    [
        (True, True, {}, PASSED),
        (True, False, {}, VIOLATED),
        (False, False, {}, UNTESTED),  # it refuses whatever is asked
        (True, False, {"tasks": {"requests": {"elicitation": {"create": {}}}}}, UNTESTED),
    ],
)
def test_who_refuses_everything_does_not_refuse_tasks(plain, as_task, client, outcome):
    tape = old(client)
    for number, (served, more) in enumerate(((plain, {}), (as_task, {"task": {}})), start=1):
        asked = {**ASK, "params": {"message": "?", **more}}
        tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": number, **asked})
        good: Any = {"result": {"action": "decline"}}
        bad: Any = {"error": {"code": -32602, "message": "no"}}
        tape.say(Sender.CLIENT, {"jsonrpc": "2.0", "id": number, **(good if served else bad)})
    assert tape.outcome("task11-undeclared-ignored") is outcome


@pytest.mark.parametrize(
    ("status", "more", "error", "outcome"),
    [
        ("completed", {"result": TEXT}, "", PASSED),
        ("completed", {"result": TEXT}, "lost it", VIOLATED),
        ("completed", {"result": {**TEXT, "isError": True}}, "it failed", UNTESTED),
        ("completed", {"result": {**TEXT, "structuredContent": {}}}, "invalid", UNTESTED),
        ("failed", {"error": {"code": -1, "message": "x"}}, "it failed", UNTESTED),
        ("cancelled", {}, "it was cancelled", UNTESTED),
        ("working", {}, "it took too long", UNTESTED),
    ],
)
def test_a_task_may_fail_for_good_reasons(status, more, error, outcome):
    tape = new()
    created(tape)
    got(tape, status, **more)
    tape.told(0, TEXT, error=error)
    assert tape.outcome("task26-client-handles-both") is outcome


@pytest.mark.parametrize(
    ("wish", "outcome"), [(CALL, VIOLATED), ({**CALL, "cancel_after": 1}, UNTESTED)]
)
def test_a_task_that_nobody_asked_for_may_have_been_given_up(wish, outcome):
    tape = new(wishes=[wish])
    created(tape)
    tape.told(0, error="what is this?")
    assert tape.outcome("task26-client-handles-both") is outcome


def test_only_who_declares_the_extension_has_to_take_tasks():
    tape = new({})
    created(tape)
    tape.told(0, error="what is this?")
    assert tape.outcome("task26-client-handles-both") is UNTESTED


@pytest.mark.parametrize(
    ("client", "error", "polls", "outcome"),
    [
        (KNOWS, "", False, VIOLATED),
        (KNOWS, "no prompt", False, PASSED),
        (KNOWS, "no prompt", True, VIOLATED),
        ({}, "", False, UNTESTED),
    ],
)
def test_a_task_elsewhere_is_refused(client, error, polls, outcome):
    tape = new(client, wishes=[PROMPT])
    task = {"resultType": "task", "taskId": "t", "status": "working"}
    tape.ask("prompts/get", {"name": "greet"}, **task)
    if polls:
        got(tape)
    tape.told(0, {}, error=error)
    assert tape.outcome("task26-client-rejects-elsewhere") is outcome


def updated(tape: Driven, *, served: bool = True) -> None:
    number = tape.begin("tasks/update", {"taskId": "t", "inputResponses": {"name": {}}})
    tape.end(number, **({"result": {}} if served else {"error": {"code": -1, "message": "x"}}))


@pytest.mark.parametrize(
    ("client", "updates", "cancels", "last", "outcome"),
    [
        (KNOWS, [True], False, "working", PASSED),
        (KNOWS, [], False, "input_required", VIOLATED),
        (KNOWS, [True, True], False, "working", VIOLATED),
        (KNOWS, [False, True], False, "working", PASSED),  # the first one was not taken
        (KNOWS, [], True, "input_required", UNTESTED),
        (KNOWS, [], False, "completed", UNTESTED),  # somebody else gave it
        ({"extensions": {TASKS: {}}}, [], False, "input_required", UNTESTED),
    ],
)
def test_input_is_given_once_by_who_can_give_it(client, updates, cancels, last, outcome):
    tape = new(client)
    created(tape)
    asked = {"inputRequests": {"name": ASK}}
    for _ in range(2):
        got(tape, "input_required", **asked)
    for served in updates:
        updated(tape, served=served)
    if cancels:
        tape.ask("tasks/cancel", {"taskId": "t"})
    got(tape, last, **(asked if last == "input_required" else {}))
    assert tape.outcome("task26-client-answers-input") is outcome


@pytest.mark.parametrize(
    ("header", "outcome"),
    [("t", PASSED), ("=?base64?dA==?=", PASSED), ("tasks/get", VIOLATED), (None, VIOLATED)],
)
def test_the_header_may_be_encoded(header, outcome):
    tape = new(transport="http")
    headers = {} if header is None else {"mcp-name": header}
    data = {"method": "POST", "headers": headers}
    tape.add(EventKind.HTTP_REQUEST, Sender.CLIENT, channel="post", data=data)
    tape.begin("tasks/get", {"taskId": "t"}, channel="post")
    assert tape.outcome("task26-client-name-header") is outcome
