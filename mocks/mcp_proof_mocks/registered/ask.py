"""Ask a server on this machine over HTTP: bounded in size, without a proxy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.framing import EventStreamReader
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object, encode, parse
from mcp_proof_mocks.authorization.uris import is_local
from mcp_proof_mocks.dialects.run_tool import ToolFailedError, Why
from mcp_proof_mocks.outgoing import NoAnswerError, sent
from mcp_proof_mocks.registered.registered import UnreachableError
from mcp_proof_mocks.script.template import text_of

MAX_ANSWER: Final = 4 * 1024 * 1024
"""Bytes of an answer that are read."""
REFUSED: Final[Mapping[int, Why]] = {
    HTTPStatus.BAD_REQUEST: Why.ARGUMENTS,
    HTTPStatus.UNPROCESSABLE_ENTITY: Why.ARGUMENTS,
    HTTPStatus.TOO_MANY_REQUESTS: Why.LIMITED,
}
SECONDS: Final = re.compile(r"[0-9]{1,9}")
"""The form of `Retry-After` that is no date."""
ACCEPT: Final = {"Accept": "application/json, text/event-stream"}
NONE: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    """With names in lower case."""
    messages: list[Json] = field(default_factory=list["Json"])
    """The body as JSON, or all that an event stream carried."""

    @property
    def members(self) -> JsonObject:
        """The body where it is an object, else an empty one."""
        return as_object(self.messages[0]) if self.messages else {}


async def ask(
    method: str,
    url: str,
    body: Json = None,
    headers: Mapping[str, str] = NONE,
) -> Answered:
    """Send a request and read all of the answer; whoever asks sees to it that this ends.

    Raises:
        UnreachableError: there is none, it is too long, or it would come from elsewhere.
    """
    if not is_local(url):
        raise UnreachableError("a mock calls servers on its own machine only")
    content = encode(body) if body is not None else None
    json = {"Content-Type": "application/json"} if body is not None else {}
    try:
        async with sent(method, url, content, {**ACCEPT, **json, **headers}) as response:
            data = b""
            async for piece in response.aiter_bytes():
                data += piece
                if len(data) > MAX_ANSWER:
                    raise UnreachableError(f"its answer is longer than {MAX_ANSWER} bytes")
    except NoAnswerError as error:
        raise UnreachableError(str(error)) from error
    named = {name.lower(): value for name, value in response.headers.items()}
    return Answered(response.status_code, named, _messages(named, data))


def refusal(answer: Answered) -> ToolFailedError | None:
    """Return what a server refuses by itself: arguments, or more calls than it takes."""
    why = REFUSED.get(answer.status)
    if why is None:
        return None
    told = answer.members.get("error") or answer.members.get("detail")
    seconds = SECONDS.fullmatch(answer.headers.get("retry-after", ""))
    after = None if seconds is None else float(seconds[0])
    return ToolFailedError(why, text_of(told or why), retry_after=after)


def _messages(headers: Mapping[str, str], data: bytes) -> list[Json]:
    if not headers.get("content-type", "").startswith("text/event-stream"):
        message = parse(data)
        return [] if message.fault else [message.value]
    try:
        events = EventStreamReader().feed(data)
    except UnicodeDecodeError as error:
        raise UnreachableError("its event stream is not UTF-8") from error
    parsed = (parse(event.data.encode()) for event in events if event.has_data)
    return [message.value for message in parsed if not message.fault]


def credentials(authentication: JsonObject) -> dict[str, str]:
    """Return the header that presents what a registration gives for its server."""
    token = str(authentication.get("token"))
    match authentication.get("type"):
        case "bearer":
            return {"Authorization": f"Bearer {token}"}
        case "api-key":
            return {"X-API-Key": token}
        case _:
            return {}
