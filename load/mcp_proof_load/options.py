"""What a load run is asked to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import Transcript
from mcp_proof_load.profiles.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """How a run goes."""

    revision: Revision | None = None
    dialect: Dialect | None = None
    profile: Profile
    users: int
    rate: float | None = None
    """Calls a second at the peak: the open model."""
    arrivals: str = "constant"
    duration: float
    warm_up: float
    think: str = ""
    user_kinds: Mapping[str, int] = field(default_factory=dict[str, int])
    """The kinds of users with their weights; empty for what suits the server."""
    max_calls: int = 0
    connections: int = 0
    """0 for what suits the server."""
    timeout: float = 15.0
    check: float = 0.01
    seed: int = 0
    tools: tuple[str, ...] = ()
    allow_destructive: bool = False
    contract: Contract | None = None
    recording: Transcript | None = None
    speed: float = 1.0
    owned: bool = False
    """Whether the user says that a target elsewhere is theirs to load."""
    metrics: str = ""
    chaos: tuple[str, ...] = ()
    processes: int = 1
    master: bool = False
    """Whether the load comes from workers that are started elsewhere."""
    host: str = "127.0.0.1"
    port: int = 0
    expect_workers: int = 1
    web_port: int | None = None
