"""Judging the JSON Schemas that tools carry."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from mcp_proof_contracts.tool_schema import instance_problems, is_known_dialect, schema_problem

DIALECTS = (
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema#",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-04/schema#",
)


@pytest.fixture
def fetched() -> Iterator[tuple[str, list[str]]]:
    """The address of a server with a schema, and the paths that were asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"type": "integer"}')

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the standard library's name
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_known_dialects_compile(dialect: str) -> None:
    assert is_known_dialect({"$schema": dialect})
    assert schema_problem({"$schema": dialect, "type": "object"}) is None


@pytest.mark.parametrize("dialect", ["urn:x", "http://json-schema.org/draft-03/schema#", "", 5])
def test_an_unknown_dialect_is_a_reason_of_its_own_kind(dialect: Any) -> None:
    schema = {"$schema": dialect, "type": "strin"}
    assert not is_known_dialect(schema)
    assert (schema_problem(schema) or "").startswith("unknown dialect ")
    with pytest.raises(ValueError, match="unknown dialect"):
        instance_problems(schema, {})


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "strin"}, "/type: "),
        ({"properties": {"a": {"minimum": "1"}}}, "/properties/a/minimum: "),
        ({"pattern": "("}, "/pattern: "),
        ({"$ref": "#/$defs/missing"}, "Pointer '/$defs/missing' does not exist"),
        (5, "5 is not of types"),
        (None, "null is not of types"),
    ],
)
def test_why_a_schema_cannot_be_used_is_named(schema: Any, expected: str) -> None:
    assert (schema_problem(schema) or "").startswith(expected)


@pytest.mark.parametrize("schema", [{}, True, False, {"$defs": {"a": {"$ref": "#/$defs/a"}}}])
def test_what_the_dialect_allows_is_no_problem(schema: Any) -> None:
    assert schema_problem(schema) is None


def test_a_schema_nested_beyond_all_measure_is_refused_and_does_not_crash() -> None:
    schema: dict[str, Any] = {}
    for _ in range(400):
        schema = {"items": schema}
    assert schema_problem(schema) == "Recursion limit reached"


def test_values_are_judged_by_the_dialect_the_schema_names() -> None:
    tuple_schema = {"type": "array", "items": [{"type": "string"}]}
    draft7 = {"$schema": "http://json-schema.org/draft-07/schema#", **tuple_schema}
    assert [p.pointer for p in instance_problems(draft7, [5])] == ["/0"]
    assert schema_problem(tuple_schema) is not None
    modern = {"type": "array", "prefixItems": [{"type": "string"}]}
    assert [str(p) for p in instance_problems(modern, [5])] == ["/0: must be string, is 5"]


def test_every_problem_of_a_value_is_reported_with_its_place() -> None:
    schema = {"properties": {"a": {"type": "integer"}}, "required": ["b"]}
    found = {str(problem) for problem in instance_problems(schema, {"a": "x"})}
    assert found == {'/a: must be integer, is "x"', '"b" is missing'}
    assert instance_problems(schema, {"a": 1, "b": None}) == []


@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef"])
def test_a_reference_into_the_network_is_refused_and_never_fetched(
    fetched: tuple[str, list[str]], keyword: str
) -> None:
    address, asked = fetched
    schema = {"properties": {"a": {keyword: f"{address}/schema"}}}
    assert "not present" in (schema_problem(schema) or "")
    with pytest.raises(ValueError, match="not present"):
        instance_problems(schema, {"a": "x"})
    assert schema_problem({"$schema": f"{address}/dialect"}) is not None
    assert asked == []


def test_a_reference_to_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    file.write_text('{"type": "integer"}')
    assert "disabled" in (schema_problem({"$ref": file.as_uri()}) or "")
