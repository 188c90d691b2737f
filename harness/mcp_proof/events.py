"""What a run tells while it happens: one frozen record per moment. Reports only consume them."""

from dataclasses import dataclass
from typing import TypeAlias

from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.opening import server_info
from mcp_proof_contracts.rule import Verdict
from mcp_proof_contracts.transcript import Sender, Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A run begins; whether there is a peer is not known yet."""

    peer: str
    """The target as the user gave it, without secrets."""
    transport: str
    """The one that is tried first."""
    started: str
    """ISO 8601."""
    side: Sender = Sender.SERVER
    """What the peer is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerFound:
    """The peer answered; what it speaks will be judged."""

    spoken: Spoken
    transport: str
    name: str
    version: str
    rules: int
    """How many rules will be judged."""


def peer_found(
    spoken: Spoken, transport: str, introduction: JsonObject, rules: int = 0
) -> PeerFound:
    """Return the event of a server that said this of itself."""
    info = server_info(introduction)
    return PeerFound(
        spoken=spoken,
        transport=transport,
        name=str(info.get("name", "")),
        version=str(info.get("version", "")),
        rules=rules,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeStarted:
    """A probe begins, or the scenario of a client."""

    name: str
    number: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeFailed:
    """A probe could not be carried through because the peer went away."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictReached:
    """A rule has been judged."""

    verdict: Verdict
    reproduce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """Everything that could be done was done, or the run was interrupted."""

    transcript: Transcript
    faults: tuple[str, ...]
    """What went wrong in mcp-proof itself, as tracebacks; the rest of the run stands."""
    seconds: float
    interrupted: bool


RunEvent: TypeAlias = (
    RunStarted | PeerFound | ProbeStarted | ProbeFailed | VerdictReached | RunFinished
)
