import json

import pytest
from jsonschema import Draft7Validator

from desk_tools.definitions import WrongDefinitionError, read_definitions
from mcp_proof.testing import assert_conforms, rest_schema


def test_the_document_is_what_clients_expect(client):
    assert_conforms(client.get("/mcp/discover").json(), rest_schema("discover"))


def test_our_tools_stand_beside_those_of_the_server_behind_us(client):
    tools = client.get("/mcp/discover").json()["tools"]
    assert [tool["name"] for tool in tools] == ["translate", "count_words"]


def test_the_schema_of_every_tool_is_one(client):
    for tool in client.get("/mcp/discover").json()["tools"]:
        Draft7Validator.check_schema(tool["input_schema"])


def test_health_is_told(client):
    discovered = client.get("/mcp/discover").json()
    assert_conforms(client.get(discovered["health_check_url"]).json(), rest_schema("health"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": None}, "name is missing"),
        ({"input_schema": {"type": "text"}}, "input_schema: 'text' is not valid"),
    ],
)
def test_a_wrong_definition_is_refused(tmp_path, change, said):
    good = {"name": "tea", "description": "Make tea.", "input_schema": {"type": "object"}}
    wrong = {member: value for member, value in {**good, **change}.items() if value is not None}
    (tmp_path / "tea.json").write_text(json.dumps(wrong))
    with pytest.raises(WrongDefinitionError, match=said):
        read_definitions(tmp_path)
