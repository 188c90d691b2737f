"""What makes findings of two runs the same one: their rule, server and place."""

import hashlib
import re
from typing import Final

from mcp_proof_contracts.rule import Finding, Rule
from mcp_proof_contracts.transcript import Event, Sender

NAMED: Final = frozenset({"tools/call", "prompts/get"})
"""Methods whose `name` says what is meant."""
LENGTH: Final = 16
"""Hexadecimal digits of a fingerprint."""
_FREE_PORT: Final = re.compile(r"(?<=//)(127\.0\.0\.1|localhost|\[::1\]):\d+")
"""A server on this machine: its port may be another one in the next run."""


def fingerprint(*parts: str) -> str:
    """Return a short hash of texts that stay the same from run to run."""
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:LENGTH]


def stable_peer(peer: str) -> str:
    """Return a target without what another run may find changed."""
    return _FREE_PORT.sub(r"\1", peer)


def place(rule: Rule, finding: Finding) -> str:
    """Return where a rule was broken: about which requests, and in which cases of its probes.

    That is what every run repeats of a conversation: ids, values, times, channels and the order
    of answers may be others each time. What nobody asked for is known by its own method.
    """
    asked = [event for event in finding.events if event.sender is Sender.CLIENT]
    steps = {_step(event) for event in asked or finding.events}
    cases = {event.probe for event in asked if event.probe.partition("/")[0] in rule.probes}
    return " ".join([*sorted(cases), *sorted(steps)])


def _step(event: Event) -> str:
    if event.message is None:
        return f"{event.kind} {event.data.get('method', '')}".strip()
    name = event.message.params.get("name")
    named = event.message.method in NAMED and isinstance(name, str)
    what = event.message.method or event.message.kind.value
    return f"{what}({name})" if named else what
