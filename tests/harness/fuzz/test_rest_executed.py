"""Calls that were carried out with arguments that their tools do not allow."""

import pytest

from mcp_proof.fuzz.rest.executed import wrongly_executed

SCHEMAS = {"count": {"type": "object", "properties": {"n": {"type": "integer"}}}}
GOOD = {"tool_slug": "count", "arguments": {"n": 1}}
BAD = {"tool_slug": "count", "arguments": {"n": "one"}}
DONE = {"request_id": "1", "successful": True}
REFUSED = {"request_id": "1", "successful": False, "error": "no"}


def rpc(arguments: object) -> dict[str, object]:
    return {"method": "tools/call", "params": {"name": "count", "arguments": arguments}}


@pytest.mark.parametrize(
    ("asked", "answered", "complaints"),
    [
        ({"tools": [GOOD]}, DONE, 0),
        ({"tools": [GOOD, BAD]}, DONE, 1),
        ({"tools": [BAD]}, REFUSED, 0),
        ({"tools": [{"tool_slug": "count"}]}, DONE, 1),
        ({"tools": [{"tool_slug": "other", "arguments": 1}]}, DONE, 0),
        (rpc({"n": "one"}), {"result": {}}, 1),
        (rpc({"n": 1}), {"result": {}}, 0),
        (rpc({"n": "one"}), {"error": {"code": -32602}}, 0),
        (rpc({"n": "one"}), {"result": {"isError": True}}, 0),
        ({"method": "tools/call", "params": {"name": "count"}}, {"result": {}}, 0),
        ({"method": "tools/list"}, {"result": {}}, 0),
        (None, DONE, 0),
        ({"tools": [BAD]}, None, 0),
    ],
)
def test_only_what_was_carried_out_and_is_not_allowed_is_complained_of(asked, answered, complaints):
    assert len(list(wrongly_executed(SCHEMAS, asked, answered))) == complaints
