"""The schemas of the REST form: what they let through, and each single mistake that they find."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from mcp_proof_contracts.rest_schema import rest_schema
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem

TOOL = {
    "name": "send_email",
    "description": "Send an email.",
    "input_schema": {
        "type": "object",
        "properties": {"to": {"type": "array", "items": {"type": "string"}}},
        "required": ["to"],
    },
    "output_schema": {"type": "object"},
    "requires_confirmation": True,
    "rate_limit": "10/hour",
    "permissions": ["email"],
}
GOOD: dict[str, dict[str, Any]] = {
    "tool": TOOL,
    "discover": {
        "server_name": "email_tools",
        "version": "1.0.0",
        "description": None,
        "tools": [TOOL],
        "capabilities": ["email"],
        "health_check_url": "/health",
    },
    "execute-request": {
        "tools": [{"tool_slug": "send_email", "arguments": {"to": []}}],
        "request_id": None,
        "thought": "I write now.",
    },
    "execute-response": {
        "request_id": "r-1",
        "successful": True,
        "data": {"results": [{"tool_slug": "send_email", "response": {"status": "sent"}}]},
        "error": None,
    },
    "health": {"status": "healthy", "timestamp": "2026-11-21T12:00:00Z"},
}
FAILED = {"request_id": "r-1", "successful": False, "data": None, "error": "no such tool"}


@pytest.mark.parametrize("document", GOOD)
def test_a_good_document_and_its_least_form_satisfy_the_schema(document: str) -> None:
    schema, good = rest_schema(document), GOOD[document]
    assert schema_problem(schema) is None
    assert instance_problems(schema, good) == []
    required = schema["$defs"][document]["required"]
    assert instance_problems(schema, {name: good[name] for name in required} | _data(good)) == []


def _data(good: dict[str, Any]) -> dict[str, Any]:
    return {"data": good["data"]} if "successful" in good else {}


def test_a_failure_has_an_error_in_the_place_of_data() -> None:
    schema = rest_schema("execute-response")
    assert instance_problems(schema, FAILED) == []
    for error in ({}, {"error": None}, {"error": ""}):
        without = {name: value for name, value in FAILED.items() if name != "error"}
        assert len(instance_problems(schema, without | error)) == 1


@pytest.mark.parametrize(
    ("document", "break_it", "pointer"),
    [
        ("discover", lambda d: d.pop("server_name"), ""),
        ("discover", lambda d: d.pop("tools"), ""),
        ("discover", lambda d: d.update(version=1), "/version"),
        ("discover", lambda d: d.update(tools={}), "/tools"),
        ("discover", lambda d: d["tools"][0].pop("description"), "/tools/0"),
        ("discover", lambda d: d.update(capabilities={"email": True}), "/capabilities"),
        ("tool", lambda d: d.pop("name"), ""),
        ("tool", lambda d: d["input_schema"].pop("type"), "/input_schema"),
        ("tool", lambda d: d["input_schema"].update(type="array"), "/input_schema/type"),
        ("tool", lambda d: d["input_schema"].update(required="to"), "/input_schema/required"),
        ("tool", lambda d: d.update(rate_limit="often"), "/rate_limit"),
        ("tool", lambda d: d.update(requires_confirmation="yes"), "/requires_confirmation"),
        ("execute-request", lambda d: d.update(tools=[]), "/tools"),
        ("execute-request", lambda d: d["tools"][0].pop("tool_slug"), "/tools/0"),
        ("execute-request", lambda d: d["tools"][0].update(arguments=[]), "/tools/0/arguments"),
        ("execute-response", lambda d: d.pop("request_id"), ""),
        ("execute-response", lambda d: d.update(successful="true"), "/successful"),
        ("execute-response", lambda d: d.update(data=None), "/data"),
        ("execute-response", lambda d: d.update(error="but"), "/error"),
        ("execute-response", lambda d: d["data"]["results"][0].pop("response"), "/data/results/0"),
        ("health", lambda d: d.pop("timestamp"), ""),
    ],
)
def test_each_mistake_is_found_at_its_place(
    document: str, break_it: Callable[[Any], object], pointer: str
) -> None:
    value = deepcopy(GOOD[document])
    break_it(value)
    pointers = {problem.pointer for problem in instance_problems(rest_schema(document), value)}
    assert pointer in pointers


def test_an_unknown_document_is_told_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"there is no document .*Did you mean discover"):
        rest_schema("discovery")
