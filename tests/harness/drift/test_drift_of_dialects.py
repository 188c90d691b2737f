"""Servers of other dialects than MCP are asked again as their dialect has it."""

import pytest
from drifted import drifted, recorded, told, tool

from mcp_proof.errors import UsageError
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_mocks.server import MockServer

IN_PROCESS = ["rest", "contextframe", "openapi-jsonrpc", "websocket", "gateway"]
PREFIX = {"gateway": "files:"}


def server(dialect, *tools):
    own = {"servers": [{"name": "files", "tools": [*tools]}]} if dialect == "gateway" else {}
    offered = own or {"tools": [*tools]}
    return MockServer({"info": {"name": "s", "version": "1"}, "dialect": dialect, **offered})


def looking(dialect, name="look"):
    async def look(driven):
        await driven.list_tools()
        await driven.call(f"{PREFIX.get(dialect, '')}{name}", {"at": "here"})

    return look


@pytest.mark.parametrize("dialect", IN_PROCESS)
def test_the_same_server_has_not_drifted(dialect):
    answer = {"structured": {"seen": 1}}
    before = recorded(server(dialect, tool(answer=answer)), [looking(dialect)])
    tally = drifted(before, server(dialect, tool(answer={"structured": {"seen": 2}})))
    assert told(tally) == []
    assert tally.counts["same"] >= 2
    assert tally.counts["untested"] == 0


@pytest.mark.parametrize("dialect", IN_PROCESS)
def test_a_member_that_is_gone_is_told_once(dialect):
    before = recorded(
        server(dialect, tool(answer={"structured": {"seen": 1, "at": 2}})), [looking(dialect)]
    )
    tally = drifted(before, server(dialect, tool(answer={"structured": {"seen": 1}})))
    assert [change for _, _, change in told(tally)] == ["gone"]
    assert told(tally)[0][1].endswith("/at")


@pytest.mark.parametrize("dialect", IN_PROCESS)
def test_a_tool_that_fails_now_is_told_once(dialect):
    before = recorded(server(dialect, tool()), [looking(dialect)])
    tally = drifted(before, server(dialect, tool(answer={"error": "no"})))
    assert [change for _, _, change in told(tally)] == ["outcome"]


@pytest.mark.parametrize("dialect", IN_PROCESS)
def test_a_tool_that_is_gone_is_told(dialect):
    before = recorded(server(dialect, tool(), tool("gone")), [looking(dialect, "gone")])
    tally = drifted(before, server(dialect, tool()))
    assert {change for _, _, change in told(tally)} == {"gone"}
    assert all(path.endswith("gone") for _, path, _ in told(tally))


@pytest.mark.parametrize("dialect", IN_PROCESS)
def test_what_is_not_declared_read_only_is_not_called(dialect):
    risky = tool(annotations={})
    before = recorded(server(dialect, risky), [looking(dialect)])
    live = server(dialect, risky)
    tally = drifted(before, live)
    assert tally.counts["untested"] == 1
    assert live.journal.tool_calls() == []
    name = f"{PREFIX.get(dialect, '')}look"
    assert drifted(before, server(dialect, risky), tools=(name,)).counts["untested"] == 0


def test_two_dialects_cannot_be_compared():
    before = recorded(server("mcp", tool()), [("tools/list", {})])
    with pytest.raises(UsageError, match="the recording is one of mcp"):
        drifted(before, server("rest", tool()), dialect=Dialect.REST)
