"""What a recording asked of a server, and what it was told."""

from dataclasses import dataclass, field
from typing import Final

from mcp_proof.drift.answer import Answer
from mcp_proof.drift.shape import canonical
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.queue import TOOLS
from mcp_proof_contracts.dialects.rest import DISCOVER
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_list, as_object

NAMED: Final = {
    "tools/call": ("tool", "name"),
    "prompts/get": ("prompt", "name"),
    "resources/read": ("resource", "uri"),
}
"""How requests are called that ask for something that has a name."""
LISTING: Final = ("tools/list", f"GET {DISCOVER}", TOOLS)
"""What is asked for all tools at once."""
INTRODUCTION: Final = "introduction"
"""How the first exchange is called, in either era."""


@dataclass(slots=True, kw_only=True, eq=False)
class Request:
    """One request that was recorded, or a list with all its pages."""

    method: str
    """That of JSON-RPC; in other dialects that of HTTP with the path."""
    params: JsonObject = field(default_factory=dict[str, Json])
    """Without what the era adds; in other dialects than JSON-RPC the body."""
    meta: JsonObject = field(default_factory=dict[str, Json])
    """The request's `_meta`."""
    tools: tuple[str, ...] = ()
    """The tools that it calls."""
    session: str = ""
    at: float = 0.0
    """Seconds since the recording began."""
    answer: Answer | None = None
    """`None` where the recording has none."""
    asked: set[str] = field(default_factory=set[str])
    """What the server asked of its client meanwhile: methods."""
    told: set[str] = field(default_factory=set[str])
    """Notifications that came for it: methods."""
    why_not: str = ""
    """Why it cannot be sent again; empty when it can."""

    @property
    def operation(self) -> str:
        """What is asked for, without the arguments."""
        if self.method in NAMED:
            kind, member = NAMED[self.method]
            return f"{kind} {self.params.get(member)}"
        return f"{self.method} ({', '.join(self.tools)})" if self.tools else self.method

    @property
    def meaning(self) -> bytes:
        """What is the same for requests that ask the same."""
        return self.method.encode() + b" " + canonical(self.params)


@dataclass(slots=True, kw_only=True)
class Recording:
    """All that a cassette asked."""

    dialect: Dialect
    requests: list[Request] = field(default_factory=list[Request])
    """In the order in which they were sent."""
    revision: Revision | None = None
    """The one that most of it was said at."""
    capabilities: JsonObject | None = None
    """What the client declared; `None` where nobody knows."""
    introductions: list[JsonObject] = field(default_factory=list[JsonObject])
    """What the server said of itself, each time."""
    answers: dict[bytes, list[JsonObject]] = field(default_factory=dict[bytes, list[JsonObject]])
    """What the client answered when the server asked, by what was asked."""

    @property
    def listed_tools(self) -> frozenset[str] | None:
        """The tools that were listed; `None` where the recording has no list of them."""
        lists = [
            as_list(as_object(each.answer.value).get("tools"))
            for each in self.requests
            if each.method in LISTING and each.answer is not None
        ]
        names = frozenset(str(as_object(item).get("name")) for items in lists for item in items)
        return names if lists else None
