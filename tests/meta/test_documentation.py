"""What is said of options and rules is what there is; that examples work: tests/documentation."""

import re

import pytest

from mcp_proof.cli import main
from mcp_proof.reports import FORMATS
from mcp_proof_contracts.rule import registry
from mcp_proof_contracts.specification import SITE


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
