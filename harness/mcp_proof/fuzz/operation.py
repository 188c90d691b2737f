"""What can be fuzzed: one tool, resource template, prompt, completion or method of a server."""

from dataclasses import dataclass, field
from enum import StrEnum

from mcp_proof_contracts.json_value import Json, JsonObject


class OperationKind(StrEnum):
    """What an operation is; also the member of a case that names it."""

    TOOL = "tool"
    TEMPLATE = "template"
    PROMPT = "prompt"
    COMPLETION = "completion"
    METHOD = "method"
    """A request of the protocol that takes what other answers hold: a URI, a cursor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something that takes arguments and answers."""

    kind: OperationKind
    name: str
    """A tool's or prompt's name, a template's URI; of a completion what is completed, as
    `prompt NAME#ARGUMENT` or `template URI#VARIABLE`; or a method, such as `resources/read`."""
    input_schema: JsonObject
    """Of the arguments, an object."""
    output_schema: JsonObject | None = None
    """Of what a tool answers, where it declares one."""
    listed: JsonObject = field(default_factory=dict[str, Json])
    """All that the server says of it."""
    permitted: bool = False
    """Whether it may be called: it declares itself read-only, or was allowed."""
    read_only: bool = False
    idempotent: bool = False
    """Whether it declares that to repeat a call does no more than the first."""
    vanished: bool = False
    """Whether the server lists it no longer."""

    @property
    def label(self) -> str:
        """How reports name it."""
        return f"{self.kind} {self.name}"

    @property
    def has_schema_of_its_own(self) -> bool:
        """Whether the server itself says which arguments are good: only tools have schemas."""
        return self.kind is OperationKind.TOOL
