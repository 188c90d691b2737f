"""What of a recording may be sent again, and why the rest may not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mcp_proof.drift.recorded import Request
from mcp_proof.tool_server import ListedTool
from mcp_proof_contracts.dialects.queue import TOOLS
from mcp_proof_contracts.revision import Era, Revision

SAFE: Final = frozenset(
    {
        *("ping", "initialize", "tools/list", "resources/list", "resources/templates/list"),
        *("resources/read", "prompts/list", "prompts/get", "completion/complete"),
        TOOLS,
        *("logging/setLevel", "resources/subscribe", "resources/unsubscribe"),
    }
)
"""The requests that change nothing, or nothing but their own session."""
OF_THE_STATEFUL_ERA: Final = frozenset(
    {"ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"}
)
ENDLESS: Final = "subscriptions/listen"
TASKS: Final = "tasks/"
NOT_READ_ONLY: Final = (
    "not declared read-only (annotations.readOnlyHint); --tool NAME or --allow-destructive sends it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What the user allows, and what the server declares."""

    tools: Mapping[str, ListedTool]
    """Those that the server lists now."""
    known: frozenset[str] | None
    """Those that it listed in the recording; `None` where that has no list."""
    why_no_tools: str = ""
    """Why nobody knows what it lists; empty where that is known."""
    allowed: frozenset[str] = frozenset()
    """The tools that may be called whatever they declare."""
    destructive: bool = False
    """Whether everything may be sent."""
    revision: Revision | None = None
    """The revision that is spoken now; `None` in other dialects than MCP."""

    def gone(self, request: Request) -> list[str]:
        """Return the tools that a request calls and the server does not list any more."""
        if self.why_no_tools:
            return []
        if self.known is None and not (request.answer is not None and request.answer.is_good):
            return []
        return [
            tool
            for tool in request.tools
            if tool not in self.tools and (self.known is None or tool in self.known)
        ]

    def changes_nothing(self, request: Request) -> bool:
        """Whether the same request may be answered by what it was answered before."""
        if request.tools:
            return all(
                name in self.tools and self.tools[name].is_read_only for name in request.tools
            )
        return request.method in SAFE or request.method.startswith("GET ")

    def refusal(self, request: Request) -> str:
        """Return why a request is not sent; empty when it is."""
        return request.why_not or self._impossible(request) or self._forbidden(request)

    def _impossible(self, request: Request) -> str:
        """Return why there is nothing to be compared, whatever is allowed."""
        if request.method == ENDLESS:
            return "it listens without end, and has no answer to compare"
        if request.method.startswith(TASKS):
            return "it is about a task that the recording alone knows"
        stateless = self.revision is not None and self.revision.era is Era.STATELESS
        if stateless and request.method in OF_THE_STATEFUL_ERA:
            return f"{self.revision} has no such request"
        return ""

    def _forbidden(self, request: Request) -> str:
        """Return why it may not be sent: it might change something."""
        if self.destructive or self.changes_nothing(request):
            return ""
        if not request.tools:
            return "nobody knows what it changes; --allow-destructive sends it"
        if all(map(self._may_call, request.tools)):
            return ""
        return f"{self.why_no_tools}" if self.why_no_tools else NOT_READ_ONLY

    def _may_call(self, name: str) -> bool:
        return name in self.allowed or (name in self.tools and self.tools[name].is_read_only)
