"""A tap that fails by a fault of our own ends the recording, and says whose fault it was."""

from traceback import format_exception

from mcp_proof.errors import InternalError
from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof_mocks.stream.connection import CutShort, Direction
from mcp_proof_mocks.stream.tap import Tap


class GuardedTap:
    """Another tap, as long as it works: nothing passes that would be missing in the recording."""

    def __init__(self, tap: Tap, cassette: CassetteWriter) -> None:
        self._tap = tap
        self._cassette = cassette

    def passed(self, direction: Direction, chunk: bytes) -> bytes:
        """Let the tap read."""
        try:
            return self._tap.passed(direction, chunk)
        except Exception as error:
            raise self._cut(error) from error

    def ended(self, direction: Direction) -> bytes:
        """Tell the tap."""
        try:
            return self._tap.ended(direction)
        except Exception as error:
            raise self._cut(error) from error

    def over(self) -> None:
        """Tell the tap."""
        try:
            self._tap.over()
        except Exception as error:  # noqa: BLE001  # whatever it is, it must be named as ours
            self._cut(error)

    def _cut(self, error: Exception) -> CutShort:
        if isinstance(error, CutShort):
            return error
        told = "".join(format_exception(error))
        return self._cassette.fail(InternalError(f"{told}this is a fault of mcp-proof itself"))
