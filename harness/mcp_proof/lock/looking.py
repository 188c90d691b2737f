"""Looks at a target: started, asked for all that it shows, and closed."""

from contextlib import AsyncExitStack

from mcp_proof.approach import approach
from mcp_proof.errors import PeerError, UsageError
from mcp_proof.lock.presentable import presentable
from mcp_proof.lock.surface_of_server import surface_of_server
from mcp_proof.recorder import Recorder
from mcp_proof.runner import VerifyOptions
from mcp_proof.targets import CassetteTarget, Target, header_of
from mcp_proof_contracts.contract_of_surface import KEYS, Seen
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.reading import spoken as spoken_in
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.surface import Surface
from mcp_proof_contracts.surface_of_transcript import surface_of_transcript


async def look_at(target: Target, options: VerifyOptions, mask: Mask) -> Seen:
    """Return what a target shows; a recording is read, and not asked.

    Raises:
        PeerError: it cannot be started or reached, or shows no list that could be read.
        UsageError: what is wanted is not spoken there, or nobody knows what is.
    """
    seen = _recorded(target, options, mask)
    if seen is None:
        seen = await _live(target, options, mask)
    shown = seen.surface
    if shown.unread and not any(getattr(shown, part) for part in KEYS):
        why = "; ".join(shown.unread.values())
        raise PeerError(f"{target.label}: nothing that it offers could be read: {why}")
    return seen


def _recorded(target: Target, options: VerifyOptions, mask: Mask) -> Seen | None:
    if not isinstance(target, CassetteTarget):
        return None
    asked = options.spoken
    spoken = spoken_in(target.transcript) if asked in (None, Dialect.MCP) else asked
    if spoken is None:
        raise UsageError(
            f"{target.label}: nothing in it tells which revision was spoken; choose one"
        )
    shown = presentable(surface_of_transcript(target.transcript, spoken), mask)
    return _seen(shown, spoken)


async def _live(target: Target, options: VerifyOptions, mask: Mask) -> Seen:
    async with AsyncExitStack() as stack:
        reachable = await stack.enter_async_context(target.started())
        recorder = Recorder(header_of(target), secrets=target.secrets, mask=mask)
        server = await approach(reachable, recorder, options.spoken, options.timeout)
        stack.push_async_callback(server.close)
        return _seen(await surface_of_server(server), server.spoken)


def _seen(surface: Surface, spoken: Revision | Dialect) -> Seen:
    return Seen(surface=surface, revision=spoken if isinstance(spoken, Revision) else None)
