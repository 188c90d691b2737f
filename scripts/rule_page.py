"""The page of one rule: what its docstring says, its facts, and one exchange of each kind."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from mcp_proof.judge.scenario import scenarios
from mcp_proof.reports.evidence import evidence_text
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Finding, Rule
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import encode

TRANSPORTS = {None: "any", "http": "Streamable HTTP", "http+sse": "HTTP+SSE"}
SHOWN = 300
"""Characters of one message."""
LISTED = 2
"""Items of one list in a long message."""
MOST = 8
"""Events of one exchange."""
BLOCK = re.compile(r"^## ([^\n]+)\n\n```text\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
PORT = re.compile(r"(127\.0\.0\.1|localhost):\d{4,5}")


class Exchanges(NamedTuple):
    """What is shown: a peer that keeps the rule, and one that breaks it."""

    kept: str
    broken: str


def exchanges_in(page: str) -> Exchanges:
    """Return what a page shows.

    Raises:
        KeyError: it shows nothing.
    """
    blocks = dict(BLOCK.findall(page))
    return Exchanges(blocks["Kept"], blocks["Broken"])


def rule_page(rule: Rule, shown: Exchanges) -> str:
    """Return the page."""
    client = rule.side == "client"
    facts = {
        "Level": levels(rule),
        "Holds for": rule.validity,
        "Transport": TRANSPORTS.get(rule.transport, rule.transport),
        "Side": rule.side,
        "Looked at": looked_at(rule),
        "Untested": f"when {rule.otherwise}",
        "Clause": " · ".join(f"[{each}]({rule.source(each)})" for each in rule.spoken),
        "Fault": f"`--fault {rule.id}` makes the mock{' client' if client else ''} break it",
    }
    table = "\n".join(f"| {name} | {cell(str(fact))} |" for name, fact in facts.items())
    parts = [
        f"# `{rule.id}`",
        rule.documentation,
        f"| | |\n|---|---|\n{table}",
        f"## Kept\n\n```text\n{shown.kept}\n```",
        f"## Broken\n\n```text\n{shown.broken}\n```",
    ]
    return "\n\n".join(parts) + "\n"


def kept_exchange(events: Iterable[Event]) -> str:
    """Return how a kept exchange is shown."""
    return "\n".join(f"{event.sender:9} {_line(event)}" for event in list(events)[:MOST])


def broken_exchange(finding: Finding) -> str:
    """Return how a finding is shown, with the exchange that it is about."""
    verdict = {"found": finding.message, "expected": finding.expected, "actual": finding.actual}
    told = [f"{name:9} {_plain(text)}" for name, text in verdict.items()]
    return kept_exchange(finding.events) + "\n\n" + "\n".join(told)


def levels(rule: Rule) -> str:
    """Return the level, and from when on where it has changed; the keyword where it differs."""
    level = rule.level(rule.latest)
    named = f"{level} ({rule.keyword})" if rule.keyword != level else str(level)
    if rule.must_since is None:
        return named
    return f"{rule.level(rule.since)}, from {rule.must_since} on {named}"


def looked_at(rule: Rule) -> str:
    """Return what the rule reads: what probes bring about, or scenarios, or any traffic."""
    if rule.probes:
        return f"probe {', '.join(rule.probes)}"
    played = [scenario.name for scenario in scenarios if rule.id in scenario.shows]
    return f"scenario {', '.join(played)}" if played else "any traffic"


def cell(text: str) -> str:
    """Return text that fits into a cell."""
    return " ".join(text.replace("|", r"\|").split())


def _line(event: Event) -> str:
    if event.message is not None and len(event.message.raw) > SHOWN:
        return _plain(encode(_shortened(event.message.value)).decode())
    return _plain(evidence_text(event, SHOWN))


def _shortened(value: Json) -> Json:
    """A message without what stands in every one, and with the beginnings of its lists."""
    if isinstance(value, list):
        return [*map(_shortened, value[:LISTED]), *(["…"] if len(value) > LISTED else [])]
    if isinstance(value, dict):
        return {n: "…" if n == "_meta" else _shortened(v) for n, v in value.items()}
    return value


def _plain(text: str) -> str:
    """One line without what differs from run to run."""
    return excerpt(PORT.sub(r"\1:3001", " ".join(text.split())).replace("```", "'''"), SHOWN)
