"""Several runs at a glance: a table of servers and revisions that leads to each run."""

from collections.abc import Sequence

from mcp_proof.reports.headline import counted, overall, overall_headline, standing
from mcp_proof.reports.html.bar import bar, counts_text
from mcp_proof.reports.html.element import Child, Node, el, lines
from mcp_proof.reports.html.run import server_name, target
from mcp_proof.reports.matrix import revision_name
from mcp_proof.tally import Tally


def run_id(number: int) -> str:
    """The id of the place that tells of a run."""
    return f"run-{number}"


def overview(runs: Sequence[Tally]) -> Node:
    """Return what all runs came to, and the table."""
    servers = len({target(tally) for tally in runs})
    return el(
        "section",
        el("h2", _name(runs) if servers == 1 else counted(servers, "server")),
        el("p", overall_headline(runs), class_=f"headline {overall(runs).style}"),
        _table(runs),
    )


def _table(runs: Sequence[Tally]) -> Node:
    columns = sorted({revision_name(tally) for tally in runs})
    rows: dict[str, list[tuple[int, Tally]]] = {}
    for number, tally in enumerate(runs, start=1):
        rows.setdefault(target(tally), []).append((number, tally))
    corner = el("td", el("span", "Server", class_="unseen"))
    head = el("tr", corner, *(el("th", name, scope="col") for name in columns))
    body = lines(_row(name, row, columns) for name, row in rows.items())
    return el(
        "div",
        el("table", el("thead", head), el("tbody", *body), class_="matrix"),
        class_="wide",
        tabindex="0",
        role="region",
        aria_label="Servers and revisions",
    )


def _name(runs: Sequence[Tally]) -> str:
    """One server by its own name, which it may have told in some runs only."""
    named = (server_name(tally) for tally in runs if tally.peer is not None and tally.peer.name)
    return next(named, target(runs[0]))


def _row(name: str, runs: Sequence[tuple[int, Tally]], columns: Sequence[str]) -> Node:
    named = _name([tally for _, tally in runs])
    title: list[Child] = [named, el("code", name)] if named != name else [named]
    cells: list[Node] = []
    for column in columns:
        links = [_link(number, run) for number, run in runs if revision_name(run) == column]
        cells.append(el("td", *links))
    return el("tr", el("th", *title, scope="row"), *cells)


def _link(number: int, tally: Tally) -> Node:
    word = standing(tally)
    return el(
        "a",
        el("b", word),
        *([bar(tally.counts), counts_text(tally.counts)] if tally.verdicts else []),
        href=f"#{run_id(number)}",
        class_=f"cell {word.style}",
    )
