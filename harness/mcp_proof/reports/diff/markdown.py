"""A comparison as Markdown: the summary of a job of GitHub Actions, or a file."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof.diff.comparison import Comparison
from mcp_proof.reports.diff.headline import headline, standing
from mcp_proof.reports.diff.told import place, values
from mcp_proof.reports.markdown_text import LIMIT, folded, line, preformatted, within
from mcp_proof.reports.matrix import SYMBOL
from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.secrets.mask import Mask

TITLES: Final = {
    Effect.BREAKING: "Breaking",
    Effect.UNKNOWN: "Not proved harmless",
    Effect.COMPATIBLE: "Compatible",
}


def markdown_report(runs: Sequence[Comparison], limit: int = LIMIT) -> bytes:
    """Return the report of a comparison, in at most `limit` bytes."""
    return within(limit, (block for comparison in runs for block in _blocks(comparison)))


def _blocks(comparison: Comparison) -> Iterator[str]:
    """The report in pieces, each of which can be the last one."""
    mask = comparison.mask
    where = standing(comparison)
    yield f"## {SYMBOL[where]} mcp-proof diff: {comparison.verdict}, {comparison.semver}\n"
    yield f"\n{line(comparison.old, mask)} → {line(comparison.new, mask)}\n"
    yield f"\n{headline(comparison)}\n"
    for effect, title in TITLES.items():
        changes = [change for change in comparison.gravest_first if change.effect is effect]
        if changes:
            yield f"\n### {title}\n"
        yield from (_change(change, mask) for change in changes)


def _change(change: Change, mask: Mask) -> str:
    told = [f"{name} {value}" for name, value in values(change)]
    more = f"\n{folded('Old and new', preformatted(told, mask))}\n" if told else ""
    return (
        f"\n<code>{line(place(change), mask)}</code> {change.kind}\n\n"
        f"{line(change.why, mask)}\n{more}"
    )
