"""One WebSocket on which many calls are under way."""

from typing import Final

from gevent import Greenlet, Timeout, spawn

from mcp_proof.errors import UsageError
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.framing import MAX_FRAME
from mcp_proof_load.clients.channels.opening import reply
from mcp_proof_load.clients.channels.outgoing import Outgoing
from mcp_proof_load.clients.channels.shared_channel import SharedChannel
from mcp_proof_load.clients.client import BrokenError, Sent, SilentError, unsaid
from mcp_proof_load.clients.http.place import Place
from mcp_proof_load.clients.http.wire import wire_to

try:
    from websockets.client import ClientProtocol
    from websockets.exceptions import InvalidHandshake, InvalidStatus
    from websockets.frames import CloseCode, Frame, Opcode
    from websockets.uri import parse_uri
except ModuleNotFoundError as error:
    raise UsageError(
        f"ws:// and wss:// need {error.name}, which is not installed: "
        "pip install 'mcp-proof[websocket]'"
    ) from error

CLOSE_GRACE: Final = 1.0
"""Seconds that a server gets to answer the closing handshake."""
DATA: Final = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class SocketLink:
    """A WebSocket, open from the beginning."""

    def __init__(self, url: str, place: Place, timeout: float) -> None:
        """Connect, and make the opening handshake.

        Raises:
            BrokenError: nothing accepts WebSockets there.
            SilentError: the server does not answer.
        """
        self._protocol = ClientProtocol(parse_uri(url), max_size=MAX_FRAME)
        self._parts: list[bytes] = []
        """Of a message that came in several frames, those that are here."""
        self.channel = SharedChannel(self._send, reply)
        with Timeout(timeout, SilentError(f"no WebSocket within {timeout:g} s")):
            self._wire = wire_to(place.host, place.port, place.tls)
            try:
                self._shake_hands(place)
            except BaseException:
                self._wire.close()
                raise
        self._outgoing = Outgoing(self._wire.send, self.channel.end)
        self._reading: Greenlet[..., object] = spawn(self._read)
        self._take()  # what came with the handshake

    @property
    def alive(self) -> bool:
        """Whether calls can still be made."""
        return self.channel.alive

    def close(self) -> None:
        """Make the closing handshake; cut the connection when the server does not answer it."""
        was_alive = self.channel.alive
        self.channel.end("the WebSocket is closed")
        if was_alive:
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE)
            self._flush()
            self._reading.join(CLOSE_GRACE)
        self._reading.kill()
        self._outgoing.stop()
        self._wire.close()

    def _shake_hands(self, place: Place) -> None:
        request = self._protocol.connect()
        for name, value in place.headers:
            request.headers[name] = value
        self._protocol.send_request(request)
        try:
            self._wire.send(b"".join(self._protocol.data_to_send()))
            while self._protocol.handshake_exc is None and not self._answered():
                self._receive()
        except OSError as error:
            raise BrokenError(f"the connection broke: {error.strerror or error}") from error
        if self._protocol.handshake_exc is not None:
            raise BrokenError(_refusal(self._protocol.handshake_exc))

    def _answered(self) -> bool:
        return self._protocol.state.name != "CONNECTING"

    def _receive(self) -> bool:
        """Wait for bytes; return whether more can come."""
        data = self._wire.receive()
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        return bool(data)

    def _send(self, raw: bytes, sent: Sent = unsaid) -> None:
        self._protocol.send_text(raw)
        self._flush(sent)

    def _flush(self, sent: Sent = unsaid) -> None:
        if data := b"".join(self._protocol.data_to_send()):
            self._outgoing.send(data, sent)

    def _read(self) -> None:
        why = ""
        try:
            while self._receive():
                self._take()
                self._flush()  # pongs, and the answer to a closing handshake
        except OSError as error:
            why = f"the connection broke: {error.strerror or error}"
        self.channel.end(why or "the server has cut the connection")

    def _take(self) -> None:
        """Take what came: messages, whole or in parts, and the end."""
        for event in self._protocol.events_received():
            if not isinstance(event, Frame):
                continue
            if event.opcode in DATA:
                self._parts.append(bytes(event.data))
                if event.fin:
                    message = b"".join(self._parts)
                    self._parts.clear()
                    self.channel.take(message)
        if self._protocol.state.name != "OPEN":
            self.channel.end(self._how_it_ended())

    def _how_it_ended(self) -> str:
        wrong = self._protocol.parser_exc
        if wrong is not None:
            return excerpt(f"what came is no WebSocket: {wrong}")
        received = self._protocol.close_rcvd
        if received is None:
            return "the server has cut the connection"
        return excerpt(f"the server has closed the WebSocket: {received}")


def _refusal(wrong: Exception) -> str:
    if isinstance(wrong, InvalidStatus):
        return f"the server opens no WebSocket: it answers HTTP {wrong.response.status_code}"
    what = "the server opens no WebSocket" if isinstance(wrong, InvalidHandshake) else "no answer"
    return excerpt(f"{what}: {wrong}")
