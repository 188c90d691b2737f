"""What the documentation shows is what works."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mcp_proof.cli import main
from mcp_proof.reports import FORMATS
from mcp_proof_contracts.contract_file import load_contract
from mcp_proof_contracts.rule import registry
from mcp_proof_contracts.specification import SITE
from mcp_proof_mocks.server import MockServer


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


def test_the_python_examples_of_the_readme_run(repository):
    outputs: list[str] = []
    for example in blocks(repository / "README.md", "python"):
        command = [sys.executable, "-W", "error", "-c", example]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        outputs.append(done.stdout)
    *_, verified, mocked = outputs
    assert verified.startswith("tools-name-unique mcp-proof verify --revision 2025-11-25 --only")
    assert mocked == ""


def test_the_contract_of_the_readme_is_one(repository):
    [example] = [text for text in blocks(repository / "README.md", "yaml") if "info:" in text]
    assert [*MockServer(yaml.safe_load(example)).tools] == ["get_weather"]


def test_the_contracts_of_the_documentation_are_contracts(repository, tmp_path):
    examples = blocks(repository / "docs/contract-file.md", "yaml")
    path, tools = tmp_path / "contract.yaml", list[str]()
    for example in examples:
        path.write_text(example)
        tools += [tool.name for tool in load_contract(path).tools]
    assert tools == ["get_weather", "book", "print_ticket", "write_file"]


def test_the_baseline_of_the_readme_names_a_rule(repository):
    [example] = [text for text in blocks(repository / "README.md", "yaml") if "rule:" in text]
    assert all(registry.get(entry["rule"]) for entry in yaml.safe_load(example))


def test_the_readme_names_every_option_of_verify_and_no_other(repository, capsys):
    with pytest.raises(SystemExit):
        main(["verify", "--help"])
    offered = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    table = re.findall(r"^\| (`--.*?) \|", (repository / "README.md").read_text(), re.MULTILINE)
    named = {option for row in table for option in re.findall(r"--[a-z-]+", row)}
    assert named == offered
    assert all(f"`{name}`" in (repository / "README.md").read_text() for name in FORMATS)


def test_every_rule_has_a_page_worth_reading_and_a_clause_to_follow():
    for rule in registry:
        assert rule.requirement.endswith("."), rule.id
        assert len(rule.documentation.splitlines()) >= 3, rule.id
        assert rule.otherwise, rule.id
        for revision in {rule.since, rule.until}:
            assert rule.source(revision).startswith(f"{SITE}/{revision}/"), rule.id


def test_rules_lists_and_explain_shows_a_page(capsys):
    assert main(["rules", "sec-"]) == 0
    assert "sec-origin-validated" in capsys.readouterr().out
    assert main(["explain", "sec-origin-validated"]) == 0
    assert "basic/transports/streamable-http" in capsys.readouterr().out
    assert main(["explain", "sec-orgin-validated"]) == 2
    assert "Did you mean sec-origin-validated" in capsys.readouterr().err
