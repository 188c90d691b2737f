"""One of the two that are compared: a contract that can be seen at a revision, or a surface."""

from dataclasses import dataclass, field, replace

from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.surface_of_contract import surface_of_contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What was read, before it is known what it is compared with."""

    name: str
    """What it is called in reports."""
    content: Contract | Surface
    spoken: Spoken | None = None
    """What it was seen at, where that was one revision."""
    file: str = ""
    """The file that it was read from, which can be pointed at."""
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def seen_beside(self, other: "Side") -> Surface:
        """Return what it shows to clients of the revision that the other one was seen at.

        A live server shows what one revision has; a contract has more than that.
        """
        if isinstance(self.content, Surface):
            return self.content
        at = other.spoken if isinstance(other.spoken, Revision) else None
        return surface_of_contract(self.content, at)


def without_revision(old: Side, new: Side) -> tuple[Side, Side]:
    """Return both where it was found out that the new one no longer speaks what the old one did."""
    known = {side.spoken for side in (old, new) if isinstance(side.spoken, Revision)}
    before, after = old.seen_beside(new), new.seen_beside(old)
    return (
        replace(old, content=replace(before, revisions=tuple(sorted(known)))),
        replace(new, content=replace(after, revisions=tuple(sorted(known - {old.spoken})))),
    )
