"""Which peers show that a rule is broken, and which that it is kept."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import yaml

from mcp_proof_contracts.dialect import DIALECTS, Dialect, Spoken
from mcp_proof_contracts.revision import REVISIONS, STATEFUL, Revision
from mcp_proof_contracts.rule import Rule, registry
from mcp_proof_mocks.fault import Fault, faults

RULES = {rule.id: rule for rule in registry if rule.side != "client"}
FAULTS = {fault.name: fault for fault in faults}
PREFERRED: list[Spoken] = [*REVISIONS[::-1], *DIALECTS]
FURTHER = Path(__file__).parent / "further"
CONTRACTS: dict[Spoken, list[str]] = {
    Dialect.REST: ["email_tools", "guarded_tools"],
    Dialect.CONTEXTFRAME: ["contextframe", "contextframe_token"],
    Dialect.OPENAPI_JSONRPC: ["kailash", "openapi_jsonrpc"],
    Dialect.GATEWAY: ["gateway"],
    Dialect.WEBSOCKET: ["websocket"],
    Dialect.QUEUE: ["queue"],
}
"""The contracts of the library for each dialect besides MCP: faults are shown by one of them."""
OVER: dict[Spoken, str] = {Dialect.WEBSOCKET: "websocket", Dialect.QUEUE: "redis"}
"""What is not spoken over HTTP."""
TOOLS: dict[Spoken, tuple[str, ...]] = {Dialect.GATEWAY: ("servers/register",)}
"""What must be allowed for every rule to be seen."""

OF_HTTP = REVISIONS[1:]
"""The revisions of Streamable HTTP."""
CONFORMING: list[tuple[str, str, Sequence[Revision]]] = [
    ("everything", "stdio", REVISIONS),
    ("everything", "http", OF_HTTP),
    ("everything", "http+sse", REVISIONS[:1]),
    ("streaming", "stdio", REVISIONS),
    ("streaming", "http", OF_HTTP),
    ("slow", "stdio", REVISIONS[-1:]),
    ("slow", "http", OF_HTTP),
    ("modern", "stdio", REVISIONS[-1:]),
    ("modern", "http", REVISIONS[-1:]),
    ("chatty", "stdio", STATEFUL),
    ("chatty", "http", STATEFUL[1:]),
    ("plain", "http", OF_HTTP),
    ("memos", "http", OF_HTTP),
    ("memos", "stdio", (REVISIONS[0], REVISIONS[-1])),
    ("asking", "http", REVISIONS[3:]),
    ("changing", "http", OF_HTTP),
    ("changing", "stdio", (REVISIONS[0], REVISIONS[-1])),
    ("schemas", "http", OF_HTTP),
    ("task_users", "http", (Revision.R2025_11_25,)),
    ("two_users", "http", REVISIONS[-1:]),
    ("protected", "http", OF_HTTP),
    ("url_first", "http", (Revision.R2025_11_25,)),
]
"""Contracts of the library that speak MCP, over which transport, at which revisions."""


def shows_at(rule: Rule, fault: Fault) -> tuple[Spoken, str]:
    """Return what is spoken where a fault shows, and over which transport."""
    if Dialect.MCP not in rule.dialects:
        return rule.latest, rule.transport or OVER.get(rule.latest, "http")
    transport = fault.transport or rule.transport or "http"
    newest = rule.until
    if transport == "http":
        newest = max(newest, Revision.R2025_03_26)
    return fault.revision or newest, transport


def contracts_for(spoken: Spoken, fault: Fault) -> list[str]:
    """Return the contracts of which one shows a fault."""
    return [fault.shown_by] if fault.shown_by else CONTRACTS.get(spoken, ["everything"])


def conforming() -> Iterator[tuple[str, Spoken, str]]:
    """Yield contracts of the library with what they speak, over which transport."""
    for dialect, contracts in CONTRACTS.items():
        for contract in contracts:
            yield contract, dialect, OVER.get(dialect, "http")
    for contract, transport, revisions in CONFORMING:
        for revision in revisions:
            yield contract, revision, transport


def by_likelihood(peers: Iterable[tuple[str, Spoken, str]]) -> list[tuple[str, Spoken, str]]:
    """Over HTTP first, which starts no process; the revisions with the most rules first."""
    return sorted(peers, key=lambda peer: (peer[2], PREFERRED.index(peer[1])))


def further_findings() -> dict[str, dict[str, str]]:
    """Return what broken peers are rightly told of besides, and why: fault, further rule, reason.

    Each file in `further/` is about the faults of one area.
    """
    found: dict[str, dict[str, str]] = {}
    for path in sorted(FURTHER.glob("*.yaml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
