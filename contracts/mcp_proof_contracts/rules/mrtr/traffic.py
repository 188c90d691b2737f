"""What the rules of this page share: results that ask, and what came back for retries."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rules.tools.called import failed_in_tool
from mcp_proof_contracts.wire import encode

PROBE: Final = "input-rounds"
"""Sends requests that ask, and retries them: rightly at home, then with one thing changed."""
INPUT_REQUIRED: Final = "input_required"
INPUTS: Final = "inputRequests"
RESPONSES: Final = "inputResponses"
STATE: Final = "requestState"
SUPPORTED: Final[Mapping[str, str]] = {
    "tools/call": "content",
    "prompts/get": "messages",
    "resources/read": "contents",
}
"""The methods that may be answered by asking, and what their complete results hold."""
OWN_PARAMS: Final = ("_meta", RESPONSES, STATE)
"""What a retry has besides the params of the request."""
BYSTANDERS: Final = (401, 403, 408, 429, 502, 503, 504)
"""Statuses of authorization, rate limits and gateways: not about the retry."""


def asks(exchange: Exchange) -> bool:
    """Whether it was answered by a result that asks for input."""
    return exchange.result.get("resultType") == INPUT_REQUIRED


def completed(exchange: Exchange) -> bool:
    """Whether it was answered by a complete result that is no failure."""
    is_complete = exchange.result.get("resultType", "complete") == "complete"
    return exchange.served and is_complete and not failed_in_tool(exchange)


def answered(exchange: Exchange) -> bool:
    """Whether the server itself gave an answer, be it a refusal."""
    return (exchange.served or exchange.refused) and exchange.status not in BYSTANDERS


def rejected(exchange: Exchange) -> bool:
    """Whether what a retry brought was not gone by: it was refused, or asked for again."""
    return exchange.refused or failed_in_tool(exchange) or asks(exchange)


def bare(exchange: Exchange) -> JsonObject:
    """The params of a request without what its retries add."""
    params = exchange.sent.message.params
    return {name: value for name, value in params.items() if name not in OWN_PARAMS}


def subject(exchange: Exchange) -> bytes:
    """What tells requests for different things apart."""
    return encode([exchange.sent.message.method, bare(exchange)])


def varied(read: Reading, case: str) -> Iterator[Exchange]:
    """The answered retries of a case whose like was completed when nothing was changed."""
    sound = read.derived(_sound)
    for exchange in read.stimuli(PROBE, case):
        if answered(exchange) and subject(exchange) in sound:
            yield exchange


def with_state(read: Reading, case: str) -> Iterator[Exchange]:
    """Those of `varied` that are not completed without their state: it is needed."""
    needed = needing_state(read)
    for exchange in varied(read, case):
        if subject(exchange) in needed:
            yield exchange


def needing_state(read: Reading) -> frozenset[bytes]:
    """The subjects of requests that no retry completes without their state."""
    return read.derived(_needing_state)


def _sound(read: Reading) -> frozenset[bytes]:
    return frozenset(subject(e) for e in read.stimuli(PROBE, "home") if completed(e))


def _needing_state(read: Reading) -> frozenset[bytes]:
    tried = [e for e in read.stimuli(PROBE, "no-state") if answered(e)]
    free = {subject(e) for e in tried if not rejected(e)}
    return frozenset(subject(e) for e in tried) - free
