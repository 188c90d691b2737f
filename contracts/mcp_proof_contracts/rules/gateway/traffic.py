"""The exchanges of a gateway: what was listed, called, registered and removed."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import unquote

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.wire import as_list, as_object

GATEWAY: Final = (Dialect.GATEWAY,)
DOWN: Final = (
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)
"""How a gateway says that a server behind it does not answer."""
NOT_REGISTERED: Final = "registering changes the gateway: --tool servers/register allows it"
NO_CALL: Final = "no tool was called, for none of those listed declares `readOnlyHint`"
_PATH: Final = re.compile(r".*?/servers(?:/(?P<name>[^/?]+)(?:/(?P<what>tools|call))?)?(?:\?.*)?")


class Place(NamedTuple):
    """What a request is for."""

    server: str
    """The server that the path names; "" for all of them."""
    what: str
    """`tools`, `call`, or "" for the server itself."""


def place(exchange: HttpExchange) -> Place | None:
    """Return what a request is for; `None` where it is none of this dialect."""
    found = _PATH.fullmatch(exchange.path)
    return Place(unquote(found["name"] or ""), found["what"] or "") if found else None


def listings(read: Reading) -> Iterator[HttpExchange]:
    """Every `GET /servers` that presented what it takes."""
    return (e for e in _asked(read, "GET", "") if place(e) == Place("", ""))


def tool_lists(read: Reading) -> Iterator[HttpExchange]:
    """Every `GET /servers/NAME/tools` of the ordinary conversation."""
    return (e for e in _asked(read, "GET", "tools") if not e.probe)


def calls(read: Reading) -> Iterator[HttpExchange]:
    """Every `POST /servers/NAME/call` that presented what it takes."""
    return _asked(read, "POST", "call")


def _asked(read: Reading, method: str, what: str) -> Iterator[HttpExchange]:
    for exchange in read.http():
        where = place(exchange)
        right = exchange.method == method and exchange.probe != "gateway-token"
        if right and where is not None and where.what == what:
            yield exchange


def named(exchange: HttpExchange) -> str:
    """The server that a request names."""
    where = place(exchange)
    return where.server if where is not None else ""


def body(exchange: HttpExchange) -> JsonObject:
    """The answer's body where it is an object."""
    return as_object(exchange.response_json)


def asked_for(exchange: HttpExchange) -> JsonObject:
    """The request's body where it is an object."""
    return as_object(exchange.request_json)


def entries(exchange: HttpExchange) -> list[JsonObject]:
    """The servers of a listing."""
    return [as_object(item) for item in as_list(body(exchange).get("servers"))]


def tools_of(exchange: HttpExchange) -> list[JsonObject]:
    """The tools that were listed for one server."""
    return [as_object(item) for item in as_list(body(exchange).get("tools"))]


def gave_a_result(exchange: HttpExchange) -> bool:
    """Whether a call says that the tool gave something."""
    said = body(exchange)
    return exchange.status == HTTPStatus.OK and "result" in said and not said.get("error")
