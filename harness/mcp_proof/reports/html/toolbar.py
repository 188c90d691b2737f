"""What chooses the rules that are shown; it appears where scripts run, otherwise all are shown."""

from collections import Counter
from collections.abc import Iterable, Sequence

from mcp_proof.reports.html.coverage import area_name
from mcp_proof.reports.html.element import Node, el
from mcp_proof.reports.html.rules import GROUPS
from mcp_proof.tally import Tally
from mcp_proof_contracts.rule import Level


def toolbar(runs: Sequence[Tally]) -> Node | None:
    """Return the filters for the rules of all runs; nothing where there are none."""
    verdicts = [reached.verdict for tally in runs for reached in tally.verdicts]
    if not verdicts:
        return None
    outcomes = Counter(verdict.outcome.value for verdict in verdicts)
    levels = Counter(verdict.level.value for verdict in verdicts)
    areas = Counter(verdict.rule.area for verdict in verdicts)
    return el(
        "div",
        _choice("verdict", [outcome.value for outcome in GROUPS], outcomes),
        _choice("level", [level.value for level in Level], levels),
        el("label", "Area ", _areas(areas)),
        el("label", "Search ", el("input", type="search", id="search", autocomplete="off")),
        el("button", "Clear", type="button", id="clear"),
        el("button", "Unfold evidence", type="button", id="unfold", aria_pressed="false"),
        el("p", el("output", id="shown", role="status")),
        id="filters",
        role="search",
        aria_label="Rules",
        hidden=True,
    )


def _choice(name: str, values: Iterable[str], counts: Counter[str]) -> Node:
    """Return buttons of which one is pressed."""
    options = [_option(name, "", "all", counts.total(), checked=True)]
    options += [_option(name, value, value, counts[value]) for value in values]
    return el("fieldset", el("legend", name.capitalize()), *options)


def _option(name: str, value: str, text: str, count: int, *, checked: bool = False) -> Node:
    radio = el("input", type="radio", name=name, value=value, checked=checked)
    number = el("span", str(count), class_="number")
    return el("label", radio, el("span", f"{text} ", number))


def _areas(areas: Counter[str]) -> Node:
    options = [el("option", f"{area_name(name)} ({areas[name]})", value=name) for name in areas]
    return el("select", el("option", "all", value=""), *options, id="area")
