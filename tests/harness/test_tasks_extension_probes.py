"""Which calls become tasks is found out where the user names none, and only by safe calls."""

import pytest
import yaml

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome

R2607 = Revision.R2026_07_28
PASSED, UNTESTED = Outcome.PASSED, Outcome.UNTESTED


def job(**members):
    return {
        "name": "job",
        "description": "Runs as a task.",
        "task": "optional",
        "annotations": {"readOnlyHint": True},
        "answer": {"text": "done"},
        **members,
    }


@pytest.fixture
def verified(verify_mock, tmp_path):
    """Verify a mock with one tool; returns the outcomes by rule id."""

    def verify(tool, *, transport="http"):
        contract = {"info": {"name": "x", "version": "1"}, "tasks": {"poll_ms": 20}}
        file = tmp_path / "contract.yaml"
        file.write_text(yaml.safe_dump({**contract, "tools": [tool]}))
        verdicts = verify_mock(
            contract=str(file), spoken=R2607, transport=transport, only=["task26"]
        )
        return {name: verdict.outcome for name, verdict in verdicts.items()}

    return verify


@pytest.mark.parametrize("transport", ["http", "stdio"])
def test_a_read_only_tool_that_runs_as_a_task_is_found(verified, transport):
    outcomes = verified(job(), transport=transport)
    assert outcomes["task26-get-completed"] is PASSED
    assert outcomes["task26-only-if-declared"] is PASSED
    assert outcomes["task26-cancel-ack"] is PASSED


def test_a_tool_that_is_not_said_to_be_read_only_is_left_alone(verified):
    outcomes = verified(job(annotations={}))
    assert outcomes["task26-get-completed"] is UNTESTED
    assert outcomes["task26-unknown-id-get"] is PASSED


def test_a_task_that_asks_is_answered(verified):
    schema = {"type": "object", "properties": {"n": {"type": "string"}}, "required": ["n"]}
    params = {"message": "Who?", "requestedSchema": schema}
    asks = {"ask": {"who": {"method": "elicitation/create", "params": params}}}
    outcomes = verified(job(steps=[{"task": "Begun."}, asks]))
    assert outcomes["task26-update-ack"] is PASSED
    assert outcomes["task26-get-completed"] is PASSED


def test_a_server_without_tasks_is_told_nothing(verified):
    assert set(verified(job(task="forbidden")).values()) == {UNTESTED}
