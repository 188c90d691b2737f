"""What to fuzz, and within which bounds."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mcp_proof.fuzz.given import Given
from mcp_proof.runner import DEFAULT_TIMEOUT
from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision

DEFAULT_EXAMPLES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzOptions:
    """What to fuzz, and within which bounds."""

    revision: Revision | None = None
    """The revision of MCP; `None` finds out."""
    dialect: Dialect | None = None
    """What is spoken; `None` finds out."""
    tools: tuple[str, ...] = ()
    """Only these tools, whether they declare themselves read-only or not; empty means all that
    do."""
    operations: tuple[str, ...] = ()
    """Only what has these labels: operations, or what is tried once for the whole server; empty
    means all of it."""
    allow_destructive: bool = False
    """Whether every tool may be called."""
    max_examples: int = DEFAULT_EXAMPLES
    """Generated inputs of each operation, besides its boundary cases."""
    seconds: float | None = None
    """When to end; `None` when everything is done."""
    seed: int = 0
    rate: float | None = None
    """Calls in a second at most."""
    timeout: float = DEFAULT_TIMEOUT
    """Seconds to wait for one answer before it is called missing."""
    case: Json = None
    """The only case to send, as a failure's reproduction has it."""
    schemathesis: Path | None = None
    """The folder for Schemathesis' own reports, of servers that an OpenAPI document describes."""
    corpus: Path | None = None
    """The folder of cases that failed before, which are tried first; `None` keeps none."""
    given: Given = field(default_factory=Given)
    """What the user gives beside the server."""

    def wants(self, label: str) -> bool:
        """Whether what has this label is to be tried."""
        return not self.operations or label in self.operations

    @property
    def spoken(self) -> Spoken | None:
        """What is to be spoken; `None` finds out."""
        return self.revision or self.dialect
