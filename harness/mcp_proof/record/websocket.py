"""A WebSocket as it passes: its frames, and the messages that they make (RFC 6455, section 5)."""

from typing import Final

from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof_contracts.framing import MAX_FRAME
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import Message, parse

CHANNEL: Final = "websocket"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
CONTROL: Final = {PING: "ping", PONG: "pong"}
NO_CODE: Final = 1005
CUT_OFF: Final = 1006
"""Stand for the code of a close frame that has none, and of a connection that had no such frame."""
FIN: Final = 0x80
MASKED: Final = 0x80
LENGTHS: Final = {126: 2, 127: 8}
"""The bytes of a longer length, by what stands in the place of a short one."""


class Frames:
    """Cuts one direction into frames; a payload longer than any message is passed over."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._skipped = 0

    def feed(self, chunk: bytes) -> list[tuple[int, bytes | None]]:
        """Return first byte and payload of each frame that is whole; `None` is one too long."""
        self._held += chunk
        frames: list[tuple[int, bytes | None]] = []
        while (frame := self._next()) is not None:
            frames.append(frame)
        return frames

    def _next(self) -> tuple[int, bytes | None] | None:
        held = self._held
        if self._skipped:
            passed = min(self._skipped, len(held))
            self._skipped -= passed
            del held[:passed]
        if len(held) < 2:  # noqa: PLR2004  # the shortest head
            return None
        masked, short = held[1] & MASKED, held[1] & 0x7F
        extra = LENGTHS.get(short, 0)
        start = 2 + extra + (4 if masked else 0)
        if len(held) < start:
            return None
        size = int.from_bytes(held[2 : 2 + extra]) if extra else short
        first = held[0]
        if size > MAX_FRAME:
            self._skipped = size
            del held[:start]
            return first, None
        if len(held) < start + size:
            return None
        payload = bytes(held[start : start + size])
        key = bytes(held[start - 4 : start]) if masked else b""
        del held[: start + size]
        return first, _unmasked(payload, key) if key else payload


class FramesTap:
    """Records the messages and control frames of one WebSocket."""

    def __init__(self, cassette: CassetteWriter, session: str) -> None:
        self._cassette = cassette
        self._session = session
        self._frames = {sender: Frames() for sender in Sender}
        self._parts: dict[Sender, list[bytes]] = {sender: [] for sender in Sender}
        self._opcodes = dict.fromkeys(Sender, TEXT)
        self._ended = False
        self._add(EventKind.OPEN, Sender.CLIENT, {"target": cassette.header.peer})

    def passed(self, sender: Sender, chunk: bytes) -> None:
        """Take what one side says."""
        for first, payload in self._frames[sender].feed(chunk):
            self._take(sender, first, payload)

    def over(self, sender: Sender) -> None:
        """Record the end of the connection."""
        if not self._ended:
            self._end(sender, "broken", "", CUT_OFF)
        self._add(EventKind.CLOSE, sender, {"how": "complete" if self._ended else "broken"})

    def _take(self, sender: Sender, first: int, payload: bytes | None) -> None:
        opcode = first & 0x0F
        if payload is None:
            self._add(EventKind.BODY, sender, {"text": "(longer than any message)", "bytes": 0})
        elif opcode in CONTROL:
            text = payload.decode(errors="replace")
            self._add(EventKind.FRAME, sender, {"opcode": CONTROL[opcode], "text": text})
        elif opcode == CLOSE:
            self._close(sender, payload)
        else:
            self._take_part(sender, opcode, payload, last=bool(first & FIN))

    def _take_part(self, sender: Sender, opcode: int, payload: bytes, *, last: bool) -> None:
        parts = self._parts[sender]
        if opcode != CONTINUATION:
            self._opcodes[sender] = opcode
            parts.clear()
        parts.append(payload)
        if last:
            data: JsonObject = {"opcode": "binary"} if self._opcodes[sender] == BINARY else {}
            self._add(EventKind.MESSAGE, sender, data, parse(b"".join(parts)))
            parts.clear()
        elif sum(map(len, parts)) > MAX_FRAME:
            parts.clear()

    def _close(self, sender: Sender, payload: bytes) -> None:
        code = int.from_bytes(payload[:2]) if len(payload) > 1 else NO_CODE
        reason = payload[2:].decode(errors="replace")
        data: JsonObject = {"opcode": "close", "code": code, "text": reason}
        self._add(EventKind.FRAME, sender, data)
        if not self._ended:
            self._end(sender, "complete" if sender is Sender.SERVER else "closed", reason, code)

    def _end(self, sender: Sender, how: str, detail: str, code: int) -> None:
        self._ended = True
        self._add(EventKind.END, sender, {"how": how, "detail": detail, "code": code})

    def _add(
        self, kind: EventKind, sender: Sender, data: JsonObject, message: Message | None = None
    ) -> None:
        self._cassette.add(
            kind, session=self._session, channel=CHANNEL, sender=sender, message=message, data=data
        )


def _unmasked(payload: bytes, key: bytes) -> bytes:
    """Return a payload without its mask, by one operation on the whole of it."""
    size = len(payload)
    keys = key * (size // 4 + 1)
    return (int.from_bytes(payload) ^ int.from_bytes(keys[:size])).to_bytes(size)
