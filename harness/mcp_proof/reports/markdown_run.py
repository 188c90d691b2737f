"""Markdown about a run over one server: what is known of it, and what has no verdict."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mcp_proof.driven_run import DrivenRun
from mcp_proof.reports.markdown_text import folded, line, preformatted
from mcp_proof_contracts.secrets.mask import Mask


def facts(run: DrivenRun[Any]) -> Iterator[str]:
    """Yield with whom it was, and what kept it from its end."""
    if (peer := run.peer) is not None:
        who = line(f"{peer.name} {peer.version}".strip() or "an unnamed server", run.mask)
        seconds = f", in {run.seconds:.1f} s" if run.seconds is not None else ""
        yield f"{who} at {peer.spoken} over {peer.transport}{seconds}"
    if run.lost:
        yield preformatted(run.lost.splitlines(), run.mask)
    for fault in run.faults:
        yield folded("A fault of mcp-proof itself", preformatted(fault.splitlines(), run.mask))


def without_verdict(title: str, reasons: Mapping[str, Sequence[str]], mask: Mask) -> str:
    """Return what has no verdict, by the reason, folded under a title."""
    items = ["<ul>"]
    for reason, names in reasons.items():
        shown = ", ".join(line(name, mask) for name in names)
        items.append(f"<li>{line(reason, mask)}: {shown}</li>")
    return f"\n{folded(title, chr(10).join([*items, '</ul>']))}\n"
