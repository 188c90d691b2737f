"""What the specification permits of tasks (2025-11-25) must not be called a violation."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

R2511 = Revision.R2025_11_25
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
INFO = {"name": "x", "version": "1"}
RELATED = "io.modelcontextprotocol/related-task"
DECLARED: JsonObject = {
    "tools": {},
    "tasks": {"list": {}, "cancel": {}, "requests": {"tools": {"call": {}}}},
}
TIME = "2025-11-25T10:30:00Z"
REFUSED = {"code": -32602, "message": "no"}
TEXT: JsonObject = {"content": [{"type": "text", "text": "done"}]}
TOOLS = [
    {"name": name, "inputSchema": {"type": "object"}, **execution}
    for name, execution in (
        ("plain", {}),
        ("may", {"execution": {"taskSupport": "optional"}}),
        ("must", {"execution": {"taskSupport": "required"}}),
    )
]


def task(status: str = "working", task_id: Json = "a", **members: Json) -> dict[str, Json]:
    shown: dict[str, Json] = {"taskId": task_id, "status": status, "createdAt": TIME}
    return {**shown, "lastUpdatedAt": "2025-11-25T10:40:00Z", "ttl": 60_000, **members}


class Tasks(Tape):
    """A conversation about tasks, written down exchange by exchange."""

    def __init__(self, capabilities: JsonObject = DECLARED, transport: str = "stdio") -> None:
        super().__init__(transport)
        self._numbers = itertools.count(1)
        self.seconds = 0.0
        self.open("s", capabilities)

    def open(self, session: str, capabilities: JsonObject = DECLARED) -> None:
        version: JsonObject = {"protocolVersion": str(R2511)}
        params: JsonObject = {**version, "capabilities": {}, "clientInfo": INFO}
        result: JsonObject = {**version, "serverInfo": INFO, "capabilities": capabilities}
        self.ask("initialize", params, session=session, result=result)
        self.ask("tools/list", {}, session=session, result={"tools": TOOLS})

    def send(self, method: str, params: Json, probe: str = "", session: str = "s") -> int:
        number = next(self._numbers)
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self.say(Sender.CLIENT, request, probe=probe, session=session, at=self.seconds)
        return number

    def answer(self, number: int, session: str = "s", **reply: Any) -> None:
        frame = {"jsonrpc": "2.0", "id": number, **reply}
        self.say(Sender.SERVER, frame, session=session, at=self.seconds)

    def ask(
        self, method: str, params: Json, probe: str = "", session: str = "s", **reply: Any
    ) -> None:
        self.answer(self.send(method, params, probe, session), session, **reply)

    def tell(self, method: str, **params: Json) -> None:
        self.say(Sender.SERVER, {"jsonrpc": "2.0", "method": method, "params": params})

    def create(self, tool: str = "may", probe: str = "", **members: Any) -> None:
        params = {"name": tool, "task": {"ttl": 60_000}, "_meta": {"progressToken": "p"}}
        self.ask("tools/call", params, probe, result={"task": task(**members)})

    def get(self, status: str = "working", probe: str = "", **members: Any) -> None:
        shown = task(status, **members)
        self.ask("tasks/get", {"taskId": shown["taskId"]}, probe, result=shown)

    def result(self, task_id: str = "a", **reply: Any) -> None:
        self.ask("tasks/result", {"taskId": task_id}, **(reply or {"result": related(TEXT)}))

    def cancel(self, **reply: Any) -> None:
        self.ask("tasks/cancel", {"taskId": "a"}, **reply)

    def outcome(self, rule_id: str, revision: Revision = R2511) -> Outcome:
        return super().outcome(f"task11-{rule_id}", revision)


def related(value: JsonObject, task_id: str = "a") -> JsonObject:
    return {**value, "_meta": {RELATED: {"taskId": task_id}}}


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        (DECLARED, PASSED),
        ({"tasks": {}}, PASSED),
        ({"tasks": {"list": {"any": 1}, "more": True}}, PASSED),
        ({}, UNTESTED),
        ({"tasks": {"list": True}}, VIOLATED),
        ({"tasks": {"requests": ["tools/call"]}}, VIOLATED),
    ],
)
def test_capabilities_are_objects_that_may_hold_more(capabilities, expected):
    assert Tasks(capabilities).outcome("capability-shape") is expected


@pytest.mark.parametrize(
    ("around", "reply", "expected"),
    [
        ({"result": TEXT}, {"result": TEXT}, PASSED),
        ({"result": TEXT}, {"result": {"content": []}}, PASSED),
        ({"result": TEXT}, {"error": REFUSED}, VIOLATED),
        ({"result": TEXT}, {"result": {"task": task()}}, VIOLATED),
        ({"result": TEXT}, {"result": {**TEXT, "isError": True}}, VIOLATED),
        ({"error": REFUSED}, {"error": REFUSED}, UNTESTED),
        ({"result": {**TEXT, "isError": True}}, {"error": REFUSED}, UNTESTED),
    ],
)
def test_a_task_that_is_not_declared_is_judged_between_two_calls_that_are_served(
    around, reply, expected
):
    tape = Tasks({"tools": {}})
    tape.ask("tools/call", {"name": "plain"}, "task-undeclared/plain", **around)
    augmented = {"name": "plain", "task": {}}
    tape.ask("tools/call", augmented, "task-undeclared/task", **reply)
    tape.ask("tools/call", {"name": "plain"}, "task-undeclared/plain again", **around)
    assert tape.outcome("undeclared-ignored") is expected


@pytest.mark.parametrize(
    ("code", "expected"), [(-32601, PASSED), (-32602, VIOLATED), (-32600, UNTESTED)]
)
def test_a_server_that_takes_only_tasks_may_say_invalid_request(code, expected):
    tape = Tasks()
    tape.ask("tools/call", {"name": "must"}, error={"code": code, "message": "no"})
    assert tape.outcome("required-tool-32601") is expected


def test_a_server_that_serves_other_calls_without_a_task_may_not_say_invalid_request():
    tape = Tasks()
    tape.ask("tools/call", {"name": "plain"}, result=TEXT)
    tape.ask("tools/call", {"name": "must"}, error={"code": -32600, "message": "no"})
    assert tape.outcome("required-tool-32601") is VIOLATED


def test_what_other_probes_call_without_a_task_may_be_refused_for_its_own_fault():
    tape = Tasks()
    tape.ask("tools/call", {"name": "must"}, "malformed-call/x", error=REFUSED)
    assert tape.outcome("required-tool-32601") is UNTESTED


@pytest.mark.parametrize(
    ("tool", "reply", "expected"),
    [
        ("may", {"result": {"task": task()}}, PASSED),
        ("may", {"error": REFUSED}, UNTESTED),
        ("may", {"result": {**TEXT, "isError": True}}, UNTESTED),
        ("may", {"result": TEXT}, VIOLATED),
        ("plain", {"result": TEXT}, UNTESTED),
    ],
)
def test_only_a_call_that_was_taken_has_to_be_answered_by_a_task(tool, reply, expected):
    tape = Tasks()
    tape.ask("tools/call", {"name": tool, "task": {}}, **reply)
    assert tape.outcome("create-result") is expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, PASSED),
        ({"status": "completed"}, UNTESTED),
        ({"status": "input_required"}, UNTESTED),
        ({"status": "completed", "lastUpdatedAt": TIME}, VIOLATED),
        ({"status": "submitted"}, VIOLATED),
    ],
)
def test_a_task_that_was_updated_since_may_have_begun_rightly(members, expected):
    tape = Tasks()
    tape.create(**members)
    assert tape.outcome("starts-working") is expected


@pytest.mark.parametrize(
    ("ttl", "later", "expected"),
    [(60_000, 1.0, VIOLATED), (None, 1e6, VIOLATED), (500, 1.0, PASSED)],
)
def test_an_id_may_come_again_when_its_task_has_outlived_its_time(ttl, later, expected):
    tape = Tasks()
    tape.create(ttl=ttl)
    tape.seconds = later
    tape.create()
    assert tape.outcome("id-unique-string") is expected


def test_an_id_may_come_again_when_its_task_was_cancelled_or_in_another_process():
    tape = Tasks()
    tape.create()
    tape.cancel(result=task("cancelled"))
    tape.create()
    tape.open("other")
    params = {"name": "may", "task": {}}
    tape.ask("tools/call", params, session="other", result={"task": task()})
    assert tape.outcome("id-unique-string") is PASSED


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, PASSED),
        ({"ttl": None}, PASSED),
        ({"ttl": 0.5}, PASSED),
        ({"createdAt": "20251125T103000,5+0100"}, PASSED),
        ({"createdAt": "2025-W48-2T10:30"}, PASSED),
        ({"createdAt": "2025-329T10:30:00Z"}, PASSED),
        ({"createdAt": "2025-11-25T24:00:00Z"}, PASSED),
        ({"createdAt": "2025-11-25"}, PASSED),
        ({"createdAt": "Tue, 25 Nov 2025 10:30:00 GMT"}, VIOLATED),
        ({"createdAt": 1764066600000}, VIOLATED),
        ({"createdAt": "1764066600000"}, VIOLATED),
        ({"lastUpdatedAt": None}, VIOLATED),
        ({"ttl": "60000"}, VIOLATED),
        ({"ttl": True}, VIOLATED),
    ],
)
def test_times_have_any_form_of_iso_8601_and_ttl_may_be_null(members, expected):
    tape = Tasks()
    tape.get(**members)
    assert tape.outcome("members") is expected


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (("working", "completed", "completed"), PASSED),
        (("working", "input_required", "working", "failed", "failed"), PASSED),
        (("input_required", "completed"), UNTESTED),
        (("working", "working"), UNTESTED),
        (("cancelled", "completed"), PASSED),  # task11-cancel speaks of that
        (("completed", "working"), VIOLATED),
        (("failed", "completed"), VIOLATED),
        (("working", "paused"), VIOLATED),
    ],
)
def test_a_task_may_go_any_way_until_its_end(statuses, expected):
    tape = Tasks()
    tape.create()
    for status in statuses:
        tape.get(status)
    assert tape.outcome("transitions") is expected


def test_two_requests_at_once_may_be_answered_in_any_order():
    tape = Tasks()
    tape.create()
    first = tape.send("tasks/get", {"taskId": "a"})
    second = tape.send("tasks/get", {"taskId": "a"})
    tape.answer(second, result=task("completed"))
    tape.answer(first, result=task("working"))
    assert tape.outcome("transitions") is UNTESTED


@pytest.mark.parametrize(
    ("after", "expected"),
    [("completed", PASSED), ("working", VIOLATED), ("input_required", VIOLATED)],
)
def test_a_result_is_early_when_a_later_request_shows_the_task_at_work(after, expected):
    tape = Tasks()
    tape.create()
    tape.result()
    tape.get(after)
    assert tape.outcome("result-blocks") is expected


def test_a_look_that_began_before_the_result_came_proves_nothing():
    tape = Tasks()
    tape.create()
    waiting = tape.send("tasks/result", {"taskId": "a"})
    looking = tape.send("tasks/get", {"taskId": "a"})
    tape.answer(waiting, result=related(TEXT))
    tape.answer(looking, result=task("working"))
    assert tape.outcome("result-blocks") is UNTESTED


def finished(before: Any, given: Any, after: Any, status: str = "completed") -> Tasks:
    tape = Tasks()
    tape.ask("tools/call", {"name": "may"}, "tasks/before", **before)
    tape.create(probe="tasks/create")
    tape.get(status)
    tape.result(**given)
    tape.get(status)
    tape.ask("tools/call", {"name": "may"}, "tasks/after", **after)
    return tape


OTHER: JsonObject = {"content": [{"type": "text", "text": "other"}]}


@pytest.mark.parametrize(
    ("before", "given", "after", "expected"),
    [
        (TEXT, related(TEXT), TEXT, PASSED),
        (TEXT, {**TEXT, "_meta": {RELATED: {"taskId": "a"}, "x": 1}}, TEXT, VIOLATED),
        (TEXT, OTHER, TEXT, VIOLATED),
        (TEXT, OTHER, OTHER, PASSED),  # the tool itself answers otherwise each time
        (TEXT, {"task": task()}, OTHER, VIOLATED),
    ],
)
def test_a_task_gives_what_the_call_gives_each_time(before, given, after, expected):
    tape = finished({"result": before}, {"result": given}, {"result": after})
    assert tape.outcome("result-equals-underlying") is expected


@pytest.mark.parametrize(
    ("error", "status", "expected"),
    [
        ({"code": 4001, "message": "no"}, "failed", PASSED),
        ({"code": -32603, "message": "no"}, "failed", VIOLATED),
    ],
)
def test_a_failed_task_gives_the_error_of_the_call(error, status, expected):
    plain = {"error": {"code": 4001, "message": "no"}}
    tape = finished(plain, {"error": error}, plain, status)
    assert tape.outcome("result-equals-underlying") is expected


def test_a_result_that_has_expired_may_be_refused():
    tape = Tasks()
    tape.create()
    tape.get("completed")
    tape.result(error=REFUSED)
    tape.ask("tasks/get", {"taskId": "a"}, error=REFUSED)
    assert tape.outcome("result-equals-underlying") is UNTESTED


def test_a_cancelled_task_may_have_no_result():
    tape = Tasks()
    tape.create()
    tape.cancel(result=task("cancelled"))
    tape.result(error=REFUSED)
    tape.get("cancelled")
    assert tape.outcome("result-equals-underlying") is UNTESTED
    assert tape.outcome("cancel") is PASSED


@pytest.mark.parametrize(("status", "expected"), [("failed", PASSED), ("completed", VIOLATED)])
def test_an_error_of_the_tool_is_a_failure_in_this_revision(status, expected):
    tape = Tasks()
    tape.create()
    tape.result(result=related({**TEXT, "isError": True}))
    tape.get(status)
    assert tape.outcome("iserror-is-failed") is expected


def question(method: str, **params: Json) -> JsonObject:
    return {"jsonrpc": "2.0", "id": 99, "method": method, "params": params}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (question("elicitation/create", **related({})), PASSED),
        (question("elicitation/create"), VIOLATED),
        (question("roots/list"), UNTESTED),
    ],
)
def test_a_question_belongs_to_the_task_that_is_waited_for(asked, expected):
    tape = Tasks()
    tape.create()
    tape.send("tasks/result", {"taskId": "a"})
    tape.say(Sender.SERVER, asked)
    assert tape.outcome("related-task-meta") is expected


def test_a_question_may_belong_to_another_request_that_is_under_way():
    tape = Tasks()
    tape.create()
    tape.send("tools/call", {"name": "plain"})
    tape.send("tasks/result", {"taskId": "a"})
    tape.say(Sender.SERVER, question("elicitation/create"))
    assert tape.outcome("related-task-meta") is UNTESTED


def test_neither_errors_nor_the_answer_that_creates_a_task_have_to_name_it():
    tape = Tasks()
    tape.create()
    tape.result(error=REFUSED)
    assert tape.outcome("related-task-meta") is UNTESTED


def test_the_key_of_related_tasks_is_no_slip_where_it_is_demanded():
    tape = Tasks()
    tape.create()
    tape.result()
    assert tape.outcome("related-task-not-on-get") is UNTESTED
    assert tape.outcome("related-task-meta") is PASSED


@pytest.mark.parametrize(
    ("reply", "after", "expected"),
    [
        ({"result": task()}, {"result": task()}, PASSED),
        ({"result": task(task_id="b")}, {"result": task()}, VIOLATED),
        ({"error": REFUSED}, {"result": task()}, VIOLATED),
        ({"error": REFUSED}, {"error": REFUSED}, UNTESTED),
    ],
)
def test_a_task_that_is_gone_meanwhile_may_be_refused(reply, after, expected):
    tape = Tasks()
    tape.create()
    params = {"taskId": "a", **related({}, "b")}
    tape.ask("tasks/get", params, "tasks/contradiction", **reply)
    tape.ask("tasks/get", {"taskId": "a"}, **after)
    assert tape.outcome("param-authoritative") is expected


@pytest.mark.parametrize(
    ("reply", "later", "expected"),
    [
        ({"result": task("cancelled")}, None, PASSED),
        ({"result": task("cancelled")}, "cancelled", PASSED),
        ({"result": task("cancelled")}, "completed", VIOLATED),
        ({"result": task("working")}, None, VIOLATED),
        ({"error": REFUSED}, "completed", UNTESTED),  # it came to its end meanwhile
        ({"error": REFUSED}, None, UNTESTED),
        ({"error": REFUSED}, "working", VIOLATED),
    ],
)
def test_a_task_may_come_to_its_end_before_it_is_cancelled(reply, later, expected):
    tape = Tasks()
    tape.create()
    tape.cancel(**reply)
    if later:
        tape.get(later)
    else:  # a cancelled task may be deleted at once
        tape.ask("tasks/get", {"taskId": "a"}, error=REFUSED)
    assert tape.outcome("cancel") is expected


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [(DECLARED, VIOLATED), ({"tasks": {"requests": {"tools": {"call": {}}}}}, UNTESTED)],
)
def test_a_server_need_not_know_how_to_cancel(capabilities, expected):
    tape = Tasks(capabilities)
    tape.create()
    tape.get("completed")
    tape.cancel(error={"code": -32601, "message": "no such method"})
    assert tape.outcome("cancel-terminal-32602") is expected


def listing(*pages: JsonObject, after: str = "working") -> Tasks:
    tape = Tasks()
    tape.create()
    tape.get()
    for number, page in enumerate(pages):
        params: JsonObject = {"cursor": str(number)} if number else {}
        tape.ask("tasks/list", params, "task-list/list", result=page)
    if after:
        tape.get(after)
    return tape


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([{"tasks": [task()]}], PASSED),
        ([{"tasks": [], "nextCursor": "1"}, {"tasks": [task()]}], PASSED),
        ([{"tasks": [], "nextCursor": "1"}], UNTESTED),
        ([{"tasks": []}], VIOLATED),
        ([{"tasks": [task(task_id="b"), task(task_id={})]}], VIOLATED),
    ],
)
def test_a_task_may_be_on_any_page(pages, expected):
    assert listing(*pages).outcome("list-complete") is expected


def test_a_task_that_is_gone_after_the_list_need_not_be_on_it():
    assert listing({"tasks": []}, after="").outcome("list-complete") is UNTESTED


def ids(*given: str, seconds: float = 1.0) -> Tasks:
    tape = Tasks()
    for task_id in given:
        tape.create(task_id=task_id)
        tape.seconds += seconds
    return tape


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("786512e2-9e0d-44bd-8f29-789f320fe840", "0d1f5a3b-14a3-4f0e-9a0a-51a9bb0c2d11"), PASSED),
        (("9f86d081884c7d659a2feaa0c55ad015", "2c26b46b68ffc68ff99b453c1d304134"), PASSED),
        (("018f-aaaa-1", "018f-bbbb-2"), UNTESTED),  # short, but not seen to follow
        (("31415926535897932384", "27182818284590452353"), PASSED),
        (("a",), UNTESTED),
        (("task-1", "task-2"), VIOLATED),
        (("task-9", "task-10"), VIOLATED),
        (("run/7/step", "run/12/step"), VIOLATED),
        (("task_1764066600000", "task_1764066601003"), VIOLATED),
        (("task_1764066600", "task_1764066601"), VIOLATED),
        (("1764066600000-4821", "1764066601003-1377"), UNTESTED),
    ],
)
def test_only_ids_that_follow_from_each_other_can_be_guessed(given, expected):
    assert ids(*given).outcome("id-entropy") is expected


def test_ids_of_users_that_the_server_knows_may_follow_each_other():
    tape = Tasks(transport="http")
    for number in (1, 2):
        channel = f"post-{number}"
        headers: JsonObject = {"authorization": "Bearer x"}
        data: JsonObject = {"method": "POST", "path": "/mcp", "headers": headers}
        tape.add(EventKind.HTTP_REQUEST, Sender.CLIENT, channel=channel, data=data)
        call = {"jsonrpc": "2.0", "id": 50 + number, "method": "tools/call"}
        params = {"name": "may", "task": {}}
        tape.say(Sender.CLIENT, {**call, "params": params}, channel=channel)
        answer = {"jsonrpc": "2.0", "id": 50 + number}
        created = {"task": task(task_id=f"task-{number}")}
        tape.say(Sender.SERVER, {**answer, "result": created}, channel=channel)
    assert tape.outcome("id-entropy") is UNTESTED


@pytest.mark.parametrize(
    ("token", "meta", "expected"),
    [
        ("p", related({}), PASSED),
        ("q", related({}), VIOLATED),
        ("q", {}, UNTESTED),  # of another request, as far as anybody can tell
    ],
)
def test_progress_of_a_task_goes_by_its_token(token, meta, expected):
    tape = Tasks()
    tape.create()
    tape.tell("notifications/progress", progressToken=token, progress=1, **meta)
    assert tape.outcome("progress-lifetime") is expected


@pytest.mark.parametrize(
    ("transport", "told", "expected"),
    [("stdio", False, PASSED), ("stdio", True, VIOLATED), ("http", True, PASSED)],
)
def test_progress_may_be_held_back_for_the_result_and_come_late_over_http(
    transport, told, expected
):
    tape = Tasks(transport=transport)
    progress: dict[str, Any] = {"progressToken": "p", "progress": 1}
    tape.create()
    tape.get("completed")
    tape.tell("notifications/progress", **progress)
    tape.result()
    if told:
        tape.tell("notifications/progress", **progress)
    assert tape.outcome("progress-lifetime") is expected


def test_a_token_may_be_given_again_when_its_task_is_at_its_end():
    tape = Tasks()
    tape.create()
    tape.result()
    tape.get("completed")
    tape.send("tools/call", {"name": "plain", "_meta": {"progressToken": "p"}})
    tape.tell("notifications/progress", progressToken="p", progress=1)
    assert tape.outcome("progress-lifetime") is UNTESTED
    assert tape.outcome("related-task-meta") is PASSED  # of its result


@pytest.mark.parametrize(
    ("who", "reply", "expected"),
    [
        ("get", {"error": REFUSED}, PASSED),
        ("get", {"error": {"code": -32603, "message": "no"}}, PASSED),
        ("get", {"result": task("completed")}, VIOLATED),
        ("cancel", {"error": REFUSED}, UNTESTED),
    ],
)
def test_another_user_is_refused_in_any_way(who, reply, expected):
    tape = Tasks(transport="http")
    tape.create()
    tape.get("completed", "task-of-another/own")
    tape.open("other")
    tape.ask(f"tasks/{who}", {"taskId": "a"}, "task-of-another/other", "other", **reply)
    tape.get("completed", "task-of-another/own again")
    assert tape.outcome("context-binding") is expected


def test_a_task_that_its_owner_lost_too_says_nothing_about_others():
    tape = Tasks(transport="http")
    tape.create()
    tape.get("completed", "task-of-another/own")
    tape.open("other")
    tape.ask("tasks/get", {"taskId": "a"}, "task-of-another/other", "other", error=REFUSED)
    tape.ask("tasks/list", {}, "task-of-another/list", "other", result={"tasks": []})
    assert tape.outcome("context-binding") is UNTESTED
