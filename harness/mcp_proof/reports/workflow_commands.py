"""GitHub's workflow commands, which show as annotations of a step.

A command is one line of the output. What a server says cannot begin another one, for the ends of
lines are escaped, and so is what would end a title.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from mcp_proof.reports.clean import clean_text
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secrets.mask import Mask

MOST: Final = 10
"""Annotations of one level that GitHub shows for a step."""
SHOWN: Final = 400
"""Characters of one line of an annotation."""

Severity: TypeAlias = Literal["error", "warning", "notice"]
SEVERITY: Final[dict[Level, Severity]] = {
    Level.MUST: "error",
    Level.SHOULD: "warning",
    Level.ADVICE: "notice",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What one command says."""

    severity: Severity
    title: str
    lines: Sequence[str]
    file: str
    """Path from the repository's root; "" for none."""

    @classmethod
    def masked(
        cls, severity: Severity, title: str, lines: Iterable[str], *, file: str, mask: Mask
    ) -> "Annotation":
        """Return an annotation without secrets, as long as it may be."""
        return cls(
            severity=severity,
            title=clean_text(excerpt(title), mask),
            lines=[clean_text(excerpt(line, SHOWN), mask) for line in lines],
            file=clean_text(file, mask),
        )

    @property
    def command(self) -> str:
        """The command, without the end of its line."""
        facts = {"file": self.file, "line": "1"} if self.file else {}
        facts["title"] = self.title
        properties = ",".join(f"{name}={_property(value)}" for name, value in facts.items())
        text = "\n".join(self.lines)
        return f"::{self.severity} {properties}::{_data(text)}"


def commands(found: Sequence[Annotation]) -> str:
    """Return the commands, a line each: the gravest first, and as many as are shown."""
    told: list[str] = []
    for severity in SEVERITY.values():
        alike = [one for one in found if one.severity == severity]
        if len(alike) > MOST:
            more = len(alike) - MOST + 1
            alike[MOST - 1 :] = [_more(severity, more)]
        told += [one.command for one in alike]
    return "".join(f"{command}\n" for command in told)


def _more(severity: Severity, number: int) -> Annotation:
    text = f"{number} more are not shown here; the summary of the job has them"
    return Annotation(severity=severity, title=f"{number} more", lines=[text], file="")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
