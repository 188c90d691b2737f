"""What every page says of whom it is about, and when."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from mcp_proof.events import PeerFound, RunStarted
from mcp_proof.reports.html.element import Node, el
from mcp_proof.reports.html.latency_chart import duration
from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.excerpt import excerpt

NAMED: Final = 100
"""Characters of a name that a server gives itself."""
QUOTED: Final = 600
"""Characters of other text."""
TRACEBACK: Final = 40
"""Lines of a fault of our own, from its end."""


def own_name(peer: PeerFound | None) -> str:
    """The name that the server gives itself; empty where it gives none."""
    if peer is None or not peer.name:
        return ""
    return excerpt(f"{peer.name} {peer.version}".strip(), NAMED)


def named(started: RunStarted | None) -> str:
    """The server as the user named it."""
    return excerpt(started.peer, QUOTED) if started is not None else "no server"


def facts_of(
    started: RunStarted | None, peer: PeerFound | None, spoken: Spoken | None, seconds: float | None
) -> dict[str, Node]:
    """Return what is known of a run."""
    facts = {"Target": el("code", named(started))}
    if spoken is not None:
        facts["Dialect" if isinstance(spoken, Dialect) else "Revision"] = el("span", spoken.value)
    if (known := peer or started) is not None:
        facts["Transport"] = el("span", known.transport)
    if started is not None:
        facts["Started"] = el("time", _moment(started.started), datetime=started.started)
    if seconds is not None:
        facts["Took"] = el("span", duration(seconds))
    return facts


def fact_list(facts: Mapping[str, Node]) -> Node:
    """Return them as a list of names and values."""
    pairs = (el("div", el("dt", name), el("dd", value)) for name, value in facts.items())
    return el("dl", *pairs, class_="facts")


def own_faults(faults: Sequence[str]) -> Iterator[Node]:
    """Yield an item for each fault of our own."""
    for fault in faults:
        text = "\n".join(excerpt(line, QUOTED) for line in fault.splitlines()[-TRACEBACK:])
        summary = el("summary", "A fault of mcp-proof itself")
        yield el("li", el("details", summary, el("pre", text)))


def _moment(iso: str) -> str:
    return iso.replace("T", " ").replace("+00:00", " UTC")
