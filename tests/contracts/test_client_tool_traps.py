"""What the specification permits must not be called a violation: clients, tools and schemas."""

from typing import Any

import pytest
from calls_tape import NEWEST, CallsTape

from mcp_proof_contracts.rule import Outcome

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
NUMBER: dict[str, Any] = {"type": "object", "properties": {"n": {"type": "number"}}}
TWO: dict[str, Any] = {"type": "object", "dependentRequired": {"a": ["b"]}}
STRANGE: dict[str, Any] = {"$schema": "https://example.com/dialect", **NUMBER}
CANARY = "http://127.0.0.1:9/schema/output"


def refers(uri: str) -> dict[str, Any]:
    return {"type": "object", "properties": {"n": {"$ref": uri}}}


def tool(name: str, output: Any = None, **more: Any) -> dict[str, Any]:
    schemas = {"outputSchema": output} if output is not None else {}
    return {"name": name, "inputSchema": {"type": "object"}, **schemas, **more}


class Results(CallsTape):
    """Calls of listed tools, and what their user was told."""

    def __init__(self, *tools: Any, validates: bool = False) -> None:
        super().__init__()
        checked = (tool("fine", NUMBER), tool("bad", NUMBER)) if validates else ()
        self.tools(*tools, *checked)
        if validates:
            self.result("fine", {"n": 1})
            self.result("bad", {"n": "x"}, error="invalid")

    def result(self, name: str, content: Any, *, error: str = "", shown: Any = ...) -> None:
        result = {"content": [], "structuredContent": content}
        self.call(name, {}, result)
        wish = {"do": "call", "tool": name, "arguments": {}}
        self.told(wish, value=result if shown is ... else shown, error=error)


@pytest.mark.parametrize(
    ("schema", "content", "shown", "expected"),
    [
        (NUMBER, {"n": "x"}, ..., VIOLATED),
        (NUMBER, {"n": "x"}, {"n": "x"}, VIOLATED),
        (NUMBER, {"n": "x"}, {"structured": {"n": "x"}}, VIOLATED),
        (NUMBER, {"n": "x"}, "the text of it", UNTESTED),
        (NUMBER, {"n": "x"}, None, UNTESTED),
        (NUMBER, {"n": "x"}, {"isError": True, "structuredContent": {"n": "x"}}, UNTESTED),
        (NUMBER, {"n": 1}, ..., UNTESTED),
        (TWO, {"a": 1}, ..., UNTESTED),
        (STRANGE, {"n": "x"}, ..., UNTESTED),
        (refers("https://schemas.invalid/n"), {"n": "x"}, ..., UNTESTED),
        ({"type": "objekt"}, {"n": "x"}, ..., UNTESTED),
    ],
)
def test_what_breaks_a_schema_for_everybody_is_handed_on(schema, content, shown, expected):
    tape = Results(tool("t", schema))
    tape.result("t", content, shown=shown)
    assert tape.ended().outcome("tools-client-validates-structured", NEWEST) is expected


def test_a_client_that_fails_with_everything_was_not_seen_to_validate():
    tape = Results(tool("t", NUMBER), tool("fine", NUMBER))
    tape.result("fine", {"n": 1}, error="unsupported")
    tape.result("t", {"n": "x"}, error="unsupported")
    assert tape.ended().outcome("tools-client-validates-structured", NEWEST) is UNTESTED


def test_a_failed_tool_need_not_keep_to_its_schema():
    tape = Results(tool("t", NUMBER))
    result = {"content": [], "isError": True, "structuredContent": {"n": "x"}}
    tape.call("t", {}, result)
    tape.told({"do": "call", "tool": "t"}, value={"n": "x"})
    assert tape.ended().outcome("tools-client-validates-structured", NEWEST) is UNTESTED


def test_of_two_calls_nobody_knows_which_was_told_of():
    tape = Results(tool("t", NUMBER))
    tape.result("t", {"n": "x"})
    tape.result("t", {"n": "x"})
    assert tape.ended().outcome("tools-client-validates-structured", NEWEST) is UNTESTED


def test_who_never_listed_a_tool_does_not_know_its_schema():
    tape = Results()
    tape.result("t", {"n": "x"})
    tape.tools(tool("t", NUMBER))
    assert tape.ended().outcome("tools-client-validates-structured", NEWEST) is UNTESTED


@pytest.mark.parametrize(
    ("works", "error", "expected"),
    [(True, "must be an object", VIOLATED), (True, "", PASSED), (False, "no calls", UNTESTED)],
)
def test_any_content_is_refused_only_by_who_takes_some(works, error, expected):
    tape = Results(tool("t", {"type": "array"}), tool("plain"))
    tape.told({"do": "call", "tool": "plain"}, value={}, error="" if works else "no calls")
    tape.result("t", [1], error=error)
    assert tape.ended().outcome("tools-client-accepts-any-structured", NEWEST) is expected


def test_content_that_breaks_its_schema_may_be_refused_whatever_it_is():
    tape = Results(tool("t", NUMBER), tool("plain"))
    tape.told({"do": "call", "tool": "plain"}, value={})
    tape.result("t", [1], error="invalid")
    assert tape.ended().outcome("tools-client-accepts-any-structured", NEWEST) is UNTESTED


@pytest.mark.parametrize(
    ("rule_id", "schema", "content", "error", "expected"),
    [
        ("tools-dialect-2020-12", TWO, {"a": 1}, "", VIOLATED),
        ("tools-dialect-2020-12", TWO, {"a": 1}, "invalid", UNTESTED),
        ("tools-dialect-2020-12", {"$schema": "x:y", **TWO}, {"a": 1}, "", UNTESTED),
        ("tools-dialect-unsupported-error", STRANGE, {"n": 1}, "", VIOLATED),
        ("tools-dialect-unsupported-error", STRANGE, {"n": 1}, "unknown dialect", PASSED),
        ("tools-dialect-unsupported-error", STRANGE, {"n": 1}, "bad luck", UNTESTED),
        (
            "tools-dialect-unsupported-error",
            {**NUMBER, "$schema": "http://json-schema.org/draft-03/schema#"},
            {"n": 1},
            "",
            UNTESTED,
        ),
        ("schema-unresolved-ref-rejected", refers("https://a.invalid/n"), {"n": 1}, "", VIOLATED),
        ("schema-unresolved-ref-rejected", refers("https://a.invalid/n"), {"n": 1}, "no", PASSED),
        ("schema-unresolved-ref-rejected", refers("https://a.org/n"), {"n": 1}, "", UNTESTED),
        ("schema-unresolved-ref-rejected", refers("#/$defs/n"), {"n": 1}, "", UNTESTED),
    ],
)
def test_a_schema_counts_for_who_validates(rule_id, schema, content, error, expected):
    for validates in (True, False):
        tape = Results(tool("t", schema), validates=validates)
        tape.result("t", content, error=error)
        wanted = expected if validates else UNTESTED
        assert tape.ended().outcome(rule_id, NEWEST) is wanted


def test_who_refuses_everything_was_not_seen_to_validate():
    tape = Results(tool("bad", NUMBER), tool("t", STRANGE))
    tape.result("bad", {"n": "x"}, error="unsupported")
    tape.result("t", {"n": 1}, error="unsupported schema")
    assert tape.ended().outcome("tools-dialect-unsupported-error", NEWEST) is UNTESTED


@pytest.mark.parametrize(
    ("validates", "fetched", "how", "expected"),
    [
        (True, "", "exit", PASSED),
        (True, "", "killed", UNTESTED),
        (False, "", "exit", UNTESTED),
        (False, CANARY, "exit", VIOLATED),
        (True, "http://127.0.0.1:9/icon/output", "exit", PASSED),
        (True, "http://127.0.0.1:8/schema/output", "exit", PASSED),
    ],
)
def test_a_reference_is_fetched_by_who_asks_for_it(validates, fetched, how, expected):
    tape = Results(tool("t", refers(CANARY)), validates=validates)
    tape.result("t", {"n": 1}, error="unresolved")
    if fetched:
        tape.fetched(fetched)
    assert tape.ended(how).outcome("schema-no-network-ref", NEWEST) is expected


@pytest.mark.parametrize(
    ("rule_id", "schema"),
    [
        ("tools-dialect-unsupported-error", STRANGE),
        ("schema-unresolved-ref-rejected", refers("https://a.invalid/n")),
        ("schema-no-network-ref", refers(CANARY)),
    ],
)
def test_who_finds_a_schema_useless_need_not_call(rule_id, schema):
    for error, validates, expected in (
        ("t has an invalid outputSchema", True, PASSED),
        ("t has an invalid outputSchema", False, UNTESTED),
        ("t is not allowed", True, UNTESTED),
    ):
        tape = Results(tool("t", schema), validates=validates)
        tape.told({"do": "call", "tool": "t"}, error=error)
        assert tape.ended().outcome(rule_id, NEWEST) is expected


def test_references_to_hosts_that_nobody_watches_prove_nothing():
    tape = Results(tool("t", refers("https://schemas.invalid/n")), validates=True)
    tape.result("t", {"n": 1}, error="unresolved")
    assert tape.ended().outcome("schema-no-network-ref", NEWEST) is UNTESTED


RICH = {"type": "object", "anyOf": [{"required": ["a"]}], "default": None}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([{"name": "t", "inputSchema": RICH}], PASSED),
        ([{"name": "t", "inputSchema": {**RICH, "title": "T"}}], PASSED),
        ([{"name": "t", "inputSchema": {"anyOf": RICH["anyOf"]}}], PASSED),
        ([{"name": "t", "inputSchema": {"type": "object"}}], VIOLATED),
        ([{"name": "t"}], UNTESTED),
        ([{"name": "server_t", "inputSchema": {"type": "object"}}], UNTESTED),
        (["t"], UNTESTED),
    ],
)
def test_keywords_are_lost_where_a_schema_is_shown(told, expected):
    tape = CallsTape()
    tape.tools(tool("t", inputSchema=RICH))
    tape.told({"do": "list", "what": "tools"}, value=told)
    assert tape.ended().outcome("tools-schema-keywords-preserved-client", NEWEST) is expected


@pytest.mark.parametrize(
    ("more", "wish", "later", "expected"),
    [
        (None, "t", False, VIOLATED),
        ("2", "t", False, UNTESTED),
        (None, "other", False, UNTESTED),
        (None, "t", True, PASSED),
    ],
)
def test_a_name_is_invented_by_who_has_read_all_names(more, wish, later, expected):
    tape = CallsTape()
    tape.tools(tool("t"), more=more)
    tape.wished({"do": "call", "tool": wish})
    tape.call("other", {})
    if later:
        tape.tools(tool("t"), tool("other"))
    assert tape.ended().outcome("tools-client-calls-listed", NEWEST) is expected


def test_a_name_is_not_invented_before_any_list():
    tape = CallsTape()
    tape.call("other", {})
    tape.tools(tool("t"))
    assert tape.ended().outcome("tools-client-calls-listed", NEWEST) is UNTESTED


@pytest.mark.parametrize(
    ("schema", "wish", "expected"),
    [
        (NUMBER, {}, VIOLATED),
        (NUMBER, {"n": "x"}, UNTESTED),
        (STRANGE, {}, UNTESTED),
        ({"type": "object", "dependentRequired": {"n": ["m"]}}, {}, UNTESTED),
        (refers("https://schemas.invalid/n"), {}, UNTESTED),
        ({"type": "object"}, {}, PASSED),
    ],
)
def test_arguments_are_wrong_by_the_schema_alone(schema, wish, expected):
    tape = CallsTape()
    tape.tools(tool("t", inputSchema=schema))
    tape.wished({"do": "call", "tool": "t", "arguments": wish})
    tape.call("t", {"n": "x"})
    assert tape.ended().outcome("tools-client-arguments-match", NEWEST) is expected
