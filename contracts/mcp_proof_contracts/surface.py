"""What a server shows to its clients, wherever that was read: live, a contract file, a cassette."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """All that a server lists and declares."""

    info: JsonObject = field(default_factory=dict[str, Json])
    dialect: Dialect = Dialect.MCP
    revisions: tuple[Revision, ...] = ()
    """Those that it speaks, in order; none where it is not known, or another dialect."""
    instructions: str | None = None
    capabilities: JsonObject = field(default_factory=dict[str, Json])
    """As `initialize` and `server/discover` declare them: `{"tools": {"listChanged": true}}`."""
    tools: Mapping[str, JsonObject] = field(default_factory=dict[str, JsonObject])
    """As they are listed, by name."""
    prompts: Mapping[str, JsonObject] = field(default_factory=dict[str, JsonObject])
    """By name."""
    resources: Mapping[str, JsonObject] = field(default_factory=dict[str, JsonObject])
    """By URI."""
    resource_templates: Mapping[str, JsonObject] = field(default_factory=dict[str, JsonObject])
    """By URI template."""
    unread: Mapping[str, str] = field(default_factory=dict[str, str])
    """Why a part is not known, by its name here: nothing can be said of what it holds."""
