"""What servers of the dialects are sent over HTTP, and what comes back."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from mcp_proof.dialects.over_http import EVENT_STREAM, JSON, base_of
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object, encode
from mcp_proof_load.clients.client import BrokenError
from mcp_proof_load.clients.http.calls import refusal
from mcp_proof_load.clients.http.connection import Connection
from mcp_proof_load.clients.http.place import Place, place_of, with_body
from mcp_proof_load.clients.json_rpc import SHOWN, read
from mcp_proof_load.clients.streams import Stream
from mcp_proof_load.plan import Plan

WORDS: Final = ("detail", "error")
"""The members in which a body says what is wrong."""
ACCEPTED: Final = (("Accept", JSON["Accept"]),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What came back."""

    body: bytes
    members: JsonObject
    refusal: str
    """What HTTP says went wrong, with the server's words; empty where the status is 200."""
    others: tuple[bytes, ...]
    """What came besides, that nobody had asked for."""


def place_below(plan: Plan, endpoints: tuple[str, ...], path: str) -> Place:
    """Return the place of a path of the server that a plan names.

    Args:
        plan: names it by `url`, with or without one of its endpoints.
        endpoints: the paths that are cut off.
        path: what is put there instead.
    """
    url = base_of(str(plan.place["url"]), endpoints) + path
    return place_of(replace(plan, place={**plan.place, "url": url}))


def place_of_endpoint(plan: Plan, endpoints: tuple[str, ...], endpoint: str) -> Place:
    """Return the place of an endpoint with which the address may have been given, or without."""
    path = urlsplit(str(plan.place["url"])).path
    if path.rstrip("/").endswith(endpoint):
        return place_of(plan)
    return place_below(plan, endpoints, endpoint)


def event_stream(plan: Plan, endpoints: tuple[str, ...], path: str) -> Stream:
    """Return the stream of events at a path, not opened; it is not taken up again."""
    place = place_below(plan, endpoints, path)
    request = place.request("GET", EVENT_STREAM.items()) + b"\r\n"
    return Stream(place, plan.timeout, lambda _after: request, resumes=False)


class Posts:
    """Requests to a server, over one connection."""

    def __init__(self, plan: Plan, endpoints: tuple[str, ...]) -> None:
        """Connect nothing yet; the arguments are those of `place_below`."""
        self._plan = plan
        self._endpoints = endpoints
        self.connection = Connection(place_of(plan), plan.timeout)

    def head(self, path: str) -> bytes:
        """Return the head of requests to a path, which lacks the length of the body."""
        place = place_below(self._plan, self._endpoints, path)
        return place.request("POST", JSON.items())

    def post(self, head: bytes, value: JsonObject) -> Posted:
        """Send a JSON value.

        Raises:
            BrokenError: nothing whole came back, or what says nothing.
            SilentError: nothing came in time.
        """
        return self._exchanged(with_body(head, encode(value)))

    def get(self, path: str) -> Posted:
        """Ask for what is at a path; as for `post`."""
        place = place_below(self._plan, self._endpoints, path)
        return self._exchanged(place.request("GET", ACCEPTED) + b"\r\n")

    def _exchanged(self, request: bytes) -> Posted:
        response = self.connection.exchange(request)
        if not response.complete:
            self.connection.close()
            raise BrokenError("a stream of events, which is no answer")
        body = response.take()
        told = read(body)
        refused = response.status != HTTPStatus.OK
        if not isinstance(told, dict) and not refused:
            shown = excerpt(body.decode(errors="replace"), SHOWN) if body else "nothing"
            raise BrokenError(f"HTTP {response.status} with what is no answer: {shown}")
        members = as_object(told)
        words = f"{refusal(response)}{_words(members)}" if refused else ""
        return Posted(body=body, members=members, refusal=words, others=response.others)


def _words(members: JsonObject) -> str:
    told = next((members[name] for name in WORDS if members.get(name)), None)
    return f": {excerpt(str(told), SHOWN)}" if told is not None else ""
