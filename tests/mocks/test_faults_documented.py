"""What is written about faults, in the documentation and in the contract file's schema, is so."""

import json
import re
from dataclasses import Field, fields
from typing import Literal, get_args, get_origin, get_type_hints

import jsonschema
import pytest

from mcp_proof_contracts.rule import registry
from mcp_proof_mocks.fault_choice import SELECTORS, chosen_by
from mcp_proof_mocks.fault_text import FaultTextError, parameters
from mcp_proof_mocks.message_fault import message_faults

KINDS = {kind.name: kind for kind in message_faults}
TYPES = {"string": str, "number": float, "integer": int}


@pytest.fixture(scope="module")
def schema(repository) -> dict:
    path = repository / "contracts/mcp_proof_contracts/contract_schema/faults.json"
    return json.loads(path.read_text())


@pytest.fixture(scope="module")
def table(repository) -> dict[str, str]:
    """The rows of the documentation's table of message faults, by name."""
    text = (
        (repository / "docs/faults.md")
        .read_text()
        .partition("## Message faults")[2]
        .partition("\n## ")[0]
    )
    rows = re.findall(r"^\| `([a-z-]+)` (\|.*)$", text, re.MULTILINE)
    return dict(rows)


def test_the_documentation_has_every_message_fault_and_no_other(table):
    assert set(table) == set(KINDS)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_documentation_has_its_parameters_defaults_and_rules(name, table):
    kind, row = KINDS[name], table[name]
    for field in fields(kind.build):
        assert f"`{field.name}`: `{_shown(field)}`" in row
    named = set(re.findall(r"`([a-z0-9.-]+)`", row.rpartition("|")[0].rpartition("|")[2]))
    assert {rule.id for rule in registry} & named == {
        rule for rules in kind.shows.values() for rule in rules
    }


def _shown(field: Field) -> str:
    """A default as people write it."""
    return f"{field.default:g}" if field.type is float else str(field.default)


def branches(schema: dict) -> dict[str, dict]:
    return {
        each["if"]["properties"]["name"]["const"]: each["then"] for each in schema["items"]["allOf"]
    }


def test_the_schema_has_every_message_fault_and_no_other(schema):
    [listed, _any] = schema["items"]["properties"]["name"]["anyOf"]
    assert sorted(listed["enum"]) == sorted(KINDS) == sorted(branches(schema))
    assert list(schema["items"]["properties"]) == ["name", *SELECTORS]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_schema_has_its_parameters_and_their_values(name, schema):
    branch, build = branches(schema)[name], KINDS[name].build
    assert branch["propertyNames"]["enum"] == ["name", *parameters(build), *SELECTORS]
    for field in fields(build):
        stated, wanted = branch["properties"][field.name], get_type_hints(build)[field.name]
        if get_origin(wanted) is Literal:
            assert tuple(stated["enum"]) == get_args(wanted)
        else:
            kinds = stated["type"] if isinstance(stated["type"], list) else [stated["type"]]
            assert TYPES[kinds[0]] is wanted
        assert f"{_shown(field)} by default" in stated["description"]


GOOD = [
    "wrong-id",
    "jsonrpc-result-xor-error:tool=echo",
    "late-response:seconds=2.5,tool=echo",
    {"name": "late-response", "tool": "echo", "seconds": 2},
    {"name": "wrong-version", "version": 1.0, "call": "3.."},
    {"name": "jsonrpc-result-xor-error", "call": 3, "probability": 0.5, "seed": -1},
]
BAD = [
    "wrong-id:",
    "wrong-id:id",
    3,
    {},
    {"name": "wrong-id", "id": "nil"},
    {"name": "wrong-id", "seconds": 2},
    {"name": "late-response", "seconds": "soon"},
    {"name": "late-response", "seconds": -1},
    {"name": "duplicate-response", "times": 1},
    {"name": "wrong-id", "call": 0},
    {"name": "wrong-id", "call": "3-4"},
    {"name": "wrong-id", "probability": 2},
]


@pytest.mark.parametrize("entry", GOOD, ids=str)
def test_what_the_schema_allows_is_taken(entry, schema):
    jsonschema.Draft202012Validator(schema).validate([entry])
    assert chosen_by(entry).text


@pytest.mark.parametrize("entry", BAD, ids=str)
def test_what_the_schema_forbids_is_refused(entry, schema):
    assert not jsonschema.Draft202012Validator(schema).is_valid([entry])
    with pytest.raises(FaultTextError):
        chosen_by(entry)
