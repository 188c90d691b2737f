"""What a live server shows."""

from mcp_proof.approach import approach
from mcp_proof.config import Config
from mcp_proof.configured_options import configured_options
from mcp_proof.diff.side import Side
from mcp_proof.errors import InternalError
from mcp_proof.lock.surface_of_server import surface_of_server
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Target, header_of
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.revision import published
from mcp_proof_contracts.secrets.mask import Mask


async def live_side(target: Target, config: Config, mask: Mask, at: Spoken | None = None) -> Side:
    """Ask a server for all that it shows.

    Args:
        target: the server.
        config: what to speak, and how patiently.
        mask: hides what is secret.
        at: what to speak where nothing is configured.

    Raises:
        NotSpokenError: it does not speak that.
        PeerError: it cannot be started or reached.
    """
    chosen = configured_options(config, published(config.text("revision")))
    async with target.started() as reachable:
        recorder = Recorder(header_of(target), secrets=target.secrets, mask=mask)
        server = await approach(reachable, recorder, chosen.spoken or at, chosen.timeout)
        try:
            surface = await surface_of_server(server)
        finally:
            await server.close()
        if recorder.faults:
            raise InternalError("".join(recorder.faults))
        return Side(name=target.label, content=surface, spoken=server.spoken)
