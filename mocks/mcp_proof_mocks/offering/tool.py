"""A tool that is offered."""

from collections.abc import Callable
from typing import Final

from mcp_proof_contracts.contract import Tool
from mcp_proof_contracts.headers import header_parameters
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.listing import listed_tool
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.tool_schema import instance_check, instance_problems
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.offering.handler import HandledAnswer
from mcp_proof_mocks.script.rate_limit import RateWindow
from mcp_proof_mocks.script.script import Script

DRAFT_07: Final = "http://json-schema.org/draft-07/schema#"


class ScriptedTool:
    """A tool of the contract, ready to be called."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.name = tool.name
        self.offered = tool.offered
        self.script: Script | HandledAnswer = Script(tool.cases, tool.latency)
        self.input_schema = as_object(tool.listed.get("inputSchema"))
        self.header_parameters = tuple(header_parameters(self.input_schema))
        """The parameters that go by HTTP headers as well (2026-07-28)."""
        self._accepts = _verdict(self.input_schema)
        self.window = None if tool.rate_limit is None else RateWindow(tool.rate_limit)

    def listed(self, revision: Revision) -> JsonObject:
        """Return the tool as tools/list has it at this revision."""
        return listed_tool(self.tool, revision)

    def problem(self, arguments: JsonObject, *, as_draft_07: bool = False) -> str | None:
        """Why the arguments do not satisfy the tool's schema, or `None`.

        Args:
            arguments: what the tool is called with.
            as_draft_07: whether a schema that names no dialect is taken for an old one.
        """
        if self._accepts(arguments) or (as_draft_07 and self._old_accepts(arguments)):
            return None
        problems = instance_problems(self.input_schema, arguments)
        return f"{problems[0].pointer or '(arguments)'}: {problems[0].message}"

    def _old_accepts(self, arguments: JsonObject) -> bool:
        return _verdict({"$schema": DRAFT_07, **self.input_schema})(arguments)


def _verdict(schema: JsonObject) -> Callable[[Json], bool]:
    """The verdict on arguments; of a schema that cannot be used, which faults give, always yes."""
    try:
        return instance_check(schema)
    except ValueError:
        return lambda _arguments: True
