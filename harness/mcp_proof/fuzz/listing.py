"""What can be fuzzed of a server, without fuzzing it."""

from mcp_proof.approach import approach
from mcp_proof.fuzz.operations import operations_of
from mcp_proof.fuzz.options import FuzzOptions
from mcp_proof.fuzz.phases import described, several
from mcp_proof.fuzz.protocol import trial as protocol
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Target, header_of


async def listed_operations(target: Target, options: FuzzOptions) -> list[str]:
    """Return the labels of what can be tried and the options choose, each once.

    Besides operations that is what is tried once for the whole server.

    Raises:
        PeerError: the server cannot be started or reached.
    """
    recorder = Recorder(header_of(target), secrets=target.secrets)
    async with target.started() as reachable:
        server = await approach(reachable, recorder, options.spoken, options.timeout)
        try:
            operations = await operations_of(server)
            is_described = server.spoken in described.DESCRIBED
        finally:
            await server.close()
    chosen = (each for each in operations if not options.tools or each.name in options.tools)
    whole = [several.LABEL]
    if not options.tools:
        whole += [protocol.LABEL, *([described.LABEL] if is_described else [])]
    return list(dict.fromkeys([*(each.label for each in chosen), *whole]))
