"""What the oracles are: for their page, and for reports that describe what was looked for."""

import inspect
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from mcp_proof_contracts.rule import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a reader wants to know of an oracle."""

    name: str
    module: str
    """Where it is in `mcp_proof.fuzz`."""
    levels: tuple[Level, ...]
    """The weights that its complaints can have, the gravest first."""

    @property
    def documentation(self) -> str:
        """What it looks at, why, and what it tolerates."""
        return inspect.getdoc(import_module(f"mcp_proof.fuzz.{self.module}")) or ""

    @property
    def summary(self) -> str:
        """The same in a sentence."""
        return " ".join(self.documentation.partition("\n\n")[0].split())


def _about(name: str, *levels: Level, module: str = "") -> About:
    return About(name=name, module=module or f"oracles.{name.replace('-', '_')}", levels=levels)


CATALOGUE: Final = {
    about.name: about
    for about in (
        _about("crash", Level.MUST),
        _about("hang", Level.MUST),
        _about("server-error", Level.MUST),
        _about("protocol-error", Level.SHOULD, Level.ADVICE),
        _about("wire-schema", Level.MUST),
        _about("output-schema", Level.MUST),
        _about("invalid-accepted", Level.MUST),
        _about("failure-as-success", Level.ADVICE, module="oracles.invalid_accepted"),
        _about("leak", Level.MUST, Level.ADVICE),
        _about("read-only", Level.SHOULD),
        _about("crossed", Level.MUST, Level.SHOULD),
        _about("idempotent", Level.ADVICE),
        _about("echo", Level.ADVICE),
        _about("dead-after", Level.MUST, module="protocol.survival"),
        _about("malformed-answer", Level.MUST, module="protocol.answers"),
        _about("unanswered", Level.MUST, Level.ADVICE, module="protocol.answers"),
        _about("answered-notification", Level.MUST, Level.ADVICE, module="protocol.answers"),
    )
}
"""By the names that failures give."""


def about(name: str) -> About:
    """Return what is known of an oracle; one of another name is a check of Schemathesis."""
    return CATALOGUE.get(name) or _about(name, Level.MUST, module="rest")
