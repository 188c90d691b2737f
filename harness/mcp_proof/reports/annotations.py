"""GitHub's workflow commands: what was found, as annotations of the step.

A command is one line of the output. What a server says cannot begin another one, for the ends of
lines are escaped, and so is what would end a title.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from mcp_proof.events import VerdictReached
from mcp_proof.reports.clean import clean_text
from mcp_proof.reports.matrix import peer_name
from mcp_proof.reports.repository import repository_path
from mcp_proof.tally import Tally
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.rule import Level

MOST: Final = 10
"""Annotations of one level that GitHub shows for a step."""
SHOWN: Final = 400
"""Characters of one line of an annotation."""

Severity: TypeAlias = Literal["error", "warning", "notice"]
_SEVERITY: Final[dict[Level, Severity]] = {
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

    @property
    def command(self) -> str:
        """The command, without the end of its line."""
        facts = {"file": self.file, "line": "1"} if self.file else {}
        facts["title"] = self.title
        properties = ",".join(f"{name}={_property(value)}" for name, value in facts.items())
        text = "\n".join(self.lines)
        return f"::{self.severity} {properties}::{_data(text)}"


def annotations(runs: Sequence[Tally]) -> str:
    """Return the commands, a line each: the gravest first, and as many as are shown."""
    found = [one for tally in runs for one in _found(tally, several=len(runs) > 1)]
    commands: list[str] = []
    for severity in _SEVERITY.values():
        alike = [one for one in found if one.severity == severity]
        if len(alike) > MOST:
            more = len(alike) - MOST + 1
            alike[MOST - 1 :] = [_more(severity, more)]
        commands += [one.command for one in alike]
    return "".join(f"{command}\n" for command in commands)


def _more(severity: Severity, number: int) -> Annotation:
    text = f"{number} more are not shown here; the summary of the job has them"
    return Annotation(severity=severity, title=f"{number} more", lines=[text], file="")


def _found(tally: Tally, *, several: bool) -> Iterator[Annotation]:
    """What is worth an annotation; what the baseline excuses is not."""
    where = f" at {tally.spoken}" if tally.spoken is not None else ""
    suffix = f" ({peer_name(tally)}{where})" if several else ""
    file = clean_text(repository_path(tally.file), tally.mask)
    for severity, title, lines in (*_failures(tally), *_violations(tally)):
        yield Annotation(
            severity=severity,
            title=clean_text(excerpt(f"{title}{suffix}"), tally.mask),
            lines=[clean_text(excerpt(line, SHOWN), tally.mask) for line in lines],
            file=file,
        )


def _failures(tally: Tally) -> Iterator[tuple[Severity, str, list[str]]]:
    if tally.lost:
        yield "error", "the server could not be verified", tally.lost.splitlines()
    if tally.interrupted:
        yield "error", "the run was interrupted", ["only what was done is judged"]
    for fault in tally.faults:
        yield "error", "a fault of mcp-proof itself", fault.splitlines()[-1:]
    for breach in tally.breaches:
        yield "error", breach.title, [breach.message]


def _violations(tally: Tally) -> Iterator[tuple[Severity, str, list[str]]]:
    for reached in tally.violated:
        if tally.excuse(reached) is None:
            severity = "error" if tally.fails(reached) else _SEVERITY[reached.verdict.level]
            title = f"{reached.verdict.level} {reached.verdict.rule.id}"
            yield severity, title, list(_details(tally, reached))


def _details(tally: Tally, reached: VerdictReached) -> Iterator[str]:
    rule, first = reached.verdict.rule, reached.verdict.findings[0]
    yield rule.requirement
    yield first.message
    yield f"expected: {first.expected}"
    yield f"actual: {first.actual}"
    if tally.spoken is not None:
        yield f"clause: {rule.source(tally.spoken)}"
    yield f"reproduce: {reached.reproduce}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
