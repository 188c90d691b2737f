"""A cassette without any I/O: its answers as they were, be they good or bad."""

from collections.abc import Callable

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.replay.playback import NotRecordedError, Playback


class ReplayChannel:
    """One conversation with a recording."""

    def __init__(self, playback: Playback, write: Callable[[bytes], None]) -> None:
        """`write` is given each answer as one JSON text."""
        self._playback = playback
        self._write = write

    def take(self, raw: bytes) -> None:
        """Answer one message."""
        try:
            answer = self._playback.lookup(raw)
        except NotRecordedError as error:
            code = INTERNAL_ERROR if error.method_known else METHOD_NOT_FOUND
            refusal: JsonObject = {"code": code, "message": str(error)}
            answer = encode({"jsonrpc": "2.0", "id": parse(raw).id, "error": refusal})
        if answer is not None:
            self._write(answer)

    async def close(self) -> None:
        """Nothing is open."""
