"""One entry of a HAR: a request, its response, and when each part came."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final
from urllib.parse import SplitResult, urlsplit

from mcp_proof.record.foreign.moment import moment
from mcp_proof.record.foreign.place import Place
from mcp_proof_contracts.headers import media_type
from mcp_proof_contracts.secrets.mask import HIDDEN
from mcp_proof_contracts.secrets.oauth import MEMBERS, oauth_secrets
from mcp_proof_contracts.wire import Message, encode, parse

STREAM: Final = "text/event-stream"
BEFORE: Final = ("blocked", "dns", "connect", "send", "wait")
"""The timings before the first byte of the response; `ssl` is a part of `connect`."""
_NAMES: Final = tuple(name.encode() for name in MEMBERS)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What was sent to a URL, and what came back."""

    began: datetime
    """When the request was sent."""
    waited: float
    """Seconds from then to the response's head."""
    took: float
    """Seconds from then to its end."""
    method: str
    url: SplitResult
    sent: bytes
    fields: tuple[tuple[str, str], ...]
    status: int
    """0 where no response came."""
    headers: dict[str, str]
    """Of the response, names in lower case."""
    came: bytes

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.url.scheme}://{self.url.netloc.rpartition('@')[2]}"

    @property
    def endpoint(self) -> str:
        """The URL without its query."""
        return f"{self.origin}{self.url.path}"

    @cached_property
    def message(self) -> Message:
        """The body of the request."""
        return parse(self.sent)

    @property
    def is_stream(self) -> bool:
        """Whether the response is an event stream."""
        return media_type(self.headers) == STREAM

    def header(self, name: str) -> str:
        """Return a header of the request."""
        return next((value for key, value in self.fields if key.lower() == name), "")


def entry_of(place: Place) -> Entry:
    """Return an entry.

    Raises:
        MalformedError: a part is of another type than HAR 1.2 has it.
    """
    request, response = place.at("request"), place.at("response")
    content = response.at("content")
    headers = {name.lower(): value for name, value in _headers(response)}
    if "content-type" not in headers and content.has("mimeType"):
        headers["content-type"] = content.at("mimeType").text
    took = max(0.0, place.at("time").number) / 1000
    return Entry(
        began=moment(place.at("startedDateTime")),
        waited=min(took, _waited(place)) if place.has("timings") else took,
        took=took,
        method=request.at("method").text.upper(),
        url=_url(request.at("url")),
        sent=_body(request.at("postData")) if request.has("postData") else b"",
        fields=tuple(_headers(request)),
        status=int(response.at("status").number),
        headers=headers,
        came=_body(content) if response.has("content") else b"",
    )


def _url(place: Place) -> SplitResult:
    try:
        url = urlsplit(place.text)
        _ = url.port
    except ValueError:
        place.wrong("a URL")
    return url


def _headers(part: Place) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for header in part.at("headers").items:
        name = header.at("name").text
        if not name.startswith(":"):  # what HTTP/2 has in place of the first line
            found.append((name, header.at("value").text))
    return found


def _body(place: Place) -> bytes:
    text = place.at("text").text
    if place.at("encoding").text != "base64":
        return _without_credentials(text.encode(errors="replace"))
    try:
        return _without_credentials(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        place.at("text").wrong("Base64")


def _without_credentials(body: bytes) -> bytes:
    """Return a body without what an authorization server gives out."""
    if not any(name in body for name in _NAMES):
        return body
    value = parse(body).value
    for secret in oauth_secrets(value):
        body = body.replace(encode(secret)[1:-1], HIDDEN.encode())
    return body


def _waited(place: Place) -> float:
    """Return the seconds to the first byte of the response; -1 stands for what does not apply."""
    timings = place.at("timings")
    return sum(max(0.0, timings.at(name).number) for name in BEFORE) / 1000
