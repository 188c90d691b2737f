"""A client whose calls go over a link that others may share."""

from typing import ClassVar, Generic, TypeVar

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode
from mcp_proof_load.clients.channels.links import ChannelLink, Links, Place
from mcp_proof_load.clients.channels.shared_channel import OnStray
from mcp_proof_load.clients.client import Answer, BrokenError, Discovered, Sent, unsaid
from mcp_proof_load.clients.json_rpc import failure_in
from mcp_proof_load.clients.tool_call import LISTING, ToolCall, listed, listing

L = TypeVar("L", bound=ChannelLink)


class ChannelClient(Generic[L]):
    """One user of a link."""

    discovery: ClassVar = LISTING

    def __init__(self, links: Links[L], timeout: float, meta: JsonObject | None = None) -> None:
        """Connect nothing yet.

        Args:
            links: what the users share.
            timeout: seconds to wait for an answer.
            meta: the `_meta` of the params of calls, where the era has one.
        """
        self.on_stray: OnStray = _ignore
        """Told of answers that nobody asked for, and of second answers to a call."""
        self._sent: Sent = unsaid
        self._links = links
        self._timeout = timeout
        self._meta = meta
        self._place: Place[L] | None = None
        self._tools: dict[str, ToolCall] = {}

    def open(self) -> None:
        """Take part in a link, begun where there is none.

        Raises:
            BrokenError: the server refuses, or answers what cannot be understood.
            SilentError: it does not answer in time.
        """
        if self._place is None:
            self._place = self._links.enter()
        self._place.link()

    def call(self, name: str, arguments: JsonObject, number: int) -> Answer:
        """Call a tool and wait for the answer; a link that is over is begun anew before.

        Raises:
            BrokenError: the link is over before there is an answer, or cannot be begun.
            SilentError: there is none within the time.
        """
        tool = self._tools.get(name)
        if tool is None:
            tool = self._tools[name] = ToolCall(name, self._meta)
        return self._ask(tool.message(arguments, number), number)

    def discover(self, number: int, part: str = "") -> Discovered:
        """Ask for a page of `tools/list`; a part is its cursor."""
        return listed(self._ask(encode(listing(number, part, self._meta)), number))

    def when_sent(self, told: Sent) -> None:
        """Have this told of every call from now on."""
        self._sent = told

    def close(self) -> None:
        """Leave the link; the last user closes it."""
        place, self._place = self._place, None
        if place is not None:
            place.leave()

    def _ask(self, raw: bytes, number: int) -> Answer:
        if self._place is None:
            raise BrokenError("the client is closed")
        link = self._place.link()
        message = link.channel.ask(raw, number, self._timeout, self._stray, self._sent)
        return Answer(message.raw, failure_in(message.members))

    def _stray(self, body: bytes) -> None:
        self.on_stray(body)


def _ignore(_body: bytes) -> None:
    """Do nothing: the user counts no stray answers."""
