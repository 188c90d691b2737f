"""Rules, probes and faults cover each other in both directions."""

from collections.abc import Iterable, Iterator

import pytest

from mcp_proof.probe import probes
from mcp_proof_contracts.dialect import DIALECTS, Dialect, Spoken
from mcp_proof_contracts.revision import REVISIONS, STATEFUL, Revision
from mcp_proof_contracts.rule import Outcome, Rule, registry
from mcp_proof_contracts.transcript import Sender
from mcp_proof_mocks.fault import Fault, faults

RULES = {rule.id: rule for rule in registry}
PREFERRED: list[Spoken] = [*REVISIONS[::-1], *DIALECTS]
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
FAULTS = {fault.name: fault for fault in faults}


def shows_at(rule: Rule, fault: Fault) -> tuple[Spoken, str]:
    if Dialect.MCP not in rule.dialects:
        return rule.latest, rule.transport or OVER.get(rule.latest, "http")
    transport = fault.transport or rule.transport or "http"
    newest = rule.until
    if transport == "http":
        newest = max(newest, Revision.R2025_03_26)
    return fault.revision or newest, transport


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_rule_names_the_peer_that_breaks_it(rule_id, verify_mock):
    fault = FAULTS.get(rule_id)
    assert fault is not None, f"no fault breaks {rule_id}: add one to mcp_proof_mocks/faults"
    rule = RULES[rule_id]
    spoken, transport = shows_at(rule, fault)
    reasons = []
    for contract in CONTRACTS.get(spoken, ["everything"]):
        verdict = verify_mock(
            spoken=spoken,
            contract=contract,
            transport=transport,
            fault=rule_id,
            only=[rule_id],
            probes=rule.probes,
            tools=TOOLS.get(spoken, ()),
        )[rule_id]
        if verdict.outcome is Outcome.VIOLATED:
            break
        reasons.append((contract, verdict.reason))
    assert verdict.outcome is Outcome.VIOLATED, reasons
    finding = verdict.findings[0]
    assert finding.message
    assert finding.expected
    assert finding.actual
    assert finding.events


def test_every_fault_breaks_a_rule():
    assert sorted(set(FAULTS) - set(RULES)) == []


def test_every_probe_that_a_rule_names_exists_and_every_probe_is_named():
    named = {name for rule in registry for name in rule.probes}
    assert named == {probe.name for probe in probes}


def conforming() -> Iterator[tuple[str, Spoken, str]]:
    for dialect, contracts in CONTRACTS.items():
        for contract in contracts:
            yield contract, dialect, OVER.get(dialect, "http")
    for contract in ("everything", "streaming"):
        for revision in REVISIONS:
            yield contract, revision, "stdio"
            if revision.features.streamable_http:
                yield contract, revision, "http"
    for transport in ("stdio", "http"):
        yield "modern", Revision.R2026_07_28, transport
        for revision in STATEFUL[transport == "http" :]:  # HTTP begins with the second revision
            yield "chatty", revision, transport
    for revision in REVISIONS[1:]:
        yield "plain", revision, "http"


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_a_conforming_peer_was_seen_to_keep_the_rule(rule_id, verify_mock):
    rule, reasons = RULES[rule_id], []
    for contract, spoken, transport in by_likelihood(conforming()):
        if rule.applies(spoken, Sender.SERVER, transport):
            verdict = verify_mock(
                contract=contract,
                spoken=spoken,
                transport=transport,
                only=[rule_id],
                probes=rule.probes,
                tools=TOOLS.get(spoken, ()),
            )[rule_id]
            if verdict.outcome is Outcome.PASSED:
                return
            reasons.append((contract, spoken, transport, verdict.outcome, verdict.reason))
    pytest.fail(f"no conforming peer keeps {rule_id}: {reasons}")


def by_likelihood(peers: Iterable[tuple[str, Spoken, str]]) -> list[tuple[str, Spoken, str]]:
    """Over HTTP first, which starts no process; the revisions with the most rules first."""
    return sorted(peers, key=lambda peer: (peer[2], PREFERRED.index(peer[1])))


@pytest.mark.parametrize(("contract", "spoken", "transport"), list(conforming()))
def test_a_conforming_peer_violates_nothing(contract, spoken, transport, verify_mock):
    tools = TOOLS.get(spoken, ())
    verdicts = verify_mock(contract=contract, spoken=spoken, transport=transport, tools=tools)
    violated = {
        rule_id: [finding.message for finding in verdict.findings]
        for rule_id, verdict in verdicts.items()
        if verdict.outcome is Outcome.VIOLATED
    }
    assert violated == {}
    least = 30 if isinstance(spoken, Revision) else 10
    assert sum(v.outcome is Outcome.PASSED for v in verdicts.values()) >= least
