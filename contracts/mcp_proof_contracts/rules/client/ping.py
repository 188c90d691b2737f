"""Ping: what clients answer."""

from typing import Final

from mcp_proof_contracts.client_course import passed_over
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule

PROMPT: Final = 2.0
"""Seconds that an answer may take."""


@rule(
    "ping-client-answers-empty",
    "MUST",
    "utilities/ping#behavior-requirements",
    side="client",
    until=LATEST_STATEFUL,
    otherwise="the client was not pinged while it surely listened",
)
def client_answers_empty(read: Reading) -> Observations:
    """A client answers a ping promptly with an empty result.

    A server that hears nothing takes the connection for dead. Looked at: pings, also while a call
    of the client is under way; `_meta` in the result does no harm. Where no answer came, only a
    client counts that had surely read the ping: it went on after an answer that came behind it on
    the same stream, two seconds later and more.
    """
    for exchange in read.exchanges("ping"):
        if exchange.served and not set(exchange.result) - {"_meta"}:
            yield Kept(exchange.sent.event)
        elif exchange.answer is not None:
            yield Finding.about(
                exchange, message="a ping was not answered with an empty result", expected="{}"
            )
        elif later := passed_over(read, exchange.sent.event, PROMPT):
            yield Finding(
                message=f"a ping was not answered within {PROMPT:g} s",
                expected="{}",
                actual="no answer, although the client said something else",
                events=(exchange.sent.event, later),
            )
