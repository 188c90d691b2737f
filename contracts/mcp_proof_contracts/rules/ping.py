"""Utilities, Ping: the question whether anybody is there."""

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.wire import Kind

PAGE = "utilities/ping#behavior-requirements"
WITHOUT_MEANING = ("_meta", "resultType")
"""Members that any result may have; the second is what 2026-07-28 puts into all of them."""


@rule(
    "ping-server-answers-empty",
    "MUST",
    PAGE,
    until=LATEST_STATEFUL,
    probes=("ping",),
    otherwise="no ping was sent",
)
def server_answers_empty(read: Reading) -> Observations:
    """A `ping` is answered promptly with an empty result.

    Clients take a server that fails a ping for dead and cut the connection. Looked at: one ping in
    an idle session. `_meta` makes a result no less empty.
    """
    for exchange in read.stimuli("ping"):
        if exchange.sent.message.method != "ping":
            continue  # the handshake of a session that had to be begun anew
        answer = exchange.answer
        empty = (
            answer is not None
            and answer.message.kind is Kind.RESULT
            and answer.message.members.get("result") is not None
            and not set(answer.message.result) - set(WITHOUT_MEANING)
        )
        yield Kept(exchange.sent.event) if empty else _unanswered(exchange, "was not answered so")


@rule(
    "ping-before-initialized",
    "implied",
    "lifecycle#initialization",
    until=LATEST_STATEFUL,
    probes=("handshakes",),
    otherwise="`initialize` was not answered with a result",
)
def before_initialized(read: Reading) -> Observations:
    """A `ping` between the `initialize` result and `notifications/initialized` is answered.

    The page names pings as what may be sent before the handshake is complete. Looked at: a ping
    in a session whose `notifications/initialized` is held back; any result counts.
    """
    for exchange in read.stimuli("handshakes", "held-ping"):
        if exchange.served:
            yield Kept(exchange.sent.event)
        else:
            yield _unanswered(exchange, "before `notifications/initialized` was not served")


def _unanswered(exchange: Exchange, what: str) -> Finding:
    return Finding.about(exchange, message=f"a ping {what}", expected="an empty result")
