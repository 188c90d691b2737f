"""The revisions of MCP and what each one has: a table, so that no `if` on dates is scattered."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mcp_proof_contracts.members_at_hand import members_at_hand


class Era(StrEnum):
    """How a revision keeps state: `initialize` on each connection, or all in each request."""

    STATEFUL = "stateful"
    STATELESS = "stateless"


class Revision(StrEnum):
    """A published revision of the specification. ISO dates, so comparison is chronological."""

    R2024_11_05 = "2024-11-05"
    R2025_03_26 = "2025-03-26"
    R2025_06_18 = "2025-06-18"
    R2025_11_25 = "2025-11-25"
    R2026_07_28 = "2026-07-28"

    @property
    def features(self) -> "Features":
        """What this revision has."""
        return FEATURES[self]

    @property
    def era(self) -> Era:
        """Stateful (handshake) or stateless (metadata in each request)."""
        return FEATURES[self].era

    @property
    def control_method(self) -> str:
        """The request that every live peer answers, whatever else it has."""
        return "ping" if self.era is Era.STATEFUL else "server/discover"


members_at_hand(Era)
members_at_hand(Revision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What one revision has, as far as driving a peer depends on it."""

    era: Era = Era.STATEFUL
    streamable_http: bool = True
    batches: bool = False
    """Arrays of messages are legal on the wire."""
    version_header: bool = True
    """`MCP-Protocol-Version` accompanies HTTP requests after the handshake."""
    structured_output: bool = True
    elicitation: bool = True


FEATURES: Final[dict[Revision, Features]] = {
    Revision.R2024_11_05: Features(
        streamable_http=False, version_header=False, structured_output=False, elicitation=False
    ),
    Revision.R2025_03_26: Features(
        batches=True, version_header=False, structured_output=False, elicitation=False
    ),
    Revision.R2025_06_18: Features(),
    Revision.R2025_11_25: Features(),
    Revision.R2026_07_28: Features(era=Era.STATELESS),
}

REVISIONS: Final = tuple(Revision)
STATEFUL: Final = tuple(r for r in Revision if r.era is Era.STATEFUL)
LATEST: Final = REVISIONS[-1]
UNPUBLISHED: Final = "1900-01-01"
"""The version that probes offer because no peer can speak it."""
LATEST_STATEFUL: Final = STATEFUL[-1]


CONTENT_SINCE: Final = {
    "text": Revision.R2024_11_05,
    "image": Revision.R2024_11_05,
    "resource": Revision.R2024_11_05,
    "audio": Revision.R2025_03_26,
    "resource_link": Revision.R2025_06_18,
    "tool_use": Revision.R2025_11_25,
    "tool_result": Revision.R2025_11_25,
}
"""The types of content blocks; the last two are those of sampling alone."""


def published(version: object) -> Revision | None:
    """Return the revision with this name, or `None` when there is none."""
    return _BY_NAME.get(version) if isinstance(version, str) else None


_BY_NAME: Final = {str(revision): revision for revision in REVISIONS}
