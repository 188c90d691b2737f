"""What a test can fail with. Each is an `AssertionError`, so that a runner reports a failure.

McpAssertionError
├── NoAnswerError             the server gave no answer in time, or went away
├── ErrorAnswerError          it answered with an error: `code` (JSON-RPC alone has one), `data`
├── ToolFailedError           the result of a call has `isError`: `result`
├── ToolSucceededError        it should have had it: `result`
├── SchemaViolationError      a value does not satisfy a schema: `problems`
└── ContractViolationError    a rule was violated, or none was seen kept: `verdicts`
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Verdict
from mcp_proof_contracts.schema_problem import Problem

if TYPE_CHECKING:
    from mcp_proof.testing.results import ToolResult


class McpAssertionError(AssertionError):
    """What a peer did is not what a test asked for."""


class NoAnswerError(McpAssertionError):
    """A request stayed unanswered."""


class ErrorAnswerError(McpAssertionError):
    """A request was answered by a JSON-RPC error, or by a status of HTTP, which has no `code`."""

    def __init__(self, text: str, code: int | None, data: Json) -> None:
        super().__init__(text)
        self.code = code
        self.data = data


class ToolFailedError(McpAssertionError):
    """A tool reported that it failed."""

    def __init__(self, text: str, result: "ToolResult") -> None:
        super().__init__(text)
        self.result = result


class ToolSucceededError(McpAssertionError):
    """A tool did not report a failure that was asked for."""

    def __init__(self, text: str, result: "ToolResult") -> None:
        super().__init__(text)
        self.result = result


class SchemaViolationError(McpAssertionError):
    """A value does not satisfy a JSON Schema."""

    def __init__(self, text: str, problems: Sequence[Problem]) -> None:
        super().__init__(text)
        self.problems = problems


class ContractViolationError(McpAssertionError):
    """Rules were violated, or none of those asked for was seen kept."""

    def __init__(self, text: str, verdicts: Sequence[Verdict]) -> None:
        super().__init__(text)
        self.verdicts = verdicts
