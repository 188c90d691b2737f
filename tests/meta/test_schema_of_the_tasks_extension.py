"""The project's own schema of the tasks extension, on what the mock says about tasks."""

import pytest
from mocked import verified

from mcp_proof.runner import VerifyOptions
from mcp_proof_contracts.contract_file import load_contract
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.schema import message_problems, problems
from mcp_proof_contracts.wire import Kind
from mcp_proof_mocks.contract_source import find_contract

EXTENSION = "tasks-extension"
TASK = {
    "taskId": "t",
    "status": "working",
    "createdAt": "2026-07-28T12:00:00Z",
    "lastUpdatedAt": "2026-07-28T12:00:00Z",
    "ttlMs": None,
}


@pytest.fixture(scope="module")
def conversation():
    hints = load_contract(find_contract("everything")).verify
    options = VerifyOptions(revision=Revision.R2026_07_28, only=("task26-",), hints=hints)
    _, said = verified("everything", "http", None, options)
    return Reading(said, Revision.R2026_07_28)


def test_all_that_the_mock_answers_about_tasks_is_valid(conversation):
    answered = [
        (exchange.sent.message.method, exchange.answer.message.value)
        for exchange in conversation.exchanges()
        if exchange.answer is not None
        and exchange.answer.message.kind is Kind.RESULT
        and (exchange.sent.message.method.startswith("tasks/") or "taskId" in exchange.result)
    ]
    assert {method for method, _ in answered} >= {
        "tools/call",
        "tasks/get",
        "tasks/update",
        "tasks/cancel",
    }
    for method, value in answered:
        assert message_problems(EXTENSION, "server", value, method) == []


def test_all_that_the_mock_tells_about_tasks_is_valid(conversation):
    told = conversation.notifications("notifications/tasks")
    assert told
    for said in told:
        assert message_problems(EXTENSION, "server", said.message.value) == []


@pytest.mark.parametrize(
    ("status", "member"),
    [("input_required", "inputRequests"), ("completed", "result"), ("failed", "error")],
)
def test_a_status_demands_its_own_member(status, member):
    found = problems(EXTENSION, "DetailedTask", {**TASK, "status": status})
    assert [member in problem.message for problem in found] == [True]


def test_a_task_in_the_form_of_2025_11_25_is_none():
    assert problems(EXTENSION, "CreateTaskResult", {"resultType": "task", "task": TASK})
