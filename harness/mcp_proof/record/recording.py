"""Standing between a client and a server."""

from collections.abc import Mapping, Sequence

from mcp_proof.record.cassette import Cassette
from mcp_proof.record.guarded import GuardedTap
from mcp_proof.record.lines import LinesTap
from mcp_proof_mocks.stream.stdio_relay import relay_stdio
from mcp_proof_mocks.stream.tap import TappedConnection


async def record_command(
    cassette: Cassette,
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
) -> int:
    """Run a command between our own standard input and output, and record what passes.

    Returns:
        The command's exit code, or 128 and the number of the signal that killed it.

    Raises:
        CannotStartError: the command cannot be started.
    """
    tap = LinesTap(cassette, cassette.header.peer)
    connection = TappedConnection(GuardedTap(tap, cassette))
    code = await relay_stdio(command, connection, env=env, cwd=cwd, hear=tap.heard)
    tap.exited(code)
    return code
