"""One playing of a cassette: what is asked for, in its turn, or what is said when nothing is."""

from collections.abc import Callable, Iterable
from typing import Final

import orjson

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import MAX_DEPTH, Kind, Message, encode, parse
from mcp_proof_mocks.replay.cassette import Cassette
from mcp_proof_mocks.replay.meaning import own_request_key, request_key
from mcp_proof_mocks.replay.miss import miss, out_of_order
from mcp_proof_mocks.replay.pace import AT_ONCE, Pace
from mcp_proof_mocks.replay.spliced import with_id
from mcp_proof_mocks.replay.tape import Order, OutOfOrderError, Tape

SHALLOW: Final = 2 * MAX_DEPTH
"""Bytes of a message that cannot be too deep: what is opened is also closed."""


USUAL: Final = '{"jsonrpc":"2.0","id":'
"""How responses begin."""


class NotRecordedError(Exception):
    """A request is not in the cassette, or not next; the message says what is."""

    def __init__(self, text: str, *, method_known: bool = True) -> None:
        super().__init__(text)
        self.method_known = method_known


class Playback:
    """A cassette, and how far it was played."""

    def __init__(
        self,
        cassette: Cassette,
        order: Order = Order.FREE,
        pace: Pace = AT_ONCE,
        hidden: Callable[[str], str] = str,
    ) -> None:
        """`hidden` hides secrets as they were hidden when the cassette was recorded."""
        self.cassette = cassette
        self.pace = pace
        self.order = order
        self._tape = Tape(cassette.index, order)
        self._hidden = hidden

    def find(self, keys: Iterable[bytes]) -> int | None:
        """Return the interaction whose turn it is, of the first meaning that was recorded.

        Raises:
            OutOfOrderError: it is not the turn of any.
        """
        return next((found for each in keys if (found := self._tape.take(each)) is not None), None)

    def request(self, method: str, params: JsonObject) -> int:
        """Return the interaction that answers a request of JSON-RPC.

        Raises:
            NotRecordedError: there is none, or another is next.
        """
        try:
            number = self._tape.take(request_key(method, params))
            if number is None and (kept := self._as_kept(params)) is not None:
                number = self._tape.take(request_key(method, kept))
        except OutOfOrderError as error:
            text = out_of_order(self.cassette, method, params, error.expected)
            raise NotRecordedError(text) from error
        if number is None:
            if (missed := miss(self.cassette, method, params)) is None:
                raise NotRecordedError(f"the cassette has no {method}", method_known=False)
            raise NotRecordedError(missed)
        return number

    def lookup(self, raw: bytes) -> bytes | None:
        """Return the recorded answer to a request, with its id; `None` where none is due.

        Raises:
            NotRecordedError: nothing answers it.
        """
        return self._quick(raw) or self._lookup(parse(raw))

    def _lookup(self, message: Message) -> bytes | None:
        if message.kind is not Kind.REQUEST:
            return None
        number = self.request(message.method, message.params)
        cassette = self.cassette
        if not (place := cassette.index.told[number]):
            raise NotRecordedError("this request was given up, and never answered")
        if number in cassette.index.parts:
            return with_id(encode(cassette.told(number).value), message.id)
        return with_id(cassette.raw(place), message.id)

    def _quick(self, raw: bytes) -> bytes | None:
        """Return the answer to a request of the usual form that was answered in the usual form.

        To find out all that may be wrong with a message takes longer than to answer it.
        """
        if len(raw) > SHALLOW or self.order is not Order.FREE:
            return None
        try:
            value = orjson.loads(raw)
            given, params = value["id"], value["params"]
            kinds = given.__class__, params.__class__
            if kinds != (int, dict) or value["jsonrpc"] != "2.0":
                return None
            number = self._tape.usual(own_request_key(value["method"], params))
        except (ValueError, KeyError, TypeError):
            return None
        if number is None:
            return None
        told = self.cassette.row(self.cassette.index.told[number])["raw"]
        if told.startswith(USUAL) and told[len(USUAL)] != '"':
            return f"{USUAL}{given}{told[told.find(',', len(USUAL)) :]}".encode()
        return None

    def _as_kept(self, params: JsonObject) -> JsonObject | None:
        """Return params as a recorder keeps them, where that differs: without secrets."""
        text = encode(params).decode()
        kept = self._hidden(text)
        if kept == text:
            return None
        value = parse(kept.encode()).value
        return value if isinstance(value, dict) else None
