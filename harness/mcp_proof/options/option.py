"""One option: what it is called, of which commands it is, and where else it can be set.

Little is imported here, for `--help` loads this and must be quick.
"""

from typing import Final, Literal, NamedTuple

from mcp_proof.options.kinds import Text, Value

PREFIX: Final = "MCP_PROOF_"
"""What the variables of the environment begin with."""


class Option(NamedTuple):
    """What can be said on the command line, and mostly be configured too."""

    name: str
    commands: tuple[str, ...]
    kind: Text
    help: str
    """Empty for an option that only mcp-proof itself uses."""
    metavar: str | None = None
    default: Value | None = None
    """What it is when nobody says; `None` for what the kind has."""
    written: Literal["--name", "alone", "after --"] = "--name"
    """How it stands on the command line."""
    configured: tuple[str, ...] | None = None
    """The commands that it can be configured for; `None` for all that have it."""
    short: str = ""
    """A second way to write it, of one letter."""

    @property
    def attribute(self) -> str:
        """Its name among parsed arguments."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"{PREFIX}{self.attribute.upper()}"

    @property
    def place(self) -> str:
        """How it is called where the command line is meant."""
        alone = self.metavar or self.name
        return {"--name": f"--{self.name}", "alone": alone, "after --": "`--`"}[self.written]

    @property
    def configures(self) -> tuple[str, ...]:
        """The commands that it can be configured for, in the environment or in the file."""
        return self.commands if self.configured is None else self.configured

    @property
    def unset(self) -> Value | None:
        """What it is when nobody says."""
        return self.kind.unset if self.default is None else self.default
