"""What of all that a peer sent was meant as a JSON-RPC message, and what it came back for."""

from typing import Final

from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import Event, Sender
from mcp_proof_contracts.wire import BOM, Kind

MEMBERS: Final = frozenset({"jsonrpc", "id", "method", "result", "error"})
"""An object without any of these is something else, such as a log line."""
BEGIN: Final = (b"{", b"[")
ANSWERING: Final = frozenset({"id", "result", "error"})


def spoken(read: Reading) -> list[Said]:
    """The peer's objects that claim to be messages.

    An HTTP error may carry any JSON, such as the `error` of an OAuth challenge: it counts only
    when it says `jsonrpc`.
    """
    return read.derived(_spoken)


def in_place(read: Reading, event: Event) -> bool:
    """Whether a text stands where the transport carries nothing but messages.

    What a dialect besides MCP has to be listened to with GET is a stream of its own events.
    """
    http = read.http_of(event)
    if http is None or event.sender is not Sender.SERVER:
        return True
    if http.is_stream:
        return http.method == "POST" or isinstance(read.spoken, Revision)
    return not read.shared and http.method == "POST" and not (http.pending or http.is_error)


def texts(read: Reading) -> list[Event]:
    """The peer's frames that are JSON, or would be in another encoding.

    Noise on stdout and a line that was cut off are for other rules.
    """
    return read.derived(_texts)


def responses(read: Reading) -> list[Said]:
    """The peer's messages that answer, or should answer, a request."""
    return read.derived(_responses)


def errors(read: Reading) -> list[Said]:
    """Those of them that have an `error`, whatever it is."""
    return read.derived(_errors)


def with_errors(read: Reading) -> list[Exchange]:
    """What errors came back for."""
    return read.derived(_with_errors)


def evidence(read: Reading, said: Said) -> tuple[Event, ...]:
    """The message with the request it came back for, as far as that is known."""
    exchange = read.exchange_of(said.event)
    if exchange is None:
        return (said.event,)
    shown = exchange.evidence
    return shown if said.event in shown else (*shown, said.event)


def _spoken(read: Reading) -> list[Said]:
    return [
        said
        for said in read.objects()
        if not MEMBERS.isdisjoint(said.message.members)
        and ("jsonrpc" in said.message.members or in_place(read, said.event))
    ]


def _texts(read: Reading) -> list[Event]:
    found: list[Event] = []
    for event in read.frames():
        assert event.message is not None
        raw = event.message.raw
        start = raw[:1] if raw[:1] in BEGIN else raw.lstrip(BOM + b"\xff\xfe\x00 \t\r")[:1]
        if start in BEGIN and "unfinished" not in event.data:
            found.append(event)
    return found


def _errors(read: Reading) -> list[Said]:
    return [said for said in responses(read) if "error" in said.message.members]


def _with_errors(read: Reading) -> list[Exchange]:
    return [
        exchange
        for exchange in read.exchanges()
        if any(said.message.kind is Kind.ERROR for said in exchange.answers)
        or any(said.message.kind is Kind.ERROR for said in exchange.strays)
    ]


def _responses(read: Reading) -> list[Said]:
    return [
        said
        for said in spoken(read)
        if "method" not in said.message.members and not ANSWERING.isdisjoint(said.message.members)
    ]
