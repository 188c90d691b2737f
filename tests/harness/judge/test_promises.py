"""A client that promises more than MCP demands, judged as users do it."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from resilient.retry import Retrying
from resilient.scope import Scoped

from mcp_proof.cli import main
from mcp_proof.errors import UsageError
from mcp_proof.events import ProbeStarted, VerdictReached
from mcp_proof.judge.function_client import FunctionClient
from mcp_proof.judge.judging import JudgeOptions, Judging
from mcp_proof.judge.scenario import scenarios
from mcp_proof.testing import ContractViolationError, judge_client
from mcp_proof_contracts.agreements.promised_by_client import client_agreements
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.rule import Outcome

TERMS = {"retry": Retrying.terms, "scope": Scoped.terms}


class Both(Retrying, Scoped):
    """It keeps both promises."""

    async def call(self, tool, arguments, server=""):
        if tool not in [*Scoped.terms["tools"], "flaky"]:
            raise PermissionError(f"{tool} is not allowed")
        return await Retrying.call(self, tool, arguments, server)

    async def do(self, wish):
        return None if wish["do"] not in ("call", "list") else await super().do(wish)


def run(judge=TERMS, seen=None, **options):
    """Judge a client; return its verdicts by rule."""
    asked = [] if seen is None else seen

    async def example(approach, tell):
        asked.append(approach.asked)
        await Both(approach).run(tell)

    async def judging():
        chosen = JudgeOptions(
            parameters=judge, agreements=tuple(client_agreements(judge)), timeout=3.0, **options
        )
        return [event async for event in Judging(FunctionClient(example), chosen).events()]

    events = asyncio.run(judging())
    played = [event.name for event in events if isinstance(event, ProbeStarted)]
    verdicts = [event.verdict for event in events if isinstance(event, VerdictReached)]
    return {verdict.rule.id: verdict for verdict in verdicts}, played


def test_what_is_promised_is_judged_beside_the_specification():
    found, _ = run(only=("client-", "jsonrpc-"))
    assert found["client-retry-backoff"].outcome is Outcome.PASSED
    assert found["client-scope-kept"].outcome is Outcome.PASSED
    assert [each for each in found.values() if each.findings] == []
    assert any(rule_id.startswith("jsonrpc-") for rule_id in found)


def test_only_scenarios_of_what_is_promised_are_played():
    found, played = run({"scope": Scoped.terms}, only=("client-scope",))
    assert list(found) == ["client-scope-kept"]
    assert played == ["scope-tempted"]


def test_nothing_is_promised_without_a_contract():
    found, _ = run({}, only=("client-", "jsonrpc-version"))
    assert not [rule_id for rule_id in found if rule_id in {a.id for a in client_agreements()}]


def test_the_client_is_told_what_it_promised():
    seen = []
    run({"scope": Scoped.terms}, seen, only=("client-scope",))
    assert seen[-1]["promises"] == {"scope": Scoped.terms}


def test_promises_alone_are_judged_in_another_dialect():
    with pytest.raises(UsageError, match="none of the chosen rules exists for clients at rest"):
        run({}, dialect=Dialect.REST)


def test_a_command_is_judged_by_a_contract_file(tmp_path, capsys, monkeypatch):
    contract = tmp_path / "promises.yaml"
    judge = {"scope": {"tools": ["search"]}}
    document = {"info": {"name": "a", "version": "1"}, "judge": judge}
    contract.write_text(json.dumps(document))
    monkeypatch.chdir(tmp_path)
    options = ["judge", "--contract", contract.name, "--only", "client-scope", "--timeout", "10"]
    code = main([*options, "--", sys.executable, "-m", "mcp_proof_mocks.client"])
    shown = capsys.readouterr().out
    assert code == 1
    assert "delete_everything was called, which is not on the allow-list" in shown
    assert "--contract promises.yaml --scenario scope-tempted" in shown.replace("\n", " ")


def test_a_command_is_judged_by_its_promises_in_a_test():
    client = [sys.executable, "-m", "mcp_proof_mocks.client"]
    contract = {"judge": {"scope": {"tools": ["search"]}}}
    with pytest.raises(ContractViolationError, match="not on the allow-list"):
        judge_client(client, contract=contract, only=["client-scope"])
    contract = {"judge": {"scope": {"tools": ["delete_everything"]}}}
    with pytest.raises(ContractViolationError, match="delete_everything_else was called"):
        judge_client(client, contract=contract, only=["client-scope"])


def test_an_unknown_promise_is_named_with_what_there_is(tmp_path, capsys):
    contract = tmp_path / "promises.yaml"
    contract.write_text("info: {name: a, version: '1'}\njudge: {retri: {attempts: 3}}\n")
    assert main(["judge", "--contract", str(contract), "--", "true"]) == 2
    assert "retry" in capsys.readouterr().err


def test_another_dialect_has_no_revisions(tmp_path, capsys):
    contract = tmp_path / "promises.yaml"
    contract.write_text("info: {name: a, version: '1'}\ndialect: rest\njudge: {scope: {}}\n")
    options = ["judge", "--contract", str(contract), "--revision", "2025-11-25", "--", "true"]
    assert main(options) == 2
    assert "rest has no revisions" in capsys.readouterr().err


def test_a_client_may_promise_in_the_page_what_it_may_promise():
    page = (Path(__file__).parents[3] / "docs/how-to/judge-resilience.md").read_text()
    for agreement in client_agreements():
        assert f"`{agreement.id}`" in page
    for scenario in scenarios:
        assert not scenario.promise or scenario.name in page
