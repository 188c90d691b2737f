"""What the tasks extension permits, or leaves open, must not be called a violation."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION, TASKS
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

R2511, R2607 = Revision.R2025_11_25, Revision.R2026_07_28
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
SHARED = {"extensions": {TASKS: {}}}
UNKNOWN = {"code": -32602, "message": "Task not found"}
MISSING = {"code": -32021, "message": "no", "data": {"requiredCapabilities": SHARED}}
TEXT = {"content": [{"type": "text", "text": "done"}]}
ASKED = {"name": {"method": "elicitation/create", "params": {"message": "Who?"}}}


def state(status: str = "working", **members: Json) -> dict[str, Json]:
    return {
        "taskId": "t1",
        "status": status,
        "createdAt": "2026-01-01T10:00:00Z",
        "lastUpdatedAt": "2026-01-01T10:00:00.5+00:00",
        "ttlMs": 60_000,
        **members,
    }


class Conversation(Tape):
    """A conversation with a server that has the extension, of a client that declares it."""

    def __init__(self, transport: str = "stdio", **capabilities: Json) -> None:
        super().__init__(transport)
        self._numbers = itertools.count(1)
        self.clock = 0.0
        self.ask("server/discover", result={"capabilities": capabilities or SHARED})

    def ask(
        self,
        method: str,
        params: Json = None,
        probe: str = "",
        declared: Json = SHARED,
        seconds: float = 0.0,
        **reply: Any,
    ) -> None:
        frame = {"jsonrpc": "2.0", "id": next(self._numbers)}
        meta = {META_VERSION: str(R2607), META_CAPABILITIES: declared}
        request = {**frame, "method": method, "params": {**(params or {}), "_meta": meta}}
        self.say(Sender.CLIENT, request, probe=probe, at=self.clock)
        self.clock += seconds
        if "result" in reply:
            reply["result"] = {"resultType": "complete", **reply["result"]}
        if reply:
            self.say(Sender.SERVER, {**frame, **reply}, at=self.clock)

    def call(self, probe: str = "task-lives/task", declared: Json = SHARED, **reply: Any) -> None:
        params = {"name": "t", "arguments": {}, **reply.pop("more", {})}
        self.ask("tools/call", params, probe, declared, **reply)

    def begin(self, probe: str = "task-lives/task", **members: Json) -> None:
        self.call(probe, result={"resultType": "task", **state(**members)})

    def get(self, status: str = "working", seconds: float = 0.0, **members: Json) -> None:
        shown = state(status, **members)
        self.ask("tasks/get", {"taskId": "t1"}, "task-lives/task", result=shown, seconds=seconds)

    def about(self, method: str, probe: str = "task-lives/task", **reply: Any) -> None:
        more = {"inputResponses": reply.pop("answers")} if "answers" in reply else {}
        self.ask(method, {"taskId": "t1", **more}, probe, reply.pop("declared", SHARED), **reply)

    def outcome(self, rule_id: str, revision: Revision = R2607) -> Outcome:
        return super().outcome(rule_id, revision)


def test_a_server_that_never_makes_a_task_is_fully_conforming():
    tape = Conversation()
    tape.call(result=TEXT)
    for rule_id in ("task26-only-if-declared", "task26-advertised", "task26-durable"):
        assert tape.outcome(rule_id) is UNTESTED


def test_a_result_that_speaks_of_some_task_is_no_task():
    tape = Conversation(tools={})
    tape.call(declared={}, result={**TEXT, "taskId": "7", "status": "working"})
    assert tape.outcome("task26-only-if-declared") is UNTESTED


def test_what_was_declared_before_does_not_count():
    tape = Conversation()
    tape.begin()
    tape.call("task-refusals/undeclared", {}, result=TEXT)
    assert tape.outcome("task26-only-if-declared") is PASSED
    tape.call("task-refusals/undeclared", {}, result={"resultType": "task", **state()})
    assert tape.outcome("task26-only-if-declared") is VIOLATED


@pytest.mark.parametrize(
    ("case", "reply", "expected"),
    [
        ("required", {"error": MISSING}, PASSED),
        ("required", {"error": {"code": -32601, "message": "task only"}}, VIOLATED),
        ("required", {"result": TEXT}, UNTESTED),
        ("required", {}, UNTESTED),
        ("undeclared", {"error": {"code": -32603, "message": "broken today"}}, UNTESTED),
        ("undeclared", {"error": {"code": -32021, "message": "no"}}, VIOLATED),
    ],
)
def test_another_error_is_a_finding_only_where_the_user_says_that_it_takes_a_task(
    case, reply, expected
):
    tape = Conversation()
    tape.begin()
    tape.call(f"task-refusals/{case}", {}, **reply)
    assert tape.outcome("task26-required-error") is expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (state("failed", error=UNKNOWN), UNTESTED),
        (state("completed", result={**TEXT, "isError": True}), UNTESTED),
        (state("completed", result=TEXT), VIOLATED),
        (state(), VIOLATED),
    ],
)
def test_the_two_examples_of_the_sep_that_contradict_its_text_are_left_out(shown, expected):
    tape = Conversation()
    tape.about("tasks/get", result={"resultType": "task", **shown})
    assert tape.outcome("task26-resulttype") is expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"ttlMs": None}, PASSED),
        ({"ttlMs": 1000.0, "pollIntervalMs": 0}, PASSED),
        ({"status": "completed"}, PASSED),
        ({"ttlMs": "60000"}, VIOLATED),
        ({"createdAt": "yesterday"}, VIOLATED),
        ({"status": "queued"}, VIOLATED),
        ({"pollIntervalMs": None}, VIOLATED),
    ],
)
def test_a_time_to_live_may_be_null_and_a_first_status_any_of_the_five(members, expected):
    tape = Conversation()
    tape.begin(**members)
    assert tape.outcome("task26-task-members") is expected


def test_the_nested_task_of_2025_11_25_is_no_task_here():
    tape = Conversation()
    tape.call(result={"resultType": "task", "task": state()})
    assert tape.outcome("task26-task-members") is VIOLATED


@pytest.mark.parametrize(
    ("error", "expected"),
    [(UNKNOWN, VIOLATED), ({"code": -32000, "message": "too many polls"}, UNTESTED)],
)
def test_a_first_poll_may_be_refused_as_too_early_but_not_as_unknown(error, expected):
    tape = Conversation()
    tape.begin()
    tape.about("tasks/get", error=error)
    assert tape.outcome("task26-durable") is expected


def test_a_task_whose_time_to_live_is_over_may_be_gone():
    tape = Conversation()
    tape.begin(ttlMs=1000)
    tape.get(seconds=2.0, ttlMs=1000)
    tape.about("tasks/get", error=UNKNOWN)
    tape.about("tasks/cancel", error=UNKNOWN)
    assert tape.outcome("task26-no-early-expiry") is UNTESTED
    assert tape.outcome("task26-cancel-ack") is UNTESTED


@pytest.mark.parametrize(("ttl", "expected"), [(60_000, VIOLATED), (None, VIOLATED), (1, UNTESTED)])
def test_a_task_is_not_gone_before(ttl, expected):
    tape = Conversation()
    tape.begin(ttlMs=ttl)
    tape.get(seconds=0.5, ttlMs=ttl)
    tape.about("tasks/get", error=UNKNOWN)
    assert tape.outcome("task26-no-early-expiry") is expected


def test_a_cancelled_task_may_be_thrown_away():
    tape = Conversation()
    tape.begin()
    tape.get()
    tape.about("tasks/cancel", result={})
    tape.about("tasks/get", error=UNKNOWN)
    assert tape.outcome("task26-no-early-expiry") is UNTESTED


def test_a_task_that_is_too_old_may_fail_without_an_error():
    tape = Conversation()
    tape.begin(ttlMs=100)
    tape.get(seconds=1.0, ttlMs=100)
    tape.get("failed", ttlMs=100, statusMessage="expired")
    assert tape.outcome("task26-get-failed") is UNTESTED


@pytest.mark.parametrize("method", ["tasks/cancel", "tasks/update"])
@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({}, PASSED),
        ({"_meta": {"a": 1}}, PASSED),
        ({"status": "working"}, VIOLATED),
    ],
)
def test_an_acknowledgement_may_have_metadata_and_nothing_else(method, result, expected):
    tape = Conversation()
    tape.begin()
    tape.get("input_required", inputRequests=ASKED)
    tape.about(method, answers={"name": {"action": "decline"}}, result=result)
    assert tape.outcome(f"task26-{method.partition('/')[2]}-ack") is expected


def test_the_status_may_change_late_after_an_acknowledgement():
    tape = Conversation()
    tape.begin()
    tape.get("input_required", inputRequests=ASKED)
    tape.about("tasks/update", answers={"name": {"action": "decline"}}, result={})
    tape.get("input_required", inputRequests=ASKED)
    tape.get("input_required", inputRequests={})
    tape.about("tasks/cancel", result={})
    tape.get("completed", result=TEXT)
    for rule_id in ("update-ack", "cancel-ack", "get-input-required", "input-keys-unique"):
        assert tape.outcome(f"task26-{rule_id}") is PASSED


def test_a_task_that_waits_asks_for_something():
    tape = Conversation()
    tape.begin()
    tape.get("input_required", inputRequests={})
    assert tape.outcome("task26-get-input-required") is VIOLATED


@pytest.mark.parametrize(("answered", "expected"), [(False, PASSED), (True, VIOLATED)])
def test_a_question_may_be_worded_anew_until_it_is_answered(answered, expected):
    tape = Conversation()
    tape.begin()
    tape.get("input_required", inputRequests=ASKED)
    if answered:
        tape.about("tasks/update", answers={"name": {"action": "decline"}}, result={})
    again = {"name": {"method": "elicitation/create", "params": {"message": "Who? (59 s left)"}}}
    tape.get("input_required", inputRequests=again)
    assert tape.outcome("task26-input-keys-unique") is expected


def test_answers_that_were_made_up_may_be_refused():
    tape = Conversation()
    tape.begin()
    tape.get("input_required", inputRequests=ASKED)
    tape.about("tasks/update", answers={"name": {"action": "decline"}}, error=UNKNOWN)
    assert tape.outcome("task26-update-ack") is UNTESTED
    assert tape.outcome("task26-update-ignores-unknown-keys") is UNTESTED


@pytest.mark.parametrize(("status", "expected"), [("working", VIOLATED), ("completed", UNTESTED)])
def test_an_answer_to_a_task_that_is_over_may_be_refused(status, expected):
    tape = Conversation()
    tape.begin()
    tape.about("tasks/update", answers={"other": {"action": "decline"}}, error=UNKNOWN)
    tape.get(status, **({"result": TEXT} if status == "completed" else {}))
    assert tape.outcome("task26-update-ignores-unknown-keys") is expected


@pytest.mark.parametrize(
    ("case", "shown", "expected"),
    [
        ("task_failure", state("completed", result={**TEXT, "isError": True}), PASSED),
        ("task_failure", state("failed", error=UNKNOWN), VIOLATED),
        ("task", state("failed", error=UNKNOWN), UNTESTED),
        ("task", state("failed", error=UNKNOWN, result={**TEXT, "isError": True}), VIOLATED),
        ("task_failure", state("completed", result=TEXT), UNTESTED),
    ],
)
def test_a_failed_task_is_a_finding_where_its_tool_is_known_to_report_errors_itself(
    case, shown, expected
):
    tape = Conversation()
    tape.begin(f"task-lives/{case}")
    tape.about("tasks/get", result=shown)
    assert tape.outcome("task26-iserror-completed") is expected


@pytest.mark.parametrize(
    ("known", "error", "expected"),
    [
        (False, UNKNOWN, UNTESTED),
        (False, MISSING, PASSED),
        (True, UNKNOWN, VIOLATED),
        (True, MISSING, PASSED),
    ],
)
def test_two_defects_of_one_request_may_be_refused_for_either(known, error, expected):
    tape = Conversation()
    if known:
        tape.begin()
        tape.get()
    tape.about("tasks/get", "task-refusals/undeclared-tasks/get", declared={}, error=error)
    assert tape.outcome("task26-methods-need-capability") is expected


@pytest.mark.parametrize(
    ("plain", "odd", "expected"),
    [
        ({"result": TEXT}, {"result": {**TEXT, "isError": True}}, PASSED),
        ({"error": MISSING}, {"error": MISSING}, PASSED),
        ({"result": TEXT}, {"error": {"code": -32603, "message": "broken"}}, UNTESTED),
        ({"result": TEXT}, {"error": UNKNOWN}, VIOLATED),
        ({"result": TEXT}, {"result": {"resultType": "task", **state()}}, VIOLATED),
        ({"result": {"resultType": "task", **state()}}, {"error": UNKNOWN}, UNTESTED),
        ({}, {"result": TEXT}, UNTESTED),
    ],
)
def test_the_legacy_parameter_is_judged_by_the_same_call_without_it(plain, odd, expected):
    tape = Conversation()
    tape.call("task-refusals/undeclared", {}, **plain)
    tape.call("task-refusals/legacy-parameter", {}, more={"task": {}}, **odd)
    assert tape.outcome("task26-legacy-param-ignored") is expected


def test_a_server_without_the_extension_is_not_asked_for_its_errors():
    tape = Conversation(tools={})
    tape.ask("tasks/list", None, "task-refusals/removed", result={"tasks": []})
    tape.about("tasks/get", "task-refusals/unknown-tasks/get", error={"code": -32601})
    assert tape.outcome("task26-removed-methods") is UNTESTED
    assert tape.outcome("task26-unknown-id-get") is UNTESTED


def test_a_removed_method_may_be_taken_for_one_whose_header_is_missing():
    tape = Conversation()
    tape.ask("tasks/result", None, "task-refusals/removed", error={"code": -32020})
    assert tape.outcome("task26-removed-methods") is UNTESTED


@pytest.mark.parametrize(
    ("error", "expected"),
    [(-32021, PASSED), (-32601, UNTESTED), (-32602, UNTESTED), (-32000, VIOLATED)],
)
def test_a_server_without_subscriptions_need_not_know_who_may_have_them(error, expected):
    tape = Conversation()
    params = {"notifications": {"taskIds": ["t1"]}}
    reply = {"error": {"code": error, "message": "no"}}
    tape.ask("subscriptions/listen", params, "task-listening/undeclared", {}, **reply)
    assert tape.outcome("task26-listen-needs-capability") is expected


@pytest.mark.parametrize(("stream", "expected"), [(2, VIOLATED), (9, PASSED)])
def test_progress_of_a_request_is_none_of_a_subscription(stream, expected):
    tape = Conversation()
    tape.ask("subscriptions/listen", {"notifications": {"taskIds": ["t1"]}}, "task-listening/x")
    tagged = {"io.modelcontextprotocol/subscriptionId": 2}
    told = {
        "jsonrpc": "2.0",
        "method": "notifications/tasks",
        "params": {**state(), "_meta": tagged},
    }
    tape.say(Sender.SERVER, told)
    meta = {"io.modelcontextprotocol/subscriptionId": stream}
    params = {"progressToken": 1, "progress": 1, "_meta": meta}
    tape.say(
        Sender.SERVER, {"jsonrpc": "2.0", "method": "notifications/progress", "params": params}
    )
    assert tape.outcome("task26-no-progress-or-log-on-listen") is expected


def test_under_2025_11_25_a_server_without_tasks_shows_nothing():
    tape = Tape()
    info = {"protocolVersion": str(R2511), "capabilities": {}, "serverInfo": {"name": "x"}}
    tape.say(Sender.CLIENT, {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}})
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": 1, "result": info})
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "t"}}
    tape.say(Sender.CLIENT, call, probe="task-extension-2511/call")
    tape.say(Sender.SERVER, {"jsonrpc": "2.0", "id": 2, "result": TEXT})
    assert tape.outcome("task26-not-under-2511", R2511) is UNTESTED
