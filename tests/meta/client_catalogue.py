"""Where the mock client shows that a rule for clients is broken, and that it is kept.

Each file in `clients/` is about the rules of one area: `shown_at` says at which revision and over
which transport a fault shows, where that is not the rule's last revision over its own transport or
HTTP; `both` names the rules for both sides that the mock client breaks, too; `further` says what a
broken client is rightly told of besides, and why (fault, rule, reason).
"""

from pathlib import Path
from typing import Any

import yaml

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Rule

FILES = [
    yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "clients").glob("*.yaml"))
]


def _merged(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for file in FILES:
        found |= file.get(name) or {}
    return found


BROKEN_BY_CLIENTS: set[str] = {rule_id for file in FILES for rule_id in file.get("both") or []}
FURTHER: dict[str, dict[str, str]] = _merged("further")
SHOWN_AT: dict[str, list[str]] = _merged("shown_at")


def shown_at(rule: Rule) -> tuple[Revision, str]:
    """Return the revision and the transport at which a fault shows."""
    if rule.id in SHOWN_AT:
        revision, transport = SHOWN_AT[rule.id]
        return Revision(str(revision)), transport
    transport = rule.transport or "http"
    until = rule.client_until or rule.until
    if transport == "http" and not until.features.streamable_http:
        transport = "http+sse"
    return until, transport
