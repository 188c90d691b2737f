"""What a look at a whole run came to."""

from dataclasses import dataclass

from mcp_proof_load.events import Violated


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is wrong, and what could not be judged; with neither, it is right."""

    violated: tuple[Violated, ...] = ()
    untested: tuple[str, ...] = ()
    """Each with its reason, as in `Planned`."""
