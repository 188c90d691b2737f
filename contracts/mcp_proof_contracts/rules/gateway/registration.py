"""Gateway, Registration: servers are made known to the gateway while it runs."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from mcp_proof_contracts.exchange import HttpExchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.no_entry import no_entry
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observation, Observations, Untested, rule
from mcp_proof_contracts.rules.gateway.traffic import (
    DOWN,
    GATEWAY,
    NOT_REGISTERED,
    asked_for,
    body,
    entries,
)
from mcp_proof_contracts.statuses import NOT_SERVED, REFUSED

PAGE = "gateway#registration"
PROBE: Final = "gateway-registration"
REGISTERED: Final = (HTTPStatus.OK, HTTPStatus.CREATED)
WARY: Final = (*REFUSED, HTTPStatus.FORBIDDEN, HTTPStatus.FAILED_DEPENDENCY, *DOWN)
"""How a gateway may refuse a server that does not answer, or that is on its own machine."""
REMOVED: Final = (HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT)


@rule(
    "gateway-registered-listed",
    "MUST",
    PAGE,
    dialects=GATEWAY,
    probes=(PROBE,),
    otherwise=NOT_REGISTERED,
)
def registered_listed(read: Reading) -> Observations:
    """A server that is registered is answered with 201 or 200, and listed from then on.

    Looked at: a server under a name of its own, at an address of the gateway's machine where
    nothing answers. A gateway that refuses such an address leaves this untested.
    """
    for exchange in read.http(PROBE, "good"):
        if exchange.status in WARY:
            yield Untested(f"the gateway did not take a server that is down: {exchange.outcome}")
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        elif exchange.status not in REGISTERED:
            message = "POST /servers with a good body was not answered with 201"
            yield Finding.about(exchange, message=message, expected="201 or 200")
        else:
            yield from _then_listed(read, asked_for(exchange))


def _then_listed(read: Reading, registered: JsonObject) -> Iterator[Observation]:
    for exchange in read.http(PROBE, "listed"):
        entry = _entry(exchange, registered["name"])
        if entry is not None and all(
            entry.get(member) in (None, registered[member]) for member in ("url", "transport")
        ):
            yield Kept(exchange.request)
        else:
            yield Finding.about(
                exchange,
                message="a server was registered, and is not listed as it was given",
                expected=f"{registered['name']} at {registered['url']}",
            )


@rule(
    "gateway-duplicate-name-refused",
    "MUST",
    PAGE,
    dialects=GATEWAY,
    probes=(PROBE,),
    otherwise=NOT_REGISTERED,
)
def duplicate_name_refused(read: Reading) -> Observations:
    """A name that is taken is refused with 409.

    Whoever may register a server must not thereby take over the calls that are meant for another.
    """
    for exchange in read.http(PROBE, "duplicate"):
        if exchange.status == HTTPStatus.CONFLICT:
            yield Kept(exchange.request)
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        else:
            message = "a second server was registered under a name that is taken"
            yield Finding.about(exchange, message=message, expected="409")


@rule(
    "gateway-bad-registration-refused",
    "MUST",
    PAGE,
    dialects=GATEWAY,
    probes=("gateway-bad-registration",),
    otherwise=NOT_REGISTERED,
)
def bad_registration_refused(read: Reading) -> Observations:
    """A registration that is no JSON, or not of the documented form, is refused with 400 or 422.

    It would be found out at the first call only, by somebody else. Sent are: a text that is no
    JSON, no name, no url, a url that is none, an unknown transport, an authentication that is a
    text.
    """
    for exchange in read.http("gateway-bad-registration"):
        if exchange.method != "POST":
            continue  # what was taken is removed again
        if exchange.status in REFUSED:
            yield Kept(exchange.request)
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        else:
            yield Finding.about(
                exchange,
                message=f"a bad registration ({exchange.case}) was not refused",
                expected="400 or 422",
            )


@rule(
    "gateway-removed-gone",
    "MUST",
    PAGE,
    dialects=GATEWAY,
    probes=(PROBE,),
    otherwise=NOT_REGISTERED,
)
def removed_gone(read: Reading) -> Observations:
    """A server that was removed with `DELETE /servers/NAME` is listed no more.

    Looked at where the gateway removes servers at all, which it need not.
    """
    for exchange in read.http(PROBE, "removal"):
        if exchange.status in NOT_SERVED:
            yield Untested("the gateway does not remove servers")
        elif (barred := no_entry(exchange.status)) is not None:
            yield barred
        elif exchange.status not in REMOVED:
            message = "a server that was registered could not be removed"
            yield Finding.about(exchange, message=message, expected="204 or 200")
    for exchange in read.http(PROBE, "after removal"):
        if exchange.status != HTTPStatus.OK or not isinstance(body(exchange).get("servers"), list):
            yield Untested(f"the servers could not be listed after the removal: {exchange.outcome}")
            continue
        names = [str(entry.get("name")) for entry in entries(exchange)]
        removed = [str(asked_for(e).get("name")) for e in read.http(PROBE, "good")]
        if not set(removed) & set(names):
            yield Kept(exchange.request)
        else:
            message = "a server was removed, and is still listed"
            yield Finding.about(exchange, message=message, expected=f"no server {removed[0]}")


@rule(
    "gateway-down-server-told",
    "MUST",
    "gateway#servers-that-are-down",
    dialects=GATEWAY,
    probes=(PROBE,),
    otherwise=NOT_REGISTERED,
)
def down_server_told(read: Reading) -> Observations:
    """A server that does not answer is told with 502, 503 or 504, and soon.

    A caller must know whom to blame, and must not wait for what never comes. Looked at: tools and a
    call of a server at whose address nothing listens; 404 of a tool that was never seen is taken.
    """
    for case in ("tools of a server that is down", "call of a server that is down"):
        for exchange in read.http(PROBE, case):
            if exchange.status in DOWN:
                yield Kept(exchange.request)
            elif (barred := no_entry(exchange.status)) is not None:
                yield barred
            elif exchange.status != HTTPStatus.NOT_FOUND or case.startswith("tools"):
                yield Finding.about(
                    exchange,
                    message=f"the {case} was not answered with 502, 503 or 504",
                    expected="502, 503 or 504",
                )


def _entry(exchange: HttpExchange, name: Json) -> JsonObject | None:
    return next((entry for entry in entries(exchange) if entry.get("name") == name), None)
