"""A cassette behind a Redis."""

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.replay.playback import Playback
from mcp_proof_mocks.replay.queue_index import LISTED, call_key
from mcp_proof_mocks.replay.tape import OutOfOrderError
from mcp_proof_mocks.server import MockServer

OF_THE_REQUEST = ("request_id", "tool")
"""Members of an answer that are those of its request."""


class PlayedQueue:
    """What became of the same call."""

    def __init__(self, server: MockServer, playback: Playback) -> None:
        self._server = server
        self._playback = playback

    def listed(self) -> bytes | None:
        """Return what was told of the tools, if anything was."""
        numbers = self._playback.cassette.index.find(LISTED)
        cassette = self._playback.cassette
        return cassette.raw(cassette.index.told[numbers[-1]]) if numbers else None

    async def outcome(self, request: JsonObject) -> JsonObject:
        """Return the `result` or the `error` of the answer, and what else it holds."""
        try:
            number = self._playback.find([call_key(request)])
            text = f"the cassette has no answer to {request.get('tool')} with these arguments"
        except OutOfOrderError as error:
            number = None
            text = f"out of order: expected next is request {(error.expected or 0) + 1}"
        if number is None:
            self._server.unexpected(text)
            return {"error": text}
        cassette = self._playback.cassette
        place = cassette.index.told[number]
        await self._playback.pace.wait(
            cassette.at(cassette.index.asked[number]), cassette.at(place)
        )
        members = cassette.told(number).members
        return {name: value for name, value in members.items() if name not in OF_THE_REQUEST}
