"""A cassette on the messages of a WebSocket."""

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import Kind, parse
from mcp_proof_mocks.dialects.json_rpc import NOBODY, Client, JsonRpc
from mcp_proof_mocks.replay.playback import NotRecordedError, Playback
from mcp_proof_mocks.server import MockServer


class PlayedRpc(JsonRpc):
    """Answers requests as they were answered, after what was said before."""

    def __init__(self, server: MockServer, playback: Playback) -> None:
        super().__init__(server)
        self._playback = playback

    async def answered(self, raw: bytes, client: Client = NOBODY) -> list[Json]:
        """Return what goes back for one text."""
        message = parse(raw)
        if message.kind is not Kind.REQUEST:  # what is none is refused as the mock refuses it
            return await super().answered(raw, client)
        try:
            number = self._playback.request(message.method, message.params)
        except NotRecordedError as error:
            self.server.unexpected(str(error))
            code = INTERNAL_ERROR if error.method_known else METHOD_NOT_FOUND
            refusal: JsonObject = {"code": code, "message": str(error)}
            return [{"jsonrpc": "2.0", "id": message.id, "error": refusal}]
        cassette, pace = self._playback.cassette, self._playback.pace
        before = cassette.at(cassette.index.asked[number])
        for at, said in cassette.between(number):
            await pace.wait(before, at)
            before = at
            client.send(said.value)
        if not (place := cassette.index.told[number]):
            return []
        await pace.wait(before, cassette.at(place))
        later = [said.value for _, said in cassette.after(number)]
        return [{**cassette.told(number).members, "id": message.id}, *later]
