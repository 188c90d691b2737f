"""All the tools there are: our own, and those of an MCP server."""

from typing import Any

from jsonschema import Draft7Validator

from desk_tools.definitions import read_definitions
from desk_tools.upstream import ToolFailedError, call_upstream, upstream_definitions


def count_words(text: str) -> dict[str, Any]:
    """Count the words of a text."""
    return {"words": len(text.split())}


OURS = {"count_words": count_words}
"""What the files in `tools/` define."""


class Toolbox:
    """The tools by name; `upstream` is the URL of an MCP server."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._ours = read_definitions()

    async def definitions(self) -> dict[str, dict[str, Any]]:
        """Return all definitions; our own are preferred."""
        return {**await upstream_definitions(self._upstream), **self._ours}

    async def execute(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Execute a tool.

        Raises:
            ToolFailedError: there is none of that name, the arguments are wrong, or it failed.
        """
        known = await self.definitions()
        if name not in known:
            raise ToolFailedError(f"there is no tool {name!r}")
        for problem in Draft7Validator(known[name]["input_schema"]).iter_errors(arguments):
            raise ToolFailedError(f"{name}: {problem.message}")
        if name in self._ours:
            return OURS[name](**arguments)
        return await call_upstream(self._upstream, name, arguments)
