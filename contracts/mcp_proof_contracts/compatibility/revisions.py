"""The revisions of the protocol that a server speaks."""

from collections.abc import Iterator, Sequence

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.revision import Revision


def compare_revisions(old: Sequence[Revision], new: Sequence[Revision]) -> Iterator[Change]:
    """Yield the revisions that came and went; nothing where it is not known which there are."""
    if not old or not new:
        return
    for revision in sorted({*old, *new}):
        if revision not in new:
            yield Change(
                path=f"/revisions/{revision}",
                kind="removed",
                effect=Effect.BREAKING,
                why="Clients that speak no other revision cannot talk to the server any more.",
                old=str(revision),
            )
        elif revision not in old:
            yield Change(
                path=f"/revisions/{revision}",
                kind="added",
                effect=Effect.COMPATIBLE,
                why="Clients go on with the revision that they speak.",
                adds=True,
                new=str(revision),
            )
