"""Driving a server over plain HTTP: what the dialects that speak it share."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import httpx2

from mcp_proof.dialects.dialect_server import DialectServer
from mcp_proof.errors import PeerError
from mcp_proof.negotiate import START_PATIENCE
from mcp_proof.recorder import Recorder, probe_label
from mcp_proof.targets import Reachable
from mcp_proof.tool_server import CallFailure
from mcp_proof.transports.connection import Headers, Sending
from mcp_proof.transports.http_client import HttpClient
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import as_object, encode, parse

EVENT_STREAM: Final = {"Accept": "text/event-stream"}
JSON: Final = {"Accept": "application/json", "Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back for an HTTP request."""

    status: int | None
    """`None` when nothing came."""
    value: Json = None
    """The body as JSON, of a stream the first message; `None` when it holds none."""
    messages: tuple[Json, ...] = ()
    """All that a stream carried."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """With names in lower case."""
    why: str = ""
    """Why there is no value."""

    @property
    def members(self) -> JsonObject:
        """The body where it is an object, else an empty one."""
        return as_object(self.value)

    @property
    def retry_after(self) -> float | None:
        """The seconds of `Retry-After`."""
        text = self.headers.get("retry-after", "")
        return float(text) if text.replace(".", "", 1).isdecimal() else None

    @property
    def refusal(self) -> CallFailure:
        """The answer as the failure of a call: what HTTP says, and what the body does."""
        told = self.members.get("detail", self.members.get("error"))
        text = told if isinstance(told, str) else self.why or f"HTTP {self.status}"
        return CallFailure(
            text=text,
            status=self.status,
            retry_after=self.retry_after,
            answered=self.status is not None,
        )


class HttpToolServer(DialectServer):
    """A server whose dialect is spoken over plain HTTP."""

    ENDPOINTS: tuple[str, ...] = ("/mcp",)
    """The paths with which users may give the address: they are cut off."""

    def __init__(self, target: Reachable, recorder: Recorder, timeout: float) -> None:
        super().__init__(target, recorder, timeout)
        self._patience = START_PATIENCE * timeout
        """How long the very first answer may take."""
        connection = target.connect(f"{self.dialect}-1", recorder, timeout)
        assert isinstance(connection, HttpClient)
        self.connection = connection
        self.base = base_of(connection.url, self.ENDPOINTS)

    async def open(self) -> None:
        """Check that something listens at the address."""
        await self.connection.open()

    async def request(  # noqa: PLR0913  # the parts of a request, all by keyword but two
        self,
        method: str,
        path: str,
        value: Json = None,
        *,
        content: bytes | None = None,
        headers: Headers | None = None,
        case: str = "",
    ) -> HttpAnswer:
        """Send any request and wait for all of its answer.

        Args:
            method: the HTTP method.
            path: where to, below the server's address; may have a query.
            value: the JSON body; `None` sends none.
            content: the body as it is, in place of one of JSON.
            headers: further headers; `None` leaves a usual one out.
            case: what the running probe calls this request.

        Raises:
            PeerError: the path is none, or leads away from the server, to which alone the user's
                credential may go.
        """
        body = content if content is not None else encode(value) if value is not None else b""
        usual = JSON if body else {"Accept": JSON["Accept"]}
        sending = self.connection.request(
            method,
            url=self._url(path),
            content=body,
            headers={**usual, **(headers or {})},
            probe=probe_label(case),
        )
        why = await self._finished(sending, body)
        values = tuple(message.value for message in sending.messages if not message.fault)
        return HttpAnswer(
            status=sending.status,
            value=values[0] if values else None,
            messages=values,
            headers=sending.headers,
            why=why,
        )

    async def listen(self, path: str, *, case: str = "") -> Sending:
        """Ask for an event stream; it lasts until it is closed."""
        return self.connection.request(
            "GET", url=self._url(path), headers=EVENT_STREAM, probe=probe_label(case)
        )

    def _url(self, path: str) -> str:
        url = self.base + path
        try:
            if origin_of(url) != origin_of(self.base):
                raise PeerError(
                    f"the server says to ask at {excerpt(path)}, which leads to another host than "
                    "its own: nothing was sent there. Paths begin with a slash"
                )
            httpx2.URL(url)
        except (ValueError, httpx2.InvalidURL) as error:
            raise PeerError(
                f"the server says to ask at {excerpt(path)}, which is no path: {error}"
            ) from error
        return url

    async def _finished(self, sending: Sending, body: bytes) -> str:
        """Wait for the end of an exchange; return why it holds no answer, if so."""
        limit, self._patience = self._patience, self.timeout
        try:
            return await asyncio.wait_for(asyncio.shield(sending.ended), limit)
        except TimeoutError:
            why = f"no answer within {limit:g} s"
            self._note_silence(sending, parse(body).id, why, limit)
            sending.close()
            return why

    def _note_silence(self, sending: Sending, request_id: Json, why: str, seconds: float) -> None:
        self.recorder.record(
            EventKind.SILENCE,
            session=self.connection.name,
            channel=sending.channel,
            sender=Sender.CLIENT,
            probe=sending.probe,
            data={"id": request_id, "why": why, "seconds": seconds},
        )

    async def close(self) -> None:
        """Close the connections."""
        await self.connection.close()


def origin_of(url: str) -> str:
    """Return a URL's scheme, host and port, with whatever names a user."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))


def base_of(url: str, endpoints: tuple[str, ...]) -> str:
    """Return the address of a server, given by itself or with one of its endpoints."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    for endpoint in sorted(endpoints, key=len, reverse=True):
        if path.endswith(endpoint):
            path = path.removesuffix(endpoint)
            break
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
