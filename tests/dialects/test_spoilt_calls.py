"""How many tools are called with wrong arguments."""

import asyncio
from types import SimpleNamespace

from mcp_proof.probes.rpc.errors import MAX_TOOLS, invalid_arguments
from mcp_proof.tool_server import ListedTool

TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}


def called(*schemas):
    """Let the probe at tools with these schemas; give the calls that it made, by tool."""
    tools = {
        f"t{n}": ListedTool(name=f"t{n}", listed={}, input_schema=schema)
        for n, schema in enumerate(schemas)
    }
    names = []

    async def rpc(_method, params, **_case):
        names.append(params["name"])

    server = SimpleNamespace(tools=tools, rpc=rpc, may_call=lambda _tool: True)
    asyncio.run(invalid_arguments(server))
    return names


def test_no_more_tools_are_called_than_were_promised_however_many_calls_each_takes():
    names = called(*[TEXT] * (MAX_TOOLS + 2))
    assert list(dict.fromkeys(names)) == [f"t{n}" for n in range(MAX_TOOLS)]
    assert len(names) == 2 * MAX_TOOLS


def test_a_tool_that_no_argument_can_be_wrong_for_takes_no_others_place():
    names = called(*[{"type": "object"}] * MAX_TOOLS, TEXT)
    assert set(names) == {f"t{MAX_TOOLS}"}
