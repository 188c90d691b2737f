"""Lists of several pages, with cursors as odd as a server may give them."""

from collections.abc import Sequence
from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.wire import as_object

ODD: Final = ' {"after": "b/+="}\tß😀 '
"""A cursor that nobody can make sense of, nor has to."""


def _in_pages(stage: Stage, cursors: Sequence[str], sizes: Sequence[int]) -> None:
    """Let the tools come in pages of these sizes, each but the first behind its cursor."""
    names = [f"tool-{number}" for number in range(sum(sizes))]
    stage.tools(*({**ECHO, "name": name} for name in names))
    starts = [sum(sizes[:page]) for page in range(len(sizes))]

    def page(request: JsonObject, reply: JsonObject) -> Json:
        result = as_object(reply.get("result"))
        tools = result.get("tools")
        if request.get("method") != "tools/list" or not isinstance(tools, list):
            return reply
        cursor = as_object(request.get("params")).get("cursor")
        if cursor is not None and cursor not in cursors:
            refusal: JsonObject = {"code": -32602, "message": "Invalid cursor"}
            return {"jsonrpc": "2.0", "id": reply["id"], "error": refusal}
        number = 0 if cursor is None else cursors.index(str(cursor)) + 1
        shown = tools[starts[number] : starts[number] + sizes[number]]
        more: JsonObject = {"nextCursor": cursors[number]} if number < len(cursors) else {}
        return {**reply, "result": {**result, "tools": shown, **more}}

    stage.suspend("page-invalid-cursor-32602")  # the cursors are not its own
    stage.reply(page)
    stage.wish("list", what="tools")


@scenario(
    "page-odd-cursor",
    "page-client-cursor-verbatim",
    "page-client-missing-cursor-ends",
    "page-client-cursor-type",
)
def odd_cursor(stage: Stage) -> None:
    """The second page is behind a cursor with spaces, quotes and characters of all kinds."""
    _in_pages(stage, [ODD], [2, 1])


@scenario("page-short-pages", "page-client-no-fixed-size", "page-client-missing-cursor-ends")
def short_pages(stage: Stage) -> None:
    """A short page and an empty one are followed by more."""
    _in_pages(stage, ["2", "3", "4"], [3, 1, 0, 2])


@scenario("page-empty-cursor", "page-client-empty-cursor-continues", since=Revision.R2026_07_28)
def empty_cursor(stage: Stage) -> None:
    """The second page is behind the empty cursor."""
    _in_pages(stage, [""], [2, 1])


@scenario("page-two-sessions", "page-client-no-cursor-across-sessions", until=LATEST_STATEFUL)
def two_sessions(stage: Stage) -> None:
    """The client reads a list of two pages in one session, and in another one."""
    _in_pages(stage, ["of-another-session"], [2, 1])
    stage.wish("reconnect")
    stage.wish("list", what="tools")
