"""S2: tool definitions of REST servers, loaded from JSON files; a bad one is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from starlette.testclient import TestClient

from mcp_proof.testing import assert_conforms, rest_schema
from mcp_proof_contracts.contract_file import ContractError
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.server import MockServer

CONTRACT = """\
info: {name: email_tools, version: 1.0.0}
dialect: rest
tools:
  - definition: tools/send_email.json
    answer: {structured: {status: "sent to {{ to.0 }}"}}
"""
DEFINITION: dict[str, Any] = {
    "id": "email:send_email",
    "name": "send_email",
    "description": "Sends an email.",
    "category": "communication",
    "input_schema": {
        "type": "object",
        "properties": {
            "to": {"type": "array", "items": [{"type": "string"}], "additionalItems": False},
        },
        "required": ["to"],
    },
    "output_schema": {"type": "object", "properties": {"status": {"type": "string"}}},
    "requires_confirmation": True,
    "rate_limit": "2/hour",
    "permissions": ["tool:send_email"],
}
CALL = {"tools": [{"tool_slug": "send_email", "arguments": {"to": ["ada@example.com"]}}]}


@pytest.fixture
def load(tmp_path):
    """Write a definition beside a contract, and load them."""

    def load(definition: Any, contract: str = CONTRACT, **options: Any) -> MockServer:
        (tmp_path / "tools").mkdir()
        text = definition if isinstance(definition, str) else json.dumps(definition)
        (tmp_path / "tools/send_email.json").write_text(text)
        (tmp_path / "mock.yaml").write_text(contract)
        return MockServer(tmp_path / "mock.yaml", **options)

    return load


def client_of(server: MockServer) -> TestClient:
    return TestClient(asgi_app(server))


def test_a_tool_is_discovered_as_its_file_defines_it(load):
    discovered = client_of(load(DEFINITION)).get("/mcp/discover").json()
    assert_conforms(discovered, rest_schema("discover"))
    [tool] = discovered["tools"]
    Draft7Validator.check_schema(tool["input_schema"])
    named = tool["input_schema"].pop("$schema"), tool["output_schema"].pop("$schema")
    assert set(named) == {"http://json-schema.org/draft-07/schema#"}
    assert tool == DEFINITION


def test_its_schema_is_taken_for_draft_07(load):
    client = client_of(load(DEFINITION))
    assert client.post("/mcp/execute", json=CALL).json()["successful"] is True
    two = {"to": ["ada@example.com", "bob@example.com"]}  # `additionalItems` is of draft-07 only
    refused = client.post(
        "/mcp/execute", json={"tools": [{"tool_slug": "send_email", "arguments": two}]}
    ).json()
    assert refused["error"].startswith("Invalid arguments: /to")


def test_its_rate_limit_is_kept(load):
    client = client_of(load(DEFINITION, clock=lambda: 0.0))
    statuses = [client.post("/mcp/execute", json=CALL).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_what_the_contract_says_itself_goes_first(load):
    contract = (
        f"{CONTRACT}    description: Sends one email.\n    rate_limit: {{calls: 1, per: 60}}\n"
    )
    [tool] = client_of(load(DEFINITION, contract)).get("/mcp/discover").json()["tools"]
    assert (tool["description"], tool["rate_limit"]) == ("Sends one email.", "1/minute")


def without(name: str) -> dict[str, Any]:
    return {member: value for member, value in DEFINITION.items() if member != name}


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        (without("input_schema"), '"input_schema" is missing'),
        (without("name"), '"name" is missing'),
        ({**DEFINITION, "input_schema": {"type": "array"}}, "/input_schema/type: must be"),
        (
            {
                **DEFINITION,
                "input_schema": {"type": "object", "properties": {"n": {"type": "int"}}},
            },
            "/input_schema/properties/n/type: ",
        ),
        ({**DEFINITION, "output_schema": {"minimum": "1"}}, "/output_schema/minimum: "),
        ({**DEFINITION, "rate_limit": "often"}, "/rate_limit: "),
        ({**DEFINITION, "permissions": "all"}, "/permissions: "),
        ({**DEFINITION, "requires_confirmation": "yes"}, "/requires_confirmation: must be boolean"),
        ([DEFINITION], "must be object"),
        ("{", "unexpected end of data: line 1 column 2"),
    ],
)
def test_a_bad_definition_is_refused_with_file_and_place(load, definition, said):
    with pytest.raises(ContractError) as raised:
        load(definition)
    message = str(raised.value)
    assert message.count("mock.yaml:4: tools[0].definition: ") == 1
    assert "send_email.json" in message
    assert said in message


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("tools/nothing.json", "there is no such file"),
        ("../elsewhere.json", "lies outside the contract's folder"),
    ],
)
def test_a_definition_lies_beside_its_contract(load, named, said):
    with pytest.raises(ContractError, match=said):
        load(DEFINITION, CONTRACT.replace("tools/send_email.json", named))


def test_a_tool_without_a_definition_needs_a_name(load):
    with pytest.raises(ContractError, match=r'mock.yaml:4: .*"name" is missing'):
        load(DEFINITION, CONTRACT.replace("definition: tools/send_email.json", "category: a"))


def test_a_contract_that_is_no_file_names_none():
    document = {
        "info": {"name": "a", "version": "1"},
        "dialect": "rest",
        "tools": [{"definition": str(Path("send_email.json").resolve())}],
    }
    with pytest.raises(ContractError, match="only a contract that is a file itself"):
        MockServer(document)
