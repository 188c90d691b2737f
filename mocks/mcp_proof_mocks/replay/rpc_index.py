"""The index of a conversation in JSON-RPC: each request with the answer that has its id."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, TypeAlias

import orjson

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import MAX_DEPTH, Kind, Message, as_list, as_object, parse
from mcp_proof_contracts.wire import message as as_message
from mcp_proof_mocks.replay.index import Index, Place
from mcp_proof_mocks.replay.lines import Lines, Row, Stretch
from mcp_proof_mocks.replay.meaning import own_request_key, request_key

Waiting: TypeAlias = tuple[str, str, int]
"""Session and channel of a request, and the number of its interaction."""

MATTERING: Final = frozenset({"message", "end"})
"""The kinds of events that tell what was asked and answered."""
NOBODY: Final[tuple[Any, "Waiting"]] = (None, ("", "", -1))
USUAL: Final = (int, str, dict)
"""The types of id, method and params."""
IDS: Final = frozenset({int, str})
MOST_LOOKED_AT: Final = 1000
"""Waiting requests that are compared with what comes: the latest."""
ID: Final = r'("[^"\\]*"|-?\d{1,15})'
IN_FRONT: Final = re.compile(rf'\{{"jsonrpc":"2\.0","id":{ID},"(?:result|error)":').match
AT_THE_END: Final = re.compile(rf',"jsonrpc":"2\.0","id":{ID}\}}$').search
RESULT_FIRST: Final = ('{"result":', '{"error":')
SHALLOW: Final = 2 * MAX_DEPTH
"""Characters of a message that cannot be too deep: what is opened is also closed."""
TAIL: Final = 80
"""Characters at the end of a response in which its id stands, when it stands there."""


def rpc_index(lines: Lines) -> Index:
    """Read all lines.

    Raises:
        CassetteError: one is damaged.
    """
    reader = _Reader(lines)
    for stretch in lines.stretches():
        reader.take(stretch)
    return reader.index


class _Reader:
    """What is known of the lines so far."""

    def __init__(self, lines: Lines) -> None:
        self.index = Index()
        self._lines = lines
        self._waiting: dict[Any, Waiting] = {}
        """The latest request with each id."""
        self._others: dict[Any, list[Waiting]] = {}
        """Those that wait with the same id, oldest first."""

    def take(self, stretch: Stretch) -> None:
        """Take some lines; most are requests, each with its answer in the next message."""
        told = self.index.told
        expected = ""  # how the answer begins, if the request before this line waits for one
        given, asked = NOBODY
        for place, sender, session, channel, row in stretch.of(MATTERING):
            raw = row.get("raw")
            if expected:
                begins = type(raw) is str and sender == "server" and raw.startswith(expected)
                expected = ""
                if begins and channel == asked[1]:
                    told[asked[2]] = place
                    continue
                self._wait(given, asked)
            if sender == "server" or type(raw) is not str:
                self._other(place, session, channel, row)
            elif (request := self._usual(raw, row, place)) is None:
                self._heard(place, session, channel, raw, row)
            else:
                given, number = request
                asked = session, channel, number
                expected = f'{{"jsonrpc":"2.0","id":{given},"result":'
        if expected:
            self._wait(given, asked)

    def _usual(self, raw: str, row: Row, place: Place) -> tuple[int, int] | None:
        """Take a request of the usual form; return its id and the number of the interaction."""
        try:
            value = orjson.loads(raw)
            given, method, params = value["id"], value["method"], value["params"]
            kinds = given.__class__, method.__class__, params.__class__
            if kinds != USUAL or value["jsonrpc"] != "2.0" or not _is_shallow(raw):
                return None
        except (ValueError, KeyError, TypeError):
            return None
        return given, self.index.add(own_request_key(method, params), place, "probe" in row)

    def _wait(self, given: Json, asked: Waiting) -> None:
        """Note that a request was not answered before the next message."""
        before = self._waiting.setdefault(given, asked)
        if before is not asked:
            self._others.setdefault(given, []).append(before)
            self._waiting[given] = asked

    def _heard(self, place: Place, session: str, channel: str, raw: str, row: Row) -> None:
        """Take what a client said that is no request of the usual form."""
        for part, message in enumerate(messages := _messages(raw)):
            method, params = message.method, message.params
            if not _is_request(message):
                if method == "notifications/cancelled":
                    self._cancelled(params.get("requestId"), session)
                continue
            number = self.index.add(request_key(method, params), place, "probe" in row)
            self._wait(message.id, (session, channel, number))
            if len(messages) > 1:
                self.index.parts[number] = (part, 0)

    def _other(self, place: Place, session: str, channel: str, row: Row) -> None:
        """Take what a server said, or the end of a channel."""
        raw = row.get("raw")
        if type(raw) is str:
            self._said(place, session, channel, raw)
        elif row["sender"] == "client" and as_object(row.get("data")).get("how") == "closed":
            # The end of a channel: the client gives up what it waits for there.
            self.index.cancelled.update(self._open(session, channel))

    def _said(self, place: Place, session: str, channel: str, raw: str) -> None:
        """Take what a server said that is no response of the usual form."""
        if (found := _response_id(raw)) is not None:
            self._answered(place, session, channel, found)
            return
        for part, message in enumerate(_messages(raw)):
            if message.is_response:
                number = self._answered(place, session, channel, message.id)
                if number in self.index.parts:
                    self.index.parts[number] = (self.index.parts[number][0], part)
            elif message.kind in (Kind.NOTIFICATION, Kind.REQUEST):
                self._said_besides(place, session, channel, message)

    def _answered(self, place: Place, session: str, channel: str, given: Json) -> int:
        """Take an answer; return the number of its interaction, or -1."""
        if not isinstance(given, str | int | float) or given not in self._waiting:
            return -1
        asked = [*self._others.pop(given, []), self._waiting.pop(given)]
        number = _own(asked, session, channel)
        self.index.told[number] = place
        if asked:
            *older, self._waiting[given] = asked
            if older:
                self._others[given] = older
        return number

    def _said_besides(self, place: Place, session: str, channel: str, message: Message) -> None:
        """Take a notification or a request of the server: part of an interaction, or unasked."""
        # On a stream of its own, as the whole of HTTP+SSE, while the client waits elsewhere.
        own = self._open(session, channel) or self._open(session)
        if len(own) > 1 and (token := message.progress_token) is not None:
            own = [number for number in own if self._token(number) == token] or own
        if own:
            self.index.between.setdefault(max(own), []).append(place)
        elif len(self.index):
            self.index.after.setdefault(len(self.index) - 1, []).append(place)

    def _cancelled(self, given: Json, session: str) -> None:
        if isinstance(given, str | int) and given in self._waiting:
            asked = [*self._others.get(given, [])[-MOST_LOOKED_AT:], self._waiting[given]]
            self.index.cancelled.update(number for name, _, number in asked if name == session)

    def _open(self, session: str, channel: str = "") -> list[int]:
        """Return the interactions of a session that wait for answers, on any channel or one."""
        return [
            number
            for of, by, number in self._latest()
            if of == session and (not channel or by == channel)
        ]

    def _token(self, number: int) -> Json:
        row = self._lines.at(self.index.asked[number])
        return parse(str(row.get("raw")).encode()).progress_token

    def _latest(self) -> Iterator[Waiting]:
        """Yield the requests that wait for an answer, as far as is looked."""
        yield from islice(reversed(self._waiting.values()), MOST_LOOKED_AT)
        for asked in islice(reversed(self._others.values()), MOST_LOOKED_AT):
            yield from asked[-MOST_LOOKED_AT:]


def _is_shallow(raw: str) -> bool:
    return len(raw) <= SHALLOW or raw.count("[") + raw.count("{") <= MAX_DEPTH


def _is_request(message: Message) -> bool:
    members = message.members
    return (
        type(message.id) in IDS
        and isinstance(members.get("method"), str)
        and members.get("jsonrpc") == "2.0"
        and isinstance(members.get("params", {}), dict)
    )


def _response_id(raw: str) -> str | int | None:
    """Return the id of a response that is written in one of the usual ways."""
    found = IN_FRONT(raw)
    if found is None and raw.startswith(RESULT_FIRST):
        found = AT_THE_END(raw[-TAIL:])
    if found is None:
        return None
    return found[1][1:-1] if found[1][0] == '"' else int(found[1])


def _messages(raw: str) -> list[Message]:
    """Return the messages of a line: those of a batch, or the one that it holds."""
    message = parse(raw.encode())
    if message.kind is not Kind.BATCH:
        return [message]
    return [as_message(item) for item in as_list(message.value)]


def _own(asked: list[Waiting], session: str, channel: str) -> int:
    """Take out the request that an answer is for: from its channel, its session, or any."""
    latest = range(len(asked) - 1, max(-1, len(asked) - 1 - MOST_LOOKED_AT), -1)
    place = next((at for at in latest if asked[at][:2] == (session, channel)), None)
    if place is None:
        place = next((at for at in latest if asked[at][0] == session), len(asked) - 1)
    return asked.pop(place)[2]
