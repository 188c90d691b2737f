"""What was answered when a consumer's interaction was tried."""

from collections.abc import Iterator
from dataclasses import dataclass

from mcp_proof_contracts.consumers.consumer import Kind
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.rest import EXECUTE
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_list, as_object, quote

METHODS = {"tool": "tools/call", "prompt": "prompts/get", "resource": "resources/read"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer."""

    result: Json = None
    failure: str = ""
    """What came in place of a result; empty where one did."""
    events: tuple[Event, ...]


def answered(reading: Reading, probe: str, kind: Kind) -> Iterator[Answered]:
    """Yield what a probe that tries an interaction was answered, in each of its cases."""
    if reading.spoken is Dialect.REST:
        yield from _executed(reading, probe)
        return
    for exchange in reading.stimuli(probe):
        if exchange.sent.message.method != METHODS[kind]:
            continue
        failed = exchange.result.get("isError") is True
        waits = exchange.result.get("resultType") == "input_required"
        if waits:
            continue  # the server asks back; what it answers then comes for another request
        yield Answered(
            result=exchange.result,
            failure="" if exchange.served and not failed else exchange.outcome,
            events=exchange.evidence,
        )


def _executed(reading: Reading, probe: str) -> Iterator[Answered]:
    for exchange in reading.http(probe):
        if not exchange.path.endswith(EXECUTE):
            continue
        answer = as_object(exchange.response_json)
        results = as_list(as_object(answer.get("data")).get("results"))
        good = answer.get("successful") is True and bool(results)
        yield Answered(
            result=as_object(results[0]).get("response") if good else None,
            failure="" if good else quote(exchange.response_json),
            events=exchange.evidence,
        )
