"""What a verdict costs in CPU time, beside jsonschema and beside parsing the message alone.

    python benches/schema_verdicts.py [--rounds N]

Rounds are interleaved, their order turned round every second time; each figure is the median.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import orjson
from jsonschema import Draft202012Validator
from measuring import interleaved

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.schema import definitions, is_valid, is_valid_message
from mcp_proof_contracts.schema_layers import Side, pointer_to

OLD, NEW = Revision.R2025_11_25, Revision.R2026_07_28
SLICE: Final = 0.02
"""Seconds of CPU time that one measurement takes at least."""

LEAST_FASTER: Final = 250
LEAST_SHARE: Final = {"small": 0.50, "large": 0.75}
"""What parsing alone must be of parsing and verdict together."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One message and what it is."""

    name: str
    revision: Revision
    sender: Side
    answers: str
    result: dict[str, Any]
    size: str = "small"

    @property
    def message(self) -> dict[str, Any]:
        """The whole response."""
        extra = {}
        if self.revision is NEW:
            extra = {
                "resultType": "complete",
                "_meta": {"io.modelcontextprotocol/serverInfo": INFO},
            }
        return {"jsonrpc": "2.0", "id": 17, "result": {**self.result, **extra}}


INFO: Final = {"name": "example-server", "title": "Example server", "version": "1.4.2"}
CAPABILITIES: Final = {
    "tools": {"listChanged": True},
    "resources": {"listChanged": True, "subscribe": True},
    "prompts": {"listChanged": True},
    "completions": {},
    "logging": {},
}
CACHE: Final = {"ttlMs": 60000, "cacheScope": "public"}
CALL: Final = {
    "content": [
        {"type": "text", "text": "Weather in Oslo: 11.5 degrees, light rain from the west. " * 6},
        {
            "type": "resource_link",
            "uri": "weather://oslo/today",
            "name": "oslo-today",
            "mimeType": "application/json",
            "annotations": {"audience": ["user"], "priority": 0.7},
        },
    ],
    "structuredContent": {
        "city": "Oslo",
        "hours": [{"hour": hour, "degrees": 11.5 + hour / 4, "rain": True} for hour in range(6)],
    },
    "isError": False,
}
TEXT: Final = "Use the search tool first; ask before you change anything. Answers are cached. "


def tool(number: int) -> dict[str, Any]:
    """A tool of about 0.9 KB."""
    argument = {"type": "string", "description": "Words to search for, in any order. " * 2}
    return {
        "name": f"search_documents_{number}",
        "title": f"Search the documents of area {number}",
        "description": "Searches titles and text, newest first, and returns passages. " * 5,
        "inputSchema": {
            "type": "object",
            "properties": {"query": argument, "area": argument, "limit": {"type": "integer"}},
            "required": ["query"],
        },
        "outputSchema": {
            "type": "object",
            "properties": {"passages": {"type": "array", "items": {"type": "string"}}},
            "required": ["passages"],
        },
        "annotations": {"readOnlyHint": True, "openWorldHint": False},
    }


TOOLS: Final = {"tools": [tool(number) for number in range(50)]}
GREETING: Final = {"capabilities": CAPABILITIES, "instructions": TEXT * 2}


def case(name: str, revision: Revision, result: dict[str, Any], size: str = "small") -> Case:
    """A response of a server."""
    return Case(
        name=name, revision=revision, sender="server", answers=name, result=result, size=size
    )


CASES: Final = (
    case("tools/call", OLD, CALL),
    case("tools/call", NEW, CALL),
    case("initialize", OLD, {"protocolVersion": OLD, "serverInfo": INFO, **GREETING}),
    case("server/discover", NEW, {"supportedVersions": [NEW], **CACHE, **GREETING}),
    case("tools/list", OLD, TOOLS, "large"),
    case("tools/list", NEW, {**TOOLS, **CACHE}, "large"),
)


def cost(function: Callable[[], object]) -> float:
    """Microseconds of CPU time for one call."""
    count, spent = 1, 0.0
    while spent < SLICE:
        count = count * 2 if spent < SLICE / 4 else int(count * 1.3 * SLICE / spent) + 1
        started = time.process_time()
        for _ in range(count):
            function()
        spent = time.process_time() - started
    return spent / count * 1e6


def measure(functions: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median cost of each."""
    costs: dict[str, list[float]] = {name: [] for name in functions}
    for name in interleaved(list(functions), rounds):
        costs[name].append(cost(functions[name]))
    return {name: statistics.median(each) for name, each in costs.items()}


def functions_of(case: Case) -> dict[str, Callable[[], object]]:
    """What is measured for a message."""
    text = orjson.dumps(case.message)
    message = orjson.loads(text)
    revision, sender, answers, name = (
        case.revision,
        case.sender,
        case.answers,
        f"result:{case.answers}",
    )
    slow = Draft202012Validator({"$ref": pointer_to(name), "$defs": dict(definitions(revision))})
    loads = orjson.loads
    return {
        "jsonschema": partial(slow.is_valid, message),
        "is_valid": partial(is_valid, revision, name, message),
        "parse": partial(loads, text),
        "parse, is_valid": lambda: is_valid(revision, name, loads(text)),
        "parse, message": lambda: is_valid_message(revision, sender, loads(text), answers),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    print(
        f"{'microseconds of CPU':34} jsonschema is_valid  faster |  parse +verdict +message share"
    )
    for each in CASES:
        functions = functions_of(each)
        if refused := [name for name, function in functions.items() if not function()]:
            raise ValueError(f"{each.name} of {each.revision} is valid, but not to {refused}")
        us = measure(functions, rounds)
        faster = us["jsonschema"] / us["is_valid"]
        share = us["parse"] / us["parse, message"]
        met = faster >= LEAST_FASTER and share >= LEAST_SHARE[each.size]
        print(
            f"{each.name:16} {each.revision} {len(orjson.dumps(each.message)):5} B "
            f"{us['jsonschema']:10.0f} {us['is_valid']:8.2f} {faster:6.0f}x | {us['parse']:6.2f} "
            f"{us['parse, is_valid']:8.2f} {us['parse, message']:8.2f} {share:5.0%}"
            f"{'' if met else '  missed'}"
        )


if __name__ == "__main__":
    main()
