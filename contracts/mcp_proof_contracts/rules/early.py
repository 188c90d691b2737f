"""Requests that came before a handshake, of which no rule says what becomes of them (lifecycle)."""

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.transcript import Sender


def is_early(read: Reading, exchange: Exchange) -> bool:
    """Whether a server got a request before it had answered the handshake of the session."""
    stateful = isinstance(read.spoken, Revision) and read.spoken.era is Era.STATEFUL
    if read.peer is not Sender.SERVER or not stateful:
        return False
    event = exchange.sent.event
    ready = read.derived(_introductions).get(event.session, event.seq + 1)
    return event.seq < ready and exchange.sent.message.method != "initialize"


def _introductions(read: Reading) -> dict[str, int]:
    """Where in the transcript each session's handshake was answered for the first time."""
    answered: dict[str, int] = {}
    for exchange in read.results("initialize"):
        if exchange.answer is not None:
            answered.setdefault(exchange.answer.event.session, exchange.answer.event.seq)
    return answered
