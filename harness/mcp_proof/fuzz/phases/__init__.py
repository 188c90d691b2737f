"""The phases of a campaign: each makes cases in its own way."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from mcp_proof.fuzz.phases import (
    boundary,
    client_answers,
    described,
    examples,
    explore,
    protocol,
    remembered,
    repeat,
    several,
)

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.fuzzed import Fuzzed

Phase: TypeAlias = "Callable[[Campaign, Fuzzed], None]"

OF_AN_OPERATION: Final[tuple[Phase, ...]] = (
    remembered.run,
    examples.run,
    boundary.run,
    repeat.run,
    explore.run,
    client_answers.run,
)
"""What is tried of each operation, in this order."""
OF_ALL: Final = (several, protocol, described)
"""What is tried of the whole server afterwards, where it applies."""
