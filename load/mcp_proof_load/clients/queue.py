"""A client of the dialect `queue`: requests on a list of a Redis, responses under keys.

`plan.place`: `url`, a redis:// URL. The load process must be one in which gevent has taken the
place of the standard library's sockets, as locust has it do.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar, Final
from uuid import uuid4

from mcp_proof_contracts.dialects.queue import failure_in
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode, quote
from mcp_proof_load.clients.channels.links import Links, LinksByPlan, Place
from mcp_proof_load.clients.channels.redis_link import RedisLink
from mcp_proof_load.clients.client import Answer, BrokenError, Client, Discovered, Sent, unsaid
from mcp_proof_load.clients.json_rpc import SHOWN, read
from mcp_proof_load.plan import Plan

RUN: Final = uuid4().hex
"""Tells the requests of this process from those of others that have used the Redis."""


class QueueClient:
    """Pushes one request at a time, and waits for its response."""

    discovery: ClassVar = ""

    def __init__(self, links: Links[RedisLink], timeout: float) -> None:
        self._sent: Sent = unsaid
        self._links = links
        self._timeout = timeout
        self._place: Place[RedisLink] | None = None

    def open(self) -> None:
        """Connect to the Redis.

        Raises:
            BrokenError: none answers.
        """
        if self._place is None:
            self._place = self._links.enter()
        self._place.link()

    def call(self, name: str, arguments: JsonObject, number: int) -> Answer:
        """Ask for a call, and wait for its response."""
        if self._place is None:
            raise BrokenError("the client is closed")
        request_id = f"mcp-proof-{RUN}-{number}"
        request: JsonObject = {
            "id": request_id,
            "tool": name,
            "arguments": arguments,
            "callback_url": None,
            "timestamp": datetime.now(UTC).isoformat(),
        }
        link, raw = self._place.link(), encode(request)
        body = link.ask(request_id, raw, self._timeout, self._sent)
        return Answer(body, _failure(body, request_id))

    def discover(self, number: int, part: str = "") -> Discovered:  # noqa: ARG002  # as below
        """Ask nothing: a queue tells of no tools."""
        return Discovered(Answer(b""), ())

    def when_sent(self, told: Sent) -> None:
        """Have this told of every call from now on."""
        self._sent = told

    def close(self) -> None:
        """Leave the Redis; the last user closes the connections."""
        place, self._place = self._place, None
        if place is not None:
            place.leave()


def _failure(body: bytes, request_id: str) -> str:
    told = read(body)
    if not isinstance(told, dict):
        return "the response is no JSON object"
    if told.get("request_id", request_id) != request_id:
        return f"it answers the request {quote(told['request_id'])}, and not {request_id}"
    failure = failure_in(told)
    return "" if failure is None else excerpt(failure, SHOWN)


def _beginning(plan: Plan) -> Callable[[], RedisLink]:
    return partial(RedisLink, str(plan.place["url"]), plan.connections, plan.timeout)


_links = LinksByPlan[RedisLink](_beginning, connections=1)


def client(plan: Plan, _session: int) -> Client:
    """Return a client of the Redis that all users of a plan share; nothing is connected yet."""
    return QueueClient(_links.of(plan), plan.timeout)
