"""Compares two surfaces, part by part."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.compatibility.capabilities import compare_capabilities
from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.introduction import compare_introduction
from mcp_proof_contracts.compatibility.named import compare_named
from mcp_proof_contracts.compatibility.prompts import PROMPTS
from mcp_proof_contracts.compatibility.resources import RESOURCES, TEMPLATES
from mcp_proof_contracts.compatibility.revisions import compare_revisions
from mcp_proof_contracts.compatibility.tools import TOOLS
from mcp_proof_contracts.surface import Surface

LISTS: Final = (TOOLS, PROMPTS, RESOURCES, TEMPLATES)


def compare(old: Surface, new: Surface) -> list[Change]:
    """Return what changed for a client that was written for the old surface, in order of place."""
    return sorted(_changes(old, new), key=lambda change: (change.path, change.kind, change.why))


def _changes(old: Surface, new: Surface) -> Iterator[Change]:
    unread = {**old.unread, **new.unread}
    for part, reason in unread.items():
        yield Change(
            path=f"/{part}",
            kind="changed",
            effect=Effect.UNKNOWN,
            why=f"It is not known whether anything changed here: {reason}.",
        )
    if old.dialect is not new.dialect:
        yield Change(
            path="/dialect",
            kind="changed",
            effect=Effect.BREAKING,
            why="Nothing that clients of the one dialect send is understood in the other.",
            old=str(old.dialect),
            new=str(new.dialect),
        )
    if "revisions" not in unread:
        yield from compare_revisions(old.revisions, new.revisions)
    if "capabilities" not in unread:
        yield from compare_capabilities(old.capabilities, new.capabilities)
    yield from compare_introduction(old, new)
    for named in LISTS:
        yield from compare_named(named, old, new)
