"""The `endpoint` event of HTTP+SSE: one that names the target itself must lead through us."""

import re
from typing import Final

from mcp_proof.record.http.framing import Part, Piece

LONGEST: Final = 1 << 14
"""Bytes of the first event of a stream, beyond which it is no address."""
BLANK_LINE: Final = re.compile(rb"\r\n\r\n|\n\n|\r\r")
IS_ENDPOINT: Final = re.compile(rb"(?:^|[\r\n])event: ?endpoint(?=[\r\n])")


class EndpointLink:
    """Passes an event stream on; in its first event our origin takes the place of the target's.

    Args:
        theirs: the target's origin.
        ours: that under which the client knows us.
        chunked: whether the stream comes in chunks, whose size is then told anew.
    """

    def __init__(self, theirs: str, ours: str, *, chunked: bool) -> None:
        self._link = re.compile(
            rb"((?:^|[\r\n])data: ?)" + re.escape(theirs.encode()) + rb"(?=[/?#\r\n])",
            re.IGNORECASE,
        )
        self._ours = ours.encode()
        self._chunked = chunked
        self._raw = self._data = b""
        self._done = False

    def passed(self, piece: Piece, missing: int) -> bytes:
        """Return what is passed on of the stream so far; its first event is held until it is whole.

        Args:
            piece: what has come.
            missing: how many bytes of its chunk are still to come.
        """
        if self._done:
            return piece.raw
        self._raw += piece.raw
        self._data += piece.data
        end = BLANK_LINE.search(self._data)
        if end is None and len(self._data) < LONGEST and piece.part is not Part.END:
            return b""
        self._done = True
        raw, self._raw = self._raw, b""
        if end is None or not IS_ENDPOINT.search(self._data[: end.end()]):
            return raw
        first = self._link.sub(rb"\1" + self._ours.replace(b"\\", rb"\\"), self._data[: end.end()])
        data = first + self._data[end.end() :]
        if data == self._data:
            return raw
        return (b"%x\r\n" % (len(data) + missing) if self._chunked else b"") + data
