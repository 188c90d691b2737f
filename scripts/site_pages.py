"""The pages of the site that are made from the code, whenever MkDocs builds it.

The index of the rules is made whole. In other pages a line `<!-- made: NAME -->` is replaced by a
table: of the options, of the fixtures, of the settings; or by what is said of the oracles.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from rule_page import cell, levels

from mcp_proof import fixtures, plugin
from mcp_proof.cli.parser import EXIT_CODES
from mcp_proof.fuzz.catalogue import CATALOGUE
from mcp_proof.fuzz.passive import BY_ORACLES
from mcp_proof.judge.scenario import Scenario, scenarios
from mcp_proof.options import OPTIONS, options_of
from mcp_proof.options.kinds import Choice
from mcp_proof.options.option import Option
from mcp_proof_contracts import rules
from mcp_proof_contracts.occasion import OCCASIONS
from mcp_proof_contracts.rule import Rule, registry

RULES = "reference/rules"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the index of the rules, whose pages are files (`rule_pages.py`)."""
    files.append(File.generated(config, f"{RULES}/index.md", content=rule_index()))
    return files


def on_page_markdown(markdown: str, **_unused: object) -> str:
    """Put the tables in their places."""
    return re.sub(r"<!-- made: (.+) -->", lambda found: TABLES[found[1]](), markdown)


# The rules


def rule_index() -> str:
    """Return the index of the rules' pages, by area."""
    index = ["# Rules", "", f"{len(registry)} rules, each on the page of its area.", ""]
    for (area, of_clients), group in groupby(registry, key=_place):
        name = f"client.{area}" if of_clients else area
        about = inspect.getdoc(sys.modules[f"{rules.__name__}.{name}"]) or ""
        title = f"{area}, for clients" if of_clients else area
        index += [f"## {title}", "", about, "", "| rule | level | requires |", "|---|---|---|"]
        index += [
            f"| [`{rule.id}`]({rule.id}.md) | {levels(rule)} | {cell(rule.requirement)} |"
            for rule in group
        ]
        index.append("")
    return "\n".join(index)


def _place(rule: Rule) -> tuple[str, bool]:
    """The area of a rule, and whether it stands there with those for clients."""
    return rule.area, rule.side == "client"


# The tables


def option_table(command: str) -> str:
    """Return the options of a command."""
    rows = [[how(option), option.help] for option in options_of(command) if option.help]
    return table(["option", "does"], rows)


def setting_table() -> str:
    """Return what can be configured, in the file or the environment."""
    rows = [
        [
            f"`{option.name}`",
            f"`{option.variable}`",
            " and ".join(option.configures),
            option.kind.expected,
            option.help.removesuffix(" (repeatable)"),
        ]
        for option in OPTIONS
        if option.configures
    ]
    return table(["key", "variable", "of", "is", "means"], rows)


def how(option: Option) -> str:
    """Return how an option is written on the command line."""
    if option.written == "alone":
        return f"`{option.metavar}`"
    if option.written == "after --":
        return "`-- COMMAND ARG...`"
    words = "|".join(option.kind.words) if isinstance(option.kind, Choice) else option.metavar
    short = f"`-{option.short}`, " if option.short else ""
    return f"{short}`--{option.name}{' ' if words else ''}{words or ''}`"


def oracle_sections() -> str:
    """Return what there is to say of the oracles; those of one module stand together."""
    sections: list[str] = []
    for _, group in groupby(CATALOGUE.values(), key=lambda about: about.module):
        members = list(group)
        names = ", ".join(f"`{about.name}`" for about in members)
        anchors = "".join(f'<a id="{about.name}"></a>' for about in members)
        levels_ = [f"{about.name}: {' or '.join(about.levels)}" for about in members]
        level = levels_[0].partition(": ")[2] if len(members) == 1 else ", ".join(levels_)
        text = members[0].documentation
        sections.append(f"{anchors}\n\n## {names}\n\n{text}\n\nLevel: {level}.")
    return "\n\n".join(sections)


def scenario_table() -> str:
    """Return what clients are led into."""
    rows = [[f"`{each.name}`", each.summary, _shown(each), _played(each)] for each in scenarios]
    return table(["scenario", "what happens", "shows", "at, over"], rows)


def _shown(scenario: Scenario) -> str:
    """The rules that a scenario shows; what a file promises has no page."""
    return ", ".join(
        f"[`{each}`](rules/{each}.md)" if registry.get(each) is not None else f"`{each}`"
        for each in scenario.shows
    )


def _played(scenario: Scenario) -> str:
    since, until = scenario.since, scenario.until
    revisions = since if since == until else f"{since} to {until}"
    return ", ".join([revisions, *scenario.transports])


def left_rules() -> str:
    """Return the rules that do not judge what is fuzzed."""
    return "\n".join(f"- [`{rule_id}`](rules/{rule_id}.md)" for rule_id in sorted(BY_ORACLES))


def fixture_table() -> str:
    """Return the fixtures of the plugin."""
    rows = [
        [f"`{name}`", fixture._fixture_function_marker.scope, first_line(fixture)]  # noqa: SLF001  # pytest has no other way
        for name, fixture in vars(fixtures).items()
        if name in plugin.__all__
    ]
    return table(["fixture", "scope", "is"], rows)


class Recorder:
    """Takes the place of pytest's parser, and remembers what is added to it."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []

    def getgroup(self, *_names: str) -> "Recorder":
        """Return where options are added."""
        return self

    def addoption(self, name: str, **about: Any) -> None:
        """Take an option of the command line."""
        self.rows.append([f"`{name} {about.get('metavar', '')}".rstrip() + "`", about["help"]])

    def addini(self, name: str, text: str) -> None:
        """Take a setting."""
        self.rows.append([f"`{name}` in pytest's configuration", text])


def pytest_option_table() -> str:
    """Return the options that pytest gets."""
    recorder = Recorder()
    plugin.pytest_addoption(recorder)
    markers = [marker.partition(": ") for marker in plugin.MARKERS]
    rows = [[f"`@pytest.mark.{marker}`", text] for marker, _, text in markers]
    return table(["option", "does"], [*recorder.rows, *rows])


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Return a table."""
    lines = [head, ["---"] * len(head), *([cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def first_line(thing: object) -> str:
    """Return the first sentence of a docstring."""
    return (thing.__doc__ or "").partition("\n")[0]


def occasion_table() -> str:
    """Return the occasions that a contract file can name."""
    return table(["occasion", "is"], [[f"`{name}`", what] for name, what in OCCASIONS.items()])


TABLES: dict[str, Callable[[], str]] = {
    "options of verify": lambda: option_table("verify"),
    "options of judge": lambda: option_table("judge"),
    "scenarios": scenario_table,
    "options of fuzz": lambda: option_table("fuzz"),
    "options of load": lambda: option_table("load"),
    "options of drift": lambda: option_table("drift"),
    "options of diff": lambda: option_table("diff"),
    "options of mock": lambda: option_table("mock"),
    "options of bridge": lambda: option_table("bridge"),
    "options of record": lambda: option_table("record"),
    "options of lock": lambda: option_table("lock"),
    "options of replay": lambda: option_table("replay"),
    "settings": setting_table,
    "occasions": occasion_table,
    "exit codes": lambda: f"{EXIT_CODES[0].upper()}{EXIT_CODES[1:]}.",
    "oracles": oracle_sections,
    "rules left to oracles": left_rules,
    "fixtures": fixture_table,
    "pytest options": pytest_option_table,
}
