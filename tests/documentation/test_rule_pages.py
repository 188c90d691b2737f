"""The page of each rule says what the rule says, and shows an exchange of each kind."""

import sys
from pathlib import Path

import pytest

from mcp_proof_contracts.rule import registry

ROOT = Path(__file__).parent.parent.parent
PAGES = ROOT / "docs/reference/rules"
MAKE = "run `python scripts/rule_pages.py`"


@pytest.fixture(scope="module")
def making():
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import rule_page  # a script's module

        yield rule_page
    finally:
        sys.path.remove(str(ROOT / "scripts"))


@pytest.mark.parametrize("rule", list(registry), ids=lambda rule: rule.id)
def test_the_page_of_a_rule_is_fresh(rule, making):
    path = PAGES / f"{rule.id}.md"
    assert path.exists(), MAKE
    page = path.read_text(encoding="utf-8")
    shown = making.exchanges_in(page)
    assert shown.kept.strip()
    assert "found " in shown.broken
    assert page == making.rule_page(rule, shown), MAKE


def test_there_are_no_pages_of_rules_that_are_gone():
    assert sorted({path.stem for path in PAGES.glob("*.md")} - {rule.id for rule in registry}) == []
