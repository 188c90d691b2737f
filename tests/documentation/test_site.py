"""The site is built strictly, is whole, and asks nobody for anything."""

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from browser import Tab, needs_browser, running_browser
from installed import with_sources

from mcp_proof import plugin
from mcp_proof.fuzz.catalogue import CATALOGUE
from mcp_proof.fuzz.passive import BY_ORACLES
from mcp_proof.options import OPTIONS
from mcp_proof_contracts.rule import registry

ELSEWHERE = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=\"(?:https?:)?//")


def build(site: Path, configuration: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "-f", str(configuration), "-d", str(site)]
    return subprocess.run(
        command,
        cwd=configuration.parent,
        env={**with_sources(Path(__file__).parents[2]), "NO_MKDOCS_2_WARNING": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def site(repository, tmp_path_factory) -> Path:
    """The built site."""
    site = tmp_path_factory.mktemp("site")
    done = build(site, repository / "mkdocs.yml")
    assert done.returncode == 0, done.stdout
    return site


def text_of(page: Path) -> str:
    return unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")))


def test_every_rule_has_a_page_to_which_the_index_leads(site):
    index = (site / "reference/rules/index.html").read_text(encoding="utf-8")
    for rule in registry:
        page = (site / f"reference/rules/{rule.id}.html").read_text(encoding="utf-8")
        assert f'href="{rule.id}.html"' in index
        assert f"--fault {rule.id}" in page
        assert all(f'href="{rule.source(each)}"' in page for each in rule.spoken)


def test_every_option_setting_and_fixture_is_in_the_reference(site):
    commands = text_of(site / "reference/command-line.html")
    settings = text_of(site / "reference/configuration.html")
    for option in OPTIONS:
        assert option.help.replace("`", "") in commands, option.name
        assert not option.configures or option.variable in settings, option.name
    fixtures = text_of(site / "reference/pytest.html")
    assert all(
        name in fixtures
        for name in (*plugin.__all__, "--mcp-target", "mcp_contract", "--mcp-fuzz", "mcp_fuzz")
    )


def test_every_oracle_is_in_the_reference(site):
    page = (site / "reference/fuzz-oracles.html").read_text(encoding="utf-8")
    text = text_of(site / "reference/fuzz-oracles.html")
    for about in CATALOGUE.values():
        assert f'id="{about.name}"' in page
        assert about.summary.replace("`", "") in " ".join(text.split())
    assert all(f'rules/{rule.id}.html"' in page for rule in registry if rule.id in BY_ORACLES)


def test_no_page_asks_for_anything_elsewhere(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not ELSEWHERE.search(text), page
        assert 'class="mermaid"' not in text, "the theme fetches what draws it"


@needs_browser
def test_a_browser_asks_nobody_else(site):
    with running_browser() as browser:
        tab = Tab(browser)
        tab.open(site / "reference/rules/tools-list-answers.html")
        assert len(tab.requests) > 3
        assert all(url.startswith((site.as_uri(), "data:", "blob:")) for url in tab.requests)


@pytest.mark.parametrize(
    ("text", "hooks", "said"),
    [
        ("[page](missing.md) [place](index.md#missing)", "[]", ("missing.md'", "#missing'")),
        ("<!-- made: nothing -->", "[{}/scripts/site_pages.py]", ("KeyError: 'nothing'",)),
    ],
)
def test_a_page_with_a_mistake_stops_the_build(text, hooks, said, repository, tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text(f"# A page\n\n{text}\n")
    (tmp_path / "mkdocs.yml").write_text(
        f"INHERIT: {repository}/mkdocs.yml\ndocs_dir: {docs}\nnav: [index.md]\nplugins: []\n"
        f"hooks: {hooks.format(repository)}\n"
    )
    done = build(tmp_path / "site", tmp_path / "mkdocs.yml")
    assert done.returncode != 0
    assert all(each in done.stdout for each in said), done.stdout
