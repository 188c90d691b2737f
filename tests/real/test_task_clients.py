"""Real clients that know tasks, against the mock: the experiment and the extension."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from installed import PEERS, needs

ROOT = Path(__file__).parent.parent.parent
NODE = Path(sys.executable).with_name("node")
DRIVERS = ROOT / "tests/peers/tasks"
MODULES = PEERS / "clients-node/node_modules"
BOUND = 60.0

pytestmark = needs("clients-node")

Json = dict[str, Any]


def seen(driver: str, url: str) -> Json:
    """Return what the client's user saw."""
    command = [str(NODE), str(DRIVERS / driver), str(MODULES), url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BOUND, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def text(result: Json) -> str:
    return result["content"][0]["text"]


def test_the_typescript_sdk_v1_runs_tools_as_tasks(mock_url):
    with mock_url("everything") as url:
        user = seen("typescript_sdk_v1.mjs", url)
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


def test_the_official_library_for_the_extension_runs_tools_as_tasks(mock_url):
    with mock_url("everything") as url:
        user = seen("ext_tasks.mjs", url)
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
