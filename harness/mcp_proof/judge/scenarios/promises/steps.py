"""Steps that depend on each other, all well, and with one that fails."""

from collections.abc import Sequence

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, slow
from mcp_proof_contracts.json_value import JsonObject

BUSY = 0.02
"""Seconds that a step takes, so that one that comes too early is seen."""
NAMES: JsonObject = {"type": "array", "items": {"type": "string"}}
STEP: JsonObject = {
    "name": "step",
    "inputSchema": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "after": NAMES},
        "required": ["name"],
    },
    "cases": [
        {"when": {"arguments": {"name": "fails"}}, "answer": {"error": "it fails"}},
        {"answer": {"text": "done"}},
    ],
}
UNDO: JsonObject = {
    "name": "undo",
    "inputSchema": {"type": "object", "properties": {"name": {"type": "string"}}},
    "answer": {"text": "undone"},
}


@scenario("steps-in-order", "client-steps-in-order", promise="steps", transports=HTTP)
def in_order(stage: Stage) -> None:
    """Two steps depend on one, and a last one on both."""
    _steps(stage, [("a", []), ("b", ["a"]), ("c", ["a"]), ("d", ["b", "c"])])


@scenario("steps-one-fails", "client-steps-stop", promise="steps", transports=HTTP)
def one_fails(stage: Stage) -> None:
    """A step fails on which others depend."""
    _steps(stage, [("a", []), ("fails", ["a"]), ("c", ["fails"])])


@scenario("steps-undone", "client-steps-undone", promise="compensation", transports=HTTP)
def undone(stage: Stage) -> None:
    """The third of three steps fails."""
    _steps(stage, [("a", []), ("b", ["a"]), ("fails", ["b"])])


def _steps(stage: Stage, steps: Sequence[tuple[str, Sequence[str]]]) -> None:
    stage.tools(STEP, UNDO)
    stage.take(slow({"step": BUSY}))
    calls: list[JsonObject] = [
        {
            "tool": "step",
            "arguments": {"name": name, "after": list(after)},
            "after": list(after),
            "undo": {"tool": "undo", "arguments": {"name": name}},
        }
        for name, after in steps
    ]
    stage.wish("steps", steps=calls)
