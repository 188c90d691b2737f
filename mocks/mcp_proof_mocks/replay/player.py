"""A cassette in the place of what a mock would offer: it answers the requests of MCP.

Whoever asks in the era of the recording gets what was recorded; for others it is bridged, as it is
between a mock's client and a real server.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeAlias

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.lists import FOR_ALL, LISTS
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.wire import Kind, Message, as_list, as_object
from mcp_proof_mocks.call import Call, Session, Waiting
from mcp_proof_mocks.features.logging import set_level
from mcp_proof_mocks.features.subscriptions import listen
from mcp_proof_mocks.pass_through.bridge import RealItem, refused, returned
from mcp_proof_mocks.pass_through.pass_through import PassThrough
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.replay.opening import Opening
from mcp_proof_mocks.replay.playback import NotRecordedError, Playback
from mcp_proof_mocks.script.run import ClientRefusalError
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stateless import finished
from mcp_proof_mocks.upstream import Relay, Upstream

MEMBERS: Final = {method: member for _, method, member in LISTS}
Connect: TypeAlias = Callable[[], Awaitable[Upstream]]
"""Connects a real server when it is first needed."""
NOTHING: Final[JsonObject] = {}
SUBSCRIBING: Final = ("resources/subscribe", "resources/unsubscribe")


class Player:
    """Plays one cassette to all clients of one mock."""

    def __init__(
        self,
        server: MockServer,
        playback: Playback,
        opening: Opening,
        *,
        live: Connect | None = None,
        trusted: bool = True,
    ) -> None:
        """`trusted` says whether the cassette answers at all, or only the real server does."""
        self.playback = playback
        self.cassette = playback.cassette
        self.opening = opening
        self.introduced = False
        """Whether any client was told who the server is."""
        self._live = live
        self.pace = playback.pace
        self._server = server
        self._trusted = trusted
        self._passages = PassThrough()
        self._announced: set[int] = set()
        """The interactions after which all that followed unasked was told."""
        self._asking: set[asyncio.Task[None]] = set()

    # What the server says of itself

    @property
    def revision(self) -> Revision:
        """What was spoken."""
        return self.opening.revision

    def introduction(self, revision: Revision) -> JsonObject:
        """Return the members of the introduction at a revision."""
        self.introduced = True
        return self.opening.told_at(revision)

    def offers(self, part: str) -> bool:
        """Whether the server has anything of this kind."""
        match part:
            case "discovery":
                return True
            case "subscriptions":
                return self._tells("resources", "subscribe")
            case "changes":
                return self.offers("subscriptions") or any(map(self.announces, self._declared))
            case _:
                return part in self._declared

    def announces(self, name: str) -> bool:
        """Whether the server tells when its list of `name` changes."""
        return self._tells(name, "listChanged")

    @property
    def _declared(self) -> JsonObject:
        return self.opening.capabilities

    def _tells(self, name: str, what: str) -> bool:
        return as_object(self._declared.get(name)).get(what) is True

    # What is asked

    def answer(self, call: Call) -> Awaitable[JsonObject]:
        """Return the result of a request.

        Raises:
            RefusalError: the recorded error, or that nothing was recorded.
        """
        match call.method:
            case "server/discover":
                return self._discovered(call)
            case "subscriptions/listen":
                return self._listened(call)
            case "logging/setLevel":
                return set_level(self._server, call)
            case method if method in SUBSCRIBING:
                return self._subscribed(call)
            case _:
                return self._answer(call)

    async def _discovered(self, call: Call) -> JsonObject:
        self.told(self.opening.number)
        told = self.introduction(call.revision)
        return self._finished(call, {"supportedVersions": [str(call.revision)], **told})

    async def _listened(self, call: Call) -> JsonObject:
        return self._finished(call, await listen(self._server, call))

    async def _subscribed(self, call: Call) -> JsonObject:
        try:
            result = await self._answer(call)
        except MissError:
            if not self.offers("subscriptions"):
                raise
            result = NOTHING
        if call.session is not None:
            uri, known = str(call.params.get("uri")), call.session.subscribed
            (known.add if call.method == SUBSCRIBING[0] else known.discard)(uri)
        return result

    async def _answer(self, call: Call) -> JsonObject:
        if call.is_resumed and self._passages.holds(call):
            return self._carried(call, await self._passages.resume(call))
        try:
            number = self.take(call.method, call.params)
        except MissError as missed:
            if self._live is None:
                self._server.unexpected(str(missed))
                raise
            return self._carried(call, await self._passages.carry(await self._live(), call))
        message = self._plain(number)
        if message is None or (not call.stateless and _asks(message)):
            telling = _Telling(self, number, call.session)
            return self._carried(call, await self._passages.carry(telling, call))
        self.told(number, call.session)
        if message.kind is Kind.ERROR:
            raise refused(call, _refusal(message))
        return self._as_asked(call, message.result)

    def take(self, method: str, params: JsonObject) -> int:
        """Return the interaction that answers a request; the next one like it gets the next.

        Raises:
            MissError: there is none.
        """
        if not self._trusted:
            raise MissError(INTERNAL_ERROR, "everything is asked of the real server")
        try:
            return self.playback.request(method, params)
        except NotRecordedError as error:
            code = INTERNAL_ERROR if error.method_known else METHOD_NOT_FOUND
            raise MissError(code, str(error)) from error

    def _plain(self, number: int) -> Message | None:
        """Return the answer of an interaction in which nothing else was said."""
        index = self.cassette.index
        if number in index.between or self.pace.factor or not index.told[number]:
            return None
        return self.cassette.told(number)

    def _as_asked(self, call: Call, result: JsonObject) -> JsonObject:
        """Return a recorded result as the client's revision has it."""
        era = Era.STATELESS if "resultType" in result else Era.STATEFUL
        if call.revision == self.revision or (call.stateless and era is Era.STATELESS):
            return result
        adapted = returned(call, result)
        if (member := MEMBERS.get(call.method)) is not None:
            items = [RealItem(member, as_object(item)) for item in as_list(adapted.get(member))]
            adapted = {**adapted, member: [item.listed(call.revision) for item in items]}
        return self._finished(call, adapted)

    def _finished(self, call: Call, result: JsonObject) -> JsonObject:
        if not call.stateless or "resultType" in result:
            return result
        return finished(self._server, call.method, result)

    def _carried(self, call: Call, result: JsonObject) -> JsonObject:
        return finished(self._server, call.method, result) if call.stateless else result

    # What is said unasked

    async def greet(self, session: Session) -> None:
        """Tell a client whose handshake is done what the server said then."""
        await self._say_after(self.opening.number, session)

    def told(self, number: int, session: Session | None = None) -> None:
        """Say, once the answer of an interaction is given, what followed it unasked."""
        if number in self.cassette.index.after and number not in self._announced:
            self._announced.add(number)
            task = asyncio.create_task(self._say_after(number, session))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _say_after(self, number: int, session: Session | None) -> None:
        index = self.cassette.index
        before = self.cassette.at(index.told[number]) if number in index.after else 0.0
        for at, message in self.cassette.after(number):
            await self.pace.wait(before, at)
            before = at
            if not self.overhear(message) and session is not None:
                await _say(session, message)

    def overhear(self, message: Message) -> bool:
        """Tell clients what is for all of them; whether it is."""
        if not message.method.startswith(FOR_ALL):
            return False
        self._server.overhear(message.method, message.params)
        return True


class MissError(RefusalError):
    """A request is not in the cassette."""


class _Telling:
    """One interaction as a real server that says what it said then: see `Upstream`."""

    def __init__(self, player: Player, number: int, session: Session | None) -> None:
        self._player = player
        self._number: int | None = number
        self._session = session

    @property
    def revision(self) -> Revision:
        """What was spoken."""
        return self._player.revision

    @property
    def introduction(self) -> JsonObject:
        """How the server introduced itself."""
        return self._player.opening.result

    async def request(
        self, method: str, params: JsonObject, relay: Relay | None = None
    ) -> JsonObject:
        """Return the recorded result, after all that was said before it."""
        player, number = self._player, self._number
        self._number = None
        if number is None:  # a further round
            number = player.take(method, params)
        cassette = player.cassette
        before = cassette.at(cassette.index.asked[number])
        for at, message in cassette.between(number):
            await player.pace.wait(before, at)
            before = at
            if relay is not None and not player.overhear(message):
                await _relayed(relay, message)
        place = cassette.index.told[number]
        if not place:  # the client gave it up, as this one will
            await asyncio.get_running_loop().create_future()
        await player.pace.wait(before, cassette.at(place))
        player.told(number, self._session)
        message = cassette.told(number)
        if message.kind is Kind.ERROR:
            raise _refusal(message)
        return message.result


async def _relayed(relay: Relay, message: Message) -> None:
    if message.kind is Kind.NOTIFICATION:
        relay.notify(message.method, message.params)
    elif message.kind is Kind.REQUEST and message.method != "ping":
        request: dict[str, Json] = {"method": message.method}
        if message.params:
            request["params"] = message.params
        # What the server made of its client's refusal is recorded already.
        with suppress(RefusalError):
            await relay.ask(request)


async def _say(session: Session, message: Message) -> None:
    """Say something that belongs to no request."""
    if message.kind is Kind.NOTIFICATION:
        session.tell(message.members)
    elif message.kind is Kind.REQUEST and message.method != "ping":
        asked: JsonObject = {"method": message.method, "params": message.params}
        with suppress(ClientRefusalError):  # likewise
            await session.asker(session.tell, Waiting())({"asked": asked})


def _asks(message: Message) -> bool:
    """Whether an answer asks the client for input, in the manner of the stateless era."""
    return message.result.get("resultType") == "input_required"


def _refusal(message: Message) -> RefusalError:
    code = message.error_code
    text = str(message.error.get("message"))
    return RefusalError(
        INTERNAL_ERROR if code is None else code, text, data=message.error.get("data")
    )
