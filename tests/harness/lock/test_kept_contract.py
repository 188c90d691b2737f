"""`verify --contract`: a server keeps its contract, or the agreement that it breaks is violated."""

import asyncio
import subprocess
import sys

import pytest
from surfaces import BOUND

from mcp_proof.cli import main
from mcp_proof.events import VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import MemoryTarget, UrlTarget, WebSocketTarget
from mcp_proof_contracts.agreements.kept_contract import contract_agreements
from mcp_proof_contracts.contract_file import checked_contract, load_contract
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Level, Outcome
from mcp_proof_contracts.yaml_render import rendered
from mcp_proof_mocks.contract_source import find_contract
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

INPUT = {"type": "object", "properties": {"n": {"type": "integer"}}}
OUTPUT = {"type": "object", "properties": {"m": {"type": "integer"}}, "required": ["m"]}
CONTRACT = {
    "info": {"name": "s", "version": "1"},
    "announces": ["tools"],
    "tools": [
        {"name": "a", "inputSchema": INPUT, "outputSchema": OUTPUT, "answer": {"generate": True}},
        {"name": "b", "answer": {"text": "b"}},
    ],
    "prompts": [{"name": "p", "arguments": [{"name": "x"}], "messages": []}],
    "resources": [{"uri": "x://r", "text": "r"}],
    "resource_templates": [{"uriTemplate": "x://{id}", "text": "t"}],
}
GATEWAY = {
    "info": {"name": "g", "version": "1"},
    "dialect": "gateway",
    "servers": [{"name": "files", "tools": [{"name": "read", "answer": {"text": "x"}}]}],
}
TOOLS, PROMPTS, RESOURCES = "contract-tools", "contract-prompts", "contract-resources"
CAPABILITIES, PROVED = "contract-capabilities", "contract-changes-proved"
UP_TO_DATE = "contract-up-to-date"
ALL = {TOOLS, PROMPTS, RESOURCES, CAPABILITIES, PROVED, UP_TO_DATE}


def verdicts(live, contract=CONTRACT, revision=Revision.R2026_07_28, only=("contract-",)):
    agreed = tuple(contract_agreements(checked_contract(contract), "--contract c.yaml"))
    return verified(MemoryTarget(MockServer(live)), agreed, revision, only)


def verified(target, agreed, spoken=None, only=("contract-",)):
    revision = spoken if isinstance(spoken, Revision) else None
    dialect = None if revision else spoken
    options = VerifyOptions(agreements=agreed, only=only, revision=revision, dialect=dialect)

    async def run():
        async with asyncio.timeout(BOUND):
            return [
                event
                async for event in Verification(target, options).events()
                if isinstance(event, VerdictReached)
            ]

    return {event.verdict.rule.id: event.verdict for event in asyncio.run(run())}


def edited(**members):
    return {**CONTRACT, **members}


def tool_a(**members):
    first, *others = CONTRACT["tools"]
    return edited(tools=[{**first, **members}, *others])


@pytest.mark.parametrize("revision", [Revision.R2025_11_25, Revision.R2026_07_28])
def test_a_server_of_the_contract_keeps_all_of_it(revision):
    found = verdicts(CONTRACT, revision=revision)
    assert set(found) == ALL
    assert {verdict.outcome for verdict in found.values()} == {Outcome.PASSED}
    assert found[TOOLS].observed == 2


@pytest.mark.parametrize(
    ("live", "rule", "said"),
    [
        (edited(tools=CONTRACT["tools"][:1]), TOOLS, "/tools/b"),
        (tool_a(inputSchema={**INPUT, "required": ["n"]}), TOOLS, "/tools/a/inputSchema"),
        (tool_a(outputSchema={"type": "object"}), TOOLS, "/tools/a/outputSchema"),
        (edited(prompts=[]), PROMPTS, "/prompts/p"),
        (edited(resources=[]), RESOURCES, "/resources/x:~1~1r"),
        (edited(resource_templates=[]), RESOURCES, "/resource_templates/x:~1~1{id}"),
        (edited(announces=[]), CAPABILITIES, "listChanged"),
    ],
)
def test_what_breaks_a_client_is_a_must(live, rule, said):
    found = verdicts(live)
    assert found[rule].outcome is Outcome.VIOLATED
    assert found[rule].level is Level.MUST
    assert any(said in finding.message for finding in found[rule].findings)
    assert all(finding.events for finding in found[rule].findings)


def test_what_breaks_nobody_is_advice():
    live = edited(tools=[*CONTRACT["tools"], {"name": "c", "answer": {"text": "c"}}])
    found = verdicts(live)
    assert {rule for rule, v in found.items() if v.outcome is Outcome.VIOLATED} == {UP_TO_DATE}
    assert found[UP_TO_DATE].level is Level.ADVICE


def test_what_cannot_be_proved_is_a_should():
    before = tool_a(inputSchema={"type": "object", "properties": {"n": {"pattern": "^(a|b)+$"}}})
    live = tool_a(inputSchema={"type": "object", "properties": {"n": {"pattern": "^[ab]+(?!c)$"}}})
    found = verdicts(live, before)
    assert found[TOOLS].outcome is not Outcome.VIOLATED
    assert (found[PROVED].outcome, found[PROVED].level) == (Outcome.VIOLATED, Level.SHOULD)


def test_what_the_contract_does_not_demand_is_untested_and_says_so():
    bare = {"info": {"name": "s", "version": "1"}, "tools": CONTRACT["tools"]}
    found = verdicts(bare, bare)
    assert found[PROMPTS].outcome is Outcome.UNTESTED
    assert "demands no prompts" in found[PROMPTS].reason


def test_a_list_that_could_not_be_read_is_untested_and_never_passed():
    agreed = tuple(contract_agreements(checked_contract(CONTRACT)))
    server = MockServer(CONTRACT, ["missing-member:member=result.tools,method=tools/list"])
    found = verified(MemoryTarget(server), agreed, Revision.R2025_11_25)
    assert found[TOOLS].outcome is Outcome.UNTESTED
    for rule in (PROVED, UP_TO_DATE):
        assert found[rule].outcome is Outcome.UNTESTED
        assert "tools/list" in found[rule].reason


def test_another_dialect_than_the_contracts_is_a_must():
    found = verdicts(CONTRACT, {**CONTRACT, "dialect": "rest", "prompts": [], "resources": []})
    assert found[CAPABILITIES].outcome is Outcome.VIOLATED


def test_only_what_is_needed_is_sent():
    found = verdicts(CONTRACT, only=(TOOLS,))
    assert set(found) == {TOOLS}


@pytest.mark.parametrize(
    ("name", "dialect"),
    [
        ("email_tools", Dialect.REST),
        ("contextframe", Dialect.CONTEXTFRAME),
        ("kailash", Dialect.OPENAPI_JSONRPC),
        ("websocket", Dialect.WEBSOCKET),
        (GATEWAY, Dialect.GATEWAY),
    ],
)
def test_a_contract_is_kept_or_broken_in_every_dialect(name, dialect):
    is_file = isinstance(name, str)
    contract = load_contract(find_contract(name)) if is_file else checked_contract(name)
    agreed = tuple(contract_agreements(contract))

    def at(server):
        async def run():
            headers = server.authorization.headers() if server.authorization else {}
            async with serving(server) as url:
                socket = url.startswith("ws")
                target = WebSocketTarget(url) if socket else UrlTarget(url, headers)
                options = VerifyOptions(agreements=agreed, only=("contract-",), dialect=dialect)
                return {
                    event.verdict.rule.id: event.verdict
                    async for event in Verification(target, options).events()
                    if isinstance(event, VerdictReached)
                }

        return asyncio.run(run())

    kept = at(MockServer(name))
    assert kept[TOOLS].outcome is Outcome.PASSED
    assert [rule for rule, v in kept.items() if v.outcome is Outcome.VIOLATED] == []
    server = MockServer(name)
    for each in (server, *server.behind.values()):
        for tool in [*each.tools.values()][:1]:
            tool.offered = False
    assert at(server)[TOOLS].outcome is Outcome.VIOLATED


# The command


PLAIN = [sys.executable, "-m", "mcp_proof_mocks", "plain"]


def run(*arguments, cwd):
    command = [sys.executable, "-m", "mcp_proof", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def test_what_was_locked_is_kept_until_the_server_changes_and_a_recording_is_judged_too(tmp_path):
    run("lock", "-o", "c.yaml", "--", *PLAIN, cwd=tmp_path)
    verify = ("verify", "--only", "contract-", "--contract", "c.yaml")
    done = run(*verify, "--report", "transcript=r.ndjson", "--", *PLAIN, cwd=tmp_path)
    assert (done.returncode, "0 violated" in done.stdout) == (0, True), done.stdout
    path = tmp_path / "c.yaml"
    path.write_text(path.read_text().replace("name: echo", "name: shout"))
    done = run(*verify, "--", *PLAIN, cwd=tmp_path)
    assert done.returncode == 1
    assert "/tools/shout" in done.stdout
    assert "--only contract-tools --contract c.yaml" in done.stdout
    done = run(*verify, "r.ndjson", cwd=tmp_path)
    assert (done.returncode, "/tools/shout" in done.stdout) == (1, True)


def test_every_report_has_the_agreements(tmp_path):
    (tmp_path / "c.yaml").write_text(
        rendered({**CONTRACT, "tools": [{"name": "gone", "answer": {"text": "x"}}]})
    )
    formats = ("json", "junit", "sarif", "html", "markdown")
    reports = [word for each in formats for word in ("--report", f"{each}=r.{each}")]
    verify = ("verify", "--only", "contract-", "--contract", "c.yaml", *reports, "--", *PLAIN)
    assert run(*verify, cwd=tmp_path).returncode == 1
    for each in formats:
        assert "contract-tools" in (tmp_path / f"r.{each}").read_text(), each


@pytest.mark.parametrize("rule", sorted(ALL))
def test_each_agreement_is_explained(rule, capsys):
    assert main(["explain", rule]) == 0
    assert "contract" in capsys.readouterr().out


def test_a_wrong_contract_is_a_wrong_option(tmp_path):
    (tmp_path / "c.yaml").write_text("info: {name: a}\n")
    done = run("verify", "--contract", "c.yaml", "--", *PLAIN, cwd=tmp_path)
    assert done.returncode == 2
    assert 'c.yaml:1: "version" is missing' in done.stderr or "c.yaml:1" in done.stderr


def test_pytest_has_a_test_for_each_agreement(repository_with):
    contract = "info: {name: p, version: '1'}\ntools: [{name: gone, answer: {text: x}}]\n"
    result = repository_with(
        "",
        "--mcp-verify",
        "-rA",
        target=PLAIN,
        contract__yaml=contract,
        **{"mcp-proof__toml": 'contract = "contract.yaml"\nonly = ["contract-"]\n'},
    )
    result.stdout.fnmatch_lines(
        ["PASSED mcp-contract::contract-capabilities", "FAILED mcp-contract::contract-tools*"]
    )
