"""What is said of options and rules is what there is; that examples work: tests/documentation."""

import re
from pathlib import Path

import pytest

from mcp_proof.cli import main
from mcp_proof.options import OPTIONS
from mcp_proof.reports import FORMATS
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Rule, registry
from mcp_proof_contracts.specification import DIALECTS, EXTENSIONS, JSON_RPC, SITE


def test_the_readme_names_every_option_of_verify_and_no_other(repository, capsys):
    with pytest.raises(SystemExit):
        main(["verify", "--help"])
    offered = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    table = re.findall(r"^\| (`--.*?) \|", (repository / "README.md").read_text(), re.MULTILINE)
    named = {option for row in table for option in re.findall(r"--[a-z-]+", row)}
    assert named == offered
    assert all(f"`{name}`" in (repository / "README.md").read_text() for name in FORMATS)


COMMANDS = sorted({command for option in OPTIONS for command in option.commands})


@pytest.mark.parametrize("command", ["", *COMMANDS, "rules", "explain"])
def test_every_command_explains_its_options(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert ended.value.code == 0
    assert "options:" in capsys.readouterr().out


def clause_stands(rule: Rule, spoken: Spoken, repository: Path) -> bool:
    """Whether the clause of a rule is where it says: in a specification, or on a page of ours."""
    source = rule.source(spoken)
    if isinstance(spoken, Revision):
        beside = source.partition("#")[0] in EXTENSIONS.values()
        return beside or source.startswith(f"{SITE}/{spoken}/")
    page, _, anchor = source.partition("#")
    if page == JSON_RPC:
        return bool(anchor)
    file = repository / "docs/dialects" / page.removeprefix(f"{DIALECTS}/")
    headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return anchor in {re.sub(r"[^a-z0-9]+", "-", each.lower()).strip("-") for each in headings}


def test_every_rule_has_a_page_worth_reading_and_a_clause_to_follow(repository):
    for rule in registry:
        assert rule.requirement.endswith("."), rule.id
        assert len(rule.documentation.splitlines()) >= 3, rule.id
        assert rule.otherwise, rule.id
        for spoken in rule.spoken:
            assert clause_stands(rule, spoken, repository), rule.source(spoken)


def test_rules_lists_and_explain_shows_a_page(capsys):
    assert main(["rules", "sec-"]) == 0
    assert "sec-origin-validated" in capsys.readouterr().out
    assert main(["explain", "sec-origin-validated"]) == 0
    assert "basic/transports/streamable-http" in capsys.readouterr().out
    assert main(["explain", "sec-orgin-validated"]) == 2
    assert "Did you mean sec-origin-validated" in capsys.readouterr().err
