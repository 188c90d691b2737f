"""A recorded conversation on disk, indexed: what was answered to what is read when it is asked."""

import gc
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.wire import Message, as_list, message, parse
from mcp_proof_mocks.replay.http_index import http_index
from mcp_proof_mocks.replay.index import Index, Place
from mcp_proof_mocks.replay.lines import Lines, Row
from mcp_proof_mocks.replay.queue_index import queue_index
from mcp_proof_mocks.replay.rpc_index import rpc_index

BY_EXCHANGES: Final = (
    Dialect.REST,
    Dialect.CONTEXTFRAME,
    Dialect.OPENAPI_JSONRPC,
    Dialect.GATEWAY,
)
"""The dialects that are replayed at the level of HTTP: the status and the path say something."""


class Cassette:
    """The file of a cassette and its index; messages stay on disk."""

    def __init__(self, path: Path, *, messages: bool = False) -> None:
        """Read the file to its end, and check every line.

        Messages alone are asked for where `messages` says so, whatever carried them.

        Raises:
            OSError: it cannot be read.
            CassetteError: it is no cassette, or damaged.
        """
        self.path = path
        self._lines = Lines(path)
        with _without_garbage_collection():
            read = rpc_index if messages else self._indexing()
            self.index: Index = read(self._lines)
        self.header = self._lines.header
        self.row: Callable[[Place], Row] = self._lines.at
        """Returns the members of an event. Raises `CassetteError` where the file was changed."""

    def _indexing(self) -> Callable[[Lines], Index]:
        dialect = self._lines.header.dialect
        if dialect is Dialect.QUEUE:
            return queue_index
        return http_index if dialect in BY_EXCHANGES else rpc_index

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._lines.close()

    def raw(self, place: Place) -> bytes:
        """Return the text of a message."""
        raw = self._lines.at(place).get("raw")
        return raw.encode() if type(raw) is str else b""

    def asked(self, number: int) -> Message:
        """Return the request of an interaction."""
        return self._part(self.index.asked[number], number, 0)

    def told(self, number: int) -> Message:
        """Return its answer."""
        return self._part(self.index.told[number], number, 1)

    def between(self, number: int) -> list[tuple[float, Message]]:
        """Return what the server said before it, each with its time."""
        return self._messages(self.index.between.get(number, ()))

    def after(self, number: int) -> list[tuple[float, Message]]:
        """Return what the server said unasked after it, each with its time."""
        return self._messages(self.index.after.get(number, ()))

    def at(self, place: Place) -> float:
        """Return when something happened."""
        return float(self.row(place)["at"])

    def _messages(self, places: Any) -> list[tuple[float, Message]]:  # noqa: ANN401
        rows = [self.row(place) for place in places]
        return [(float(row["at"]), parse(str(row.get("raw", "")).encode())) for row in rows]

    def _part(self, place: Place, number: int, which: int) -> Message:
        whole = parse(self.raw(place))
        part = self.index.parts.get(number)
        items = as_list(whole.value)
        return whole if part is None or not items else message(items[part[which]])


@contextmanager
def _without_garbage_collection() -> Generator[None]:
    """Let the collector rest: an index is made of a hundred thousand things, none of it garbage."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
