"""What the specification permits must not be called a violation: clients and x-mcp-header."""

from collections.abc import Mapping
from typing import Any

import pytest
from calls_tape import NEWEST, CallsTape

from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.secrets.mask import HIDDEN

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
LIST = {"do": "list", "what": "tools"}
MISMATCH = {"code": -32020, "message": "Header mismatch"}


def tool(name: str, **properties: Any) -> dict[str, Any]:
    return {"name": name, "inputSchema": {"type": "object", "properties": properties}}


def header(name: str, kind: Any = "string") -> dict[str, Any]:
    return {"type": kind, "x-mcp-header": name}


GOOD = tool("good", a=header("A"), n=header("N", "integer"), b={"type": "string"})
NESTED = tool("good", t={"type": "object", "properties": {"z": header("Z")}}, z={"type": "string"})
EMPTY = tool("empty", a=header(""))


def called(
    arguments: Mapping[str, Any], headers: Mapping[str, str], known: Mapping[str, Any] = GOOD
) -> CallsTape:
    tape = CallsTape()
    tape.tools(known)
    tape.call("good", arguments, headers=headers)
    return tape.ended()


@pytest.mark.parametrize(
    ("rule_id", "arguments", "headers", "expected"),
    [
        ("mirrors", {"a": "x"}, {}, VIOLATED),
        ("mirrors", {"a": "x"}, {"mcp-param-a": "anything"}, PASSED),
        ("mirrors", {"a": ""}, {}, UNTESTED),
        ("mirrors", {"n": 2**53}, {}, UNTESTED),
        ("mirrors", {"a": ["x"]}, {}, UNTESTED),
        ("mirrors", {"n": 42.0}, {}, UNTESTED),
        ("only-annotated", {"a": "x"}, {"mcp-param-a": "x"}, UNTESTED),
        ("only-annotated", {"b": "x"}, {"mcp-param-b": "x"}, VIOLATED),
        ("only-annotated", {"b": "x"}, {"mcp-name": "x"}, PASSED),
        ("omits-null-or-absent", {}, {}, PASSED),
        ("omits-null-or-absent", {"a": None, "n": 1}, {"mcp-param-a": ""}, VIOLATED),
        ("omits-null-or-absent", {"a": "", "n": 1}, {"mcp-param-a": ""}, UNTESTED),
        ("type-conversion", {"a": "x"}, {"mcp-param-a": "=?base64?eA==?="}, PASSED),
        ("type-conversion", {"a": "a\tb"}, {"mcp-param-a": "a\tb"}, PASSED),
        ("type-conversion", {"n": 42}, {"mcp-param-n": "42"}, PASSED),
        ("type-conversion", {"n": 42}, {"mcp-param-n": "42.0"}, VIOLATED),
        ("type-conversion", {"n": 42}, {}, UNTESTED),
        ("type-conversion", {"a": "x"}, {"mcp-param-a": HIDDEN}, UNTESTED),
        ("base64-unsafe", {"a": "a\tb"}, {"mcp-param-a": "a\tb"}, UNTESTED),
        ("base64-unsafe", {"a": "é"}, {"mcp-param-a": "=?base64?w6k=?="}, PASSED),
        ("base64-unsafe", {"a": "é"}, {"mcp-param-a": "=?BASE64?w6k=?="}, VIOLATED),
        ("base64-unsafe", {"a": "é"}, {"mcp-param-a": "=?base64?w6k?="}, VIOLATED),
        ("base64-unsafe", {"a": "é"}, {"mcp-param-a": "é"}, VIOLATED),
        ("base64-unsafe", {"a": "=?base64?x?="}, {"mcp-param-a": "=?base64?x?="}, UNTESTED),
        ("base64-sentinel-literal", {"a": "=?BASE64?x?="}, {"mcp-param-a": "x"}, UNTESTED),
        (
            "base64-sentinel-literal",
            {"a": "=?base64?x?="},
            {"mcp-param-a": "=?base64?PT9iYXNlNjQ/eD89?="},
            PASSED,
        ),
    ],
)
def test_headers_of_a_call(rule_id, arguments, headers, expected):
    tape = called(arguments, headers)
    assert tape.outcome(f"xmcp-client-{rule_id}", NEWEST) is expected


@pytest.mark.parametrize(
    ("rule_id", "headers", "expected"),
    [
        ("nested-path", {"mcp-param-z": "in"}, PASSED),
        ("nested-path", {"mcp-param-z": "out"}, VIOLATED),
        ("nested-path", {}, VIOLATED),
        ("nested-path", {"mcp-param-z": "neither"}, PASSED),
        ("type-conversion", {"mcp-param-z": "neither"}, VIOLATED),
        ("type-conversion", {"mcp-param-z": "out"}, UNTESTED),
        ("mirrors", {}, UNTESTED),
    ],
)
def test_a_nested_parameter_is_for_one_rule(rule_id, headers, expected):
    tape = called({"t": {"z": "in"}, "z": "out"}, headers, NESTED)
    assert tape.outcome(f"xmcp-client-{rule_id}", NEWEST) is expected


def test_a_client_mirrors_what_it_was_told_before():
    tape = CallsTape()
    tape.call("good", {"a": "x"})
    tape.tools(GOOD)
    assert tape.ended().outcome("xmcp-client-mirrors", NEWEST) is UNTESTED
    tape = CallsTape()
    tape.tools(GOOD)
    tape.tools(tool("good", a={"type": "string"}))
    tape.call("good", {"a": "x"})
    assert tape.ended().outcome("xmcp-client-mirrors", NEWEST) is UNTESTED
    assert tape.outcome("xmcp-client-only-annotated", NEWEST) is PASSED


def test_a_tool_that_clients_drop_asks_for_no_headers():
    flawed = tool("good", a=header("A"), x=header("X", "number"))
    assert called({"a": "x"}, {}, flawed).outcome("xmcp-client-mirrors", NEWEST) is UNTESTED


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (["good"], PASSED),
        ([GOOD], PASSED),
        (["good", "empty"], VIOLATED),
        ([], UNTESTED),
        (["server_good", "server_empty"], UNTESTED),
        (None, UNTESTED),
        ("good, empty", UNTESTED),
    ],
)
def test_what_is_offered_is_what_the_user_is_told(told, expected):
    tape = CallsTape()
    tape.tools(GOOD, EMPTY)
    tape.told(LIST, value=told)
    assert tape.ended().outcome("xmcp-client-rejects-empty-name", NEWEST) is expected


def test_a_list_of_something_else_is_no_offer():
    tape = CallsTape()
    tape.tools(GOOD, EMPTY)
    tape.told({"do": "list", "what": "prompts"}, value=["good", "empty"])
    assert tape.ended().outcome("xmcp-client-rejects-empty-name", NEWEST) is UNTESTED


def test_a_tool_that_was_listed_without_its_flaw_may_be_offered():
    tape = CallsTape()
    tape.tools(GOOD, EMPTY)
    tape.tools(GOOD, tool("empty", a=header("A")))
    tape.told(LIST, value=["good", "empty"])
    assert tape.ended().outcome("xmcp-client-rejects-empty-name", NEWEST) is UNTESTED


def test_a_nullable_parameter_is_no_flaw():
    tape = CallsTape()
    tape.tools(GOOD, tool("nullable", a=header("A", ["string", "null"])))
    tape.told(LIST, value=["good", "nullable"])
    assert tape.ended().outcome("xmcp-client-rejects-non-primitive", NEWEST) is UNTESTED


@pytest.mark.parametrize("kind", [["string", "null"], None, ["string"]])
def test_whether_a_nullable_parameter_is_primitive_is_read_in_either_way(kind):
    tape = CallsTape()
    tape.tools(tool("good", a=header("A", kind)), EMPTY)
    tape.told(LIST, value=[])
    tape.call("good", {"a": "x", "b": "y"}, MISMATCH)
    tape.tools(tool("good", a=header("A", kind)), EMPTY)
    tape.ended()
    assert tape.outcome("xmcp-client-mirrors", NEWEST) is UNTESTED
    assert tape.outcome("xmcp-client-only-annotated", NEWEST) is UNTESTED
    assert tape.outcome("xmcp-client-keeps-valid-tools", NEWEST) is UNTESTED
    assert tape.outcome("xmcp-client-refresh-after-mismatch", NEWEST) is PASSED


@pytest.mark.parametrize(
    ("asked", "ended", "expected"),
    [("good", "exit", VIOLATED), ("empty", "exit", UNTESTED), ("good", "", UNTESTED)],
)
def test_a_flawed_tool_may_be_called_by_who_was_asked_to(asked, ended, expected):
    tape = CallsTape()
    tape.tools(GOOD, EMPTY)
    tape.call("empty", {})
    tape.wished({"do": "call", "tool": asked})
    if ended:
        tape.ended(ended)
    assert tape.outcome("xmcp-client-rejects-empty-name", NEWEST) is expected


@pytest.mark.parametrize(
    ("tools", "error", "how", "expected"),
    [
        ([], "", "exit", VIOLATED),
        (None, "invalid tool", "exit", VIOLATED),
        (None, "invalid tool", "killed", UNTESTED),
        ([], "", "terminated", UNTESTED),
        (None, "", "exit", UNTESTED),
        (["good"], "", "killed", PASSED),
    ],
)
def test_good_tools_are_lost_only_by_who_had_the_list(tools, error, how, expected):
    tape = CallsTape()
    tape.tools(GOOD, EMPTY)
    tape.told(LIST, value=tools, error=error)
    assert tape.ended(how).outcome("xmcp-client-keeps-valid-tools", NEWEST) is expected


def test_good_tools_are_not_lost_where_the_server_refused_a_page():
    tape = CallsTape()
    tape.tools(GOOD, EMPTY, more="2")
    tape.ask("tools/list", {"cursor": "2"}, {"code": -32603, "message": "no"})
    tape.told(LIST, error="no")
    assert tape.ended().outcome("xmcp-client-keeps-valid-tools", NEWEST) is UNTESTED


@pytest.mark.parametrize(
    ("headers", "listed", "again", "how", "expected"),
    [
        ({}, True, True, "exit", PASSED),
        ({}, False, False, "exit", VIOLATED),
        ({}, False, False, "killed", UNTESTED),
        ({}, True, False, "exit", VIOLATED),
        ({"mcp-param-a": "x"}, True, False, "exit", PASSED),
        ({"mcp-name": "other"}, False, False, "exit", UNTESTED),
        ({"mcp-protocol-version": "2025-11-25"}, False, False, "exit", UNTESTED),
    ],
)
def test_a_refusal_is_followed_up_where_that_can_help(headers, listed, again, how, expected):
    tape = CallsTape()
    tape.call("good", {"a": "x"}, MISMATCH, headers)
    if listed:
        tape.tools(GOOD)
    if again:
        tape.call("good", {"a": "x"}, headers={"mcp-param-a": "x"})
    tape.ended(how)
    assert tape.outcome("xmcp-client-refresh-after-mismatch", NEWEST) is expected


def test_one_more_call_after_a_refusal_is_enough():
    tape = CallsTape()
    tape.call("good", {"a": "x"}, MISMATCH)
    tape.tools(GOOD)
    tape.call("good", {"a": "x"}, MISMATCH, {"mcp-param-a": "x"})
    assert tape.ended().outcome("xmcp-client-refresh-after-mismatch", NEWEST) is PASSED
