"""The body of an HTTP message as it is recorded: decoded, and never more of it than a message."""

import zlib
from typing import Final, Protocol

from mcp_proof_contracts.framing import MAX_FRAME

GZIP: Final = zlib.MAX_WBITS | 16
PLAIN: Final = ("", "identity")
SHOWN_BODY: Final = 2000
"""Characters of a body that is no JSON which are kept."""


class Decompressor(Protocol):
    """What `zlib.decompressobj` gives."""

    @property
    def unconsumed_tail(self) -> bytes:
        """What is left where there was no room for more."""
        ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes:
        """Return what a piece holds, up to so many bytes."""
        ...


class UnreadableBodyError(Exception):
    """The body cannot be decoded."""


class BodyDecoder:
    """Decodes a body piece by piece (RFC 9110, section 8.4.1)."""

    def __init__(self, coding: str) -> None:
        self._coding = coding.strip().lower()
        self._decoder: Decompressor | None = None
        if self._coding in ("gzip", "x-gzip"):
            self._decoder = zlib.decompressobj(GZIP)
        elif self._coding not in PLAIN and self._coding != "deflate":
            raise UnreadableBodyError(f"its content is encoded as {self._coding}")

    def feed(self, data: bytes) -> bytes:
        """Return what this piece holds.

        Raises:
            UnreadableBodyError: it is not encoded as it says, or holds more than any message.
        """
        if self._coding in PLAIN or not data:
            return data
        if self._decoder is None:  # deflate is zlib, and often only what is within that
            wrapped = data[0] & 0x0F == zlib.DEFLATED and data[0] >> 4 <= 7  # noqa: PLR2004  # RFC 1950
            self._decoder = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        try:
            plain = self._decoder.decompress(data, MAX_FRAME)
        except zlib.error as error:
            raise UnreadableBodyError(f"its content is no {self._coding}: {error}") from error
        if self._decoder.unconsumed_tail:
            raise UnreadableBodyError(f"its content is longer than {MAX_FRAME} bytes")
        return plain


class Body:
    """Collects a body, as long as it can be one message."""

    def __init__(self, coding: str) -> None:
        self.size = 0
        """Bytes, as they were sent."""
        self.trouble = ""
        """Why the body cannot be read; empty while it can."""
        self._parts: list[bytes] = []
        self._kept = 0
        try:
            self._decoder: BodyDecoder | None = BodyDecoder(coding)
        except UnreadableBodyError as error:
            self._give_up(str(error))

    def feed(self, data: bytes) -> bytes:
        """Take a piece; return it decoded."""
        self.size += len(data)
        if self._decoder is None:
            return b""
        try:
            return self._decoder.feed(data)
        except UnreadableBodyError as error:
            self._give_up(str(error))
            return b""

    def keep(self, plain: bytes) -> None:
        """Keep a decoded piece."""
        self._kept += len(plain)
        if self._kept > MAX_FRAME:
            self._give_up(f"it is longer than {MAX_FRAME} bytes")
        elif plain:
            self._parts.append(plain)

    @property
    def content(self) -> bytes:
        """What was kept."""
        return b"".join(self._parts)

    def _give_up(self, why: str) -> None:
        self.trouble, self._decoder = why, None
        self._parts = self._parts[:1]
