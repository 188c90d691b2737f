"""The index of HTTP exchanges: each request with the response on its channel."""

from typing import Any, Final, TypeAlias

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_object, parse
from mcp_proof_mocks.replay.index import Index, Place
from mcp_proof_mocks.replay.lines import Lines, Row, Stretch
from mcp_proof_mocks.replay.meaning import key, meant

Channel: TypeAlias = tuple[str, str]

KINDS: Final = frozenset({"http-request", "message", "body", "http-response", "sse", "end"})
HIDDEN_QUERY: Final = "?…"
"""Stands in a recording for a query, which may hold secrets."""
SHOWN_BODY: Final = 2000
"""Characters of a body that is no JSON which a recording has."""


def http_index(lines: Lines) -> Index:
    """Read all lines.

    Raises:
        CassetteError: one is damaged.
    """
    reader = _Reader(lines)
    for stretch in lines.stretches():
        reader.take(stretch)
    return reader.index


def exchange_key(method: str, path: str, body: bytes) -> bytes:
    """Return what requests have in common that ask for the same."""
    if not body:
        return key([method, path])
    message = parse(body)
    if message.fault:
        return key([method, path, body[:SHOWN_BODY].decode(errors="replace"), len(body)])
    return key([method, path, _meant(message.value)])


def _meant(value: Json) -> Any:  # noqa: ANN401  # any JSON
    """Return what a body means: of a request of JSON-RPC its method and params."""
    members = as_object(value)
    if members.get("jsonrpc") != "2.0" or not isinstance(members.get("method"), str):
        return value
    params = members.get("params")
    if isinstance(params, dict):
        params = meant(params)
    return ["jsonrpc", members["method"], params]


class _Reader:
    """What is known of the lines so far."""

    def __init__(self, lines: Lines) -> None:
        self.index = Index()
        self._lines = lines
        self._requests: dict[Channel, tuple[Place, Row, bytes]] = {}
        """Those without a response, with their bodies."""
        self._exchanges: dict[Channel, int] = {}
        """Those whose response is not complete."""

    def take(self, stretch: Stretch) -> None:
        """Take some lines."""
        for place, sender, session, channel, row in stretch.of(KINDS):
            where = session, channel
            if row["kind"] == "http-request":
                self._exchanges.pop(where, None)
                self._requests[where] = place, self._data(place, row), b""
            elif sender == "client":
                self._client(where, place, row)
            elif row["kind"] == "http-response":
                self._response(where, place, row)
            elif where in self._exchanges:
                self.index.between.setdefault(self._exchanges[where], []).append(place)

    def _client(self, where: Channel, place: Place, row: Row) -> None:
        if where in self._requests and row["kind"] in ("message", "body"):
            first, data, _ = self._requests[where]
            self._requests[where] = first, data, _body(row)
        elif row["kind"] == "end" and where in self._exchanges:
            self.index.between.setdefault(self._exchanges.pop(where), []).append(place)

    def _response(self, where: Channel, place: Place, row: Row) -> None:
        if where not in self._requests:
            return
        asked, data, body = self._requests.pop(where)
        method, path = data.get("method"), data.get("path")
        if not (isinstance(method, str) and isinstance(path, str)):
            raise self._lines.damaged(asked, "`method` or `path` is no text")
        self._data(place, row)
        meant = exchange_key(method, path, body)
        number = self.index.add(meant, asked, "probe" in row)
        self.index.told[number] = place
        self._exchanges[where] = number

    def _data(self, place: Place, row: Row) -> Row:
        data: Any = row.get("data")
        if data.__class__ is not dict:
            raise self._lines.damaged(place, "`data` is no object")
        held: Row = data
        return held


def _body(row: Row) -> bytes:
    raw = row.get("raw")
    if isinstance(raw, str):
        return raw.encode()
    data = as_object(row.get("data"))
    text, size = str(data.get("text", "")).encode(), data.get("bytes")
    # As long as it was, so that it means the same as the whole.
    return text.ljust(size) if isinstance(size, int) and size < 1 << 30 else text
