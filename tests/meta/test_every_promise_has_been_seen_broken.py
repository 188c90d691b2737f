"""Agreements on clients, scenarios and example clients cover each other, both ways."""

import asyncio
from importlib import import_module
from pkgutil import iter_modules

import pytest
import resilient
from resilient.client import Client

from mcp_proof.judge.function_client import FunctionClient
from mcp_proof.judge.performance import performed, staged
from mcp_proof.judge.scenario import scenarios
from mcp_proof_contracts.agreements.promised_by_client import client_agreements
from mcp_proof_contracts.contract_file import checked_contract
from mcp_proof_contracts.contract_judge import promises
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.judge import judge
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Header, Sender, Transcript

for module in iter_modules(resilient.__path__):
    import_module(f"resilient.{module.name}")


def kinds(base=Client):
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


CLIENTS = list(kinds())
PATIENCE = 3.0


def shown_to(kind):
    """Return the agreements that are shown to a client in its dialect, by scenario."""
    section = {kind.promise: kind.terms}
    fitting = (s for s in scenarios if s.promise and s.is_for(section, kind.dialect))
    return [rule_id for scenario in fitting for rule_id in scenario.shows]


BROKEN = [
    pytest.param(client, rule_id, id=f"{rule_id}-{client.__name__}")
    for client in CLIENTS
    for rule_id in dict.fromkeys(shown_to(client))
]


def judged(kind, broken="", revision=None):
    """Let a client into the scenarios of its promise; return the verdicts of each."""
    revision = revision or kind.revision
    judge_section = {kind.promise: kind.terms}
    agreements = client_agreements(judge_section)
    found = {}
    for scenario in scenarios:
        fits = scenario.promise and scenario.is_for(judge_section, kind.dialect)
        if not fits or not scenario.applies(revision, "http"):
            continue

        async def example(approach, tell):
            await kind(approach, broken).run(tell)

        stage = staged(scenario, [revision], "http", judge_section, kind.dialect)
        client = FunctionClient(example)
        played = asyncio.run(performed(scenario, stage, client, PATIENCE))
        assert played.ended.how == "exit", played.ended
        assert played.ended.code == 0, played.ended.last_words
        header = Header(peer="client", side=Sender.CLIENT, transport="http", started="")
        rules = [each for each in agreements if each.id in scenario.shows]
        spoken = revision if kind.dialect is Dialect.MCP else kind.dialect
        verdicts = list(judge(Transcript(header, played.events), spoken, rules))
        assert [each.fault for each in verdicts if each.fault] == []
        found[scenario.name] = {each.rule.id: each for each in verdicts}
    return found


def violated(found):
    return {
        rule_id: verdict.findings[0].message
        for verdicts in found.values()
        for rule_id, verdict in verdicts.items()
        if verdict.outcome is Outcome.VIOLATED
    }


@pytest.mark.parametrize(("kind", "rule_id"), BROKEN)
def test_the_agreement_and_no_other_names_the_client_that_breaks_it(kind, rule_id):
    found = judged(kind, rule_id)
    reasons = {name: verdicts.get(rule_id) for name, verdicts in found.items()}
    assert list(violated(found)) == [rule_id], reasons
    finding = next(
        v[rule_id].findings[0] for v in found.values() if v.get(rule_id) and v[rule_id].findings
    )
    assert finding.message
    assert finding.expected
    assert finding.actual
    assert finding.events


@pytest.mark.parametrize(
    ("kind", "revision"),
    [
        pytest.param(kind, revision, id=f"{kind.__name__}-{revision or 'latest'}")
        for kind in CLIENTS
        for revision in (Revision.R2025_06_18, None)
        if revision is None or kind.dialect is Dialect.MCP  # the others have none
    ],
)
def test_the_client_that_keeps_its_promise_is_seen_to(kind, revision):
    found = judged(kind, revision=revision)
    assert violated(found) == {}
    for rule_id in shown_to(kind):
        seen = {n: v[rule_id] for n, v in found.items() if rule_id in v}
        assert any(v.outcome is Outcome.PASSED for v in seen.values()), (rule_id, seen)


def test_scenarios_show_agreements_that_exist():
    known = {agreement.id for agreement in client_agreements()}
    shown = {i for scenario in scenarios if scenario.promise for i in scenario.shows}
    assert shown == known
    assert {rule_id for kind in CLIENTS for rule_id in shown_to(kind)} == known


def test_every_promise_can_be_made_in_a_contract_file_and_is_judged():
    contract = {"info": {"name": "a", "version": "1"}, "judge": {name: {} for name in promises()}}
    section = checked_contract(contract).judge
    assert {agreement.id for agreement in client_agreements(section)} == {
        agreement.id for agreement in client_agreements()
    }
    for name in promises():
        assert client_agreements({name: {}}), f"nothing judges {name}"
        assert any(kind.promise == name for kind in CLIENTS), f"no example keeps {name}"
    for kind in CLIENTS:
        checked_contract({**contract, "judge": {kind.promise: kind.terms}})
