"""Real clients that know tasks, against the mock: the experiment and the extension."""

from installed import needs
from real_clients import Json, driven

from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

pytestmark = needs("clients-node")


def text(result: Json) -> str:
    return result["content"][0]["text"]


def test_the_typescript_sdk_v1_runs_tools_as_tasks(tmp_path):
    with running(MockServer("everything")) as url:
        user = driven("typescript_v1_tasks.mjs", "clients-node", {"url": url}, tmp_path)
    calls = user["calls"]
    assert text(calls["slow_compute"]["result"]) == "six: computed"
    assert text(calls["confirm_delete"]["result"]) == "notes.txt: accept"
    # Of a failed task this client asks for no result.
    assert calls["failing_job"]["statuses"][-1] == "failed"
    assert calls["protocol_error_job"]["statuses"][-1] == "failed"
    assert calls["greet"]["error"]["code"] == -32601
    assert user["cancelled"]["status"] == "cancelled"
    ids = {name: call["task"]["taskId"] for name, call in calls.items() if "task" in call}
    assert user["asked"] == [ids["confirm_delete"]]
    assert user["told"][ids["confirm_delete"]] == ["input_required", "working", "completed"]
    ended = [[task_id, user["told"][task_id][-1]] for task_id in ids.values()]
    assert user["listed"] == [*ended, [user["cancelled"]["taskId"], "cancelled"]]


def test_the_official_library_for_the_extension_runs_tools_as_tasks(tmp_path):
    with running(MockServer("everything")) as url:
        user = driven("ext_tasks.mjs", "clients-node", {"url": url}, tmp_path)
    calls = user["calls"]
    assert user["protocolVersion"] == "2026-07-28"
    kinds = {name: call["kind"] for name, call in calls.items()}
    assert kinds.pop("greet") == "immediate"
    assert set(kinds.values()) == {"task"}
    assert text(calls["slow_compute"]["result"]) == "six: computed"
    assert calls["failing_job"]["result"]["isError"] is True
    failure = (calls["protocol_error_job"]["status"], calls["protocol_error_job"]["error"])
    assert failure == ("failed", -32603)
    assert text(calls["multi_input"]["result"]) == "Ada: accept"
    assert text(calls["test_tool_with_task"]["result"]) == "Hello, Ada!"
    assert user["cancelled"] == "cancelled"
    assert user["asked"] == [
        ["task-update", "What is your name?"],
        ["task-update", "Shall it be deleted?"],
        ["request-retry", "What is your name?"],
    ]
