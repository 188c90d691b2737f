"""Rules, probes and faults cover each other in both directions."""

import json
import os
from itertools import product
from typing import Any

import pytest
from catalogue import (
    FAULTS,
    RULES,
    TOOLS,
    by_likelihood,
    conforming,
    contracts_for,
    further_findings,
    shows_at,
)

from mcp_proof.probe import probes
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome, Verdict, registry
from mcp_proof_contracts.transcript import Sender

FURTHER = further_findings()
WAITING = {
    *("bad-message", "cancel-task", "disconnect", "final-response", "listen", "log-threshold"),
    *("request-scoped", "task-lives", "tasks"),
}
"""Probes that wait most of their time: sent for the rules that need them, and where a fault does
not show without them."""
PATIENCE = 3.0
"""Seconds for an answer of a server that is broken, and may have none."""


@pytest.fixture
def judged(verify_mock, tmp_path_factory, worker_id):
    """The verdicts on conforming peers, each of which one process of this run verifies."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "judged"
    folder.mkdir(exist_ok=True)

    def verdicts(contract, spoken, transport):
        kept = folder / f"{contract}-{spoken}-{transport.partition(':')[0]}.json"
        if not kept.exists():
            told = verify_mock(
                contract=contract, spoken=spoken, transport=transport, tools=TOOLS.get(spoken, ())
            )
            part = kept.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps({rule_id: summary(v) for rule_id, v in told.items()}))
            part.replace(kept)
        return json.loads(kept.read_text())

    return verdicts


def summary(verdict: Verdict) -> dict[str, Any]:
    """What these tests ask of a verdict."""
    said = [finding.message for finding in verdict.findings]
    return {"outcome": verdict.outcome, "reason": verdict.reason, "findings": said}


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_the_rule_and_no_other_names_the_peer_that_breaks_it(rule_id, verify_mock):
    fault = FAULTS.get(rule_id)
    assert fault is not None, f"no fault breaks {rule_id}: add one to mcp_proof_mocks/faults"
    spoken, transport = shows_at(RULES[rule_id], fault)
    seen = {}
    quick = tuple({probe.name for probe in probes} - WAITING | set(RULES[rule_id].probes))
    ways = [(transport, quick), (transport, None)]
    if transport == "http" and RULES[rule_id].transport is None and isinstance(spoken, Revision):
        ways.insert(0, ("asgi", quick))  # the same without sockets, in a third of the time
    for contract, (over, sent) in product(contracts_for(spoken, fault), ways):
        verdicts = verify_mock(
            spoken=spoken,
            contract=contract,
            transport=over,
            fault=rule_id,
            tools=TOOLS.get(spoken, ()),
            timeout=PATIENCE,
            probes=sent,
        )
        seen[contract] = verdicts[rule_id].reason
        if verdicts[rule_id].outcome is Outcome.VIOLATED:
            break
    assert verdicts[rule_id].outcome is Outcome.VIOLATED, seen
    finding = verdicts[rule_id].findings[0]
    assert finding.message
    assert finding.expected
    assert finding.actual
    assert finding.events
    others = {
        name: verdict.findings[0].message
        for name, verdict in verdicts.items()
        if verdict.findings and name != rule_id and name not in FURTHER.get(rule_id, {})
    }
    assert others == {}, "justify these in further/AREA.yaml, or make the fault narrower"


def test_further_findings_are_of_rules_and_faults_that_exist():
    assert sorted(set(FURTHER) - set(RULES)) == []
    assert sorted({name for further in FURTHER.values() for name in further} - set(RULES)) == []


def test_every_fault_breaks_a_rule():
    assert sorted(set(FAULTS) - set(RULES)) == []


def test_every_probe_that_a_rule_names_exists_and_every_probe_is_named():
    named = {name for rule in registry for name in rule.probes}
    assert named == {probe.name for probe in probes}


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_a_conforming_peer_was_seen_to_keep_the_rule(rule_id, judged):
    rule, reasons = RULES[rule_id], []
    for contract, spoken, transport in by_likelihood(conforming()):
        if rule.applies(spoken, Sender.SERVER, transport):
            verdict = judged(contract, spoken, transport)[rule_id]
            if verdict["outcome"] == Outcome.PASSED:
                return
            reasons.append((contract, spoken, transport, verdict["outcome"], verdict["reason"]))
    pytest.fail(f"no conforming peer keeps {rule_id}: {reasons}")


@pytest.mark.parametrize(("contract", "spoken", "transport"), list(conforming()))
def test_a_conforming_peer_violates_nothing(contract, spoken, transport, judged):
    verdicts = judged(contract, spoken, transport)
    violated = {
        rule_id: verdict["findings"]
        for rule_id, verdict in verdicts.items()
        if verdict["outcome"] == Outcome.VIOLATED
    }
    assert violated == {}
    least = 30 if isinstance(spoken, Revision) else 10
    assert sum(v["outcome"] == Outcome.PASSED for v in verdicts.values()) >= least
