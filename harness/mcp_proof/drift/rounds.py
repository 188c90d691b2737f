"""The rounds in which 2026-07-28 asks for input are one request (patterns/mrtr)."""

from mcp_proof.drift.answers_given import remember
from mcp_proof.drift.recorded import Recording, Request
from mcp_proof.drift.shape import canonical
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object


def with_rounds_joined(recording: Recording) -> None:
    """Give the first request of each chain the last answer, and leave the others out."""
    waiting: dict[bytes, Request] = {}
    kept: list[Request] = []
    for request in recording.requests:
        given = as_object(request.params.get("inputResponses"))
        is_round = "inputResponses" in request.params or "requestState" in request.params
        params = {
            name: value
            for name, value in request.params.items()
            if name not in ("inputResponses", "requestState")
        }
        key = f"{request.session} {request.method} ".encode() + canonical(params)
        first = waiting.pop(key, None) if is_round else None
        if first is None:
            first = request
            request.params = params
            kept.append(request)
        else:
            _take(recording, first, given)
            first.answer, first.told = request.answer, first.told | request.told
        if _wants_input(first):
            waiting[key] = first
            first.why_not = first.why_not or "the recording ends before its last round"
        elif first is not request:
            first.why_not = request.why_not
    recording.requests = kept


def _wants_input(request: Request) -> bool:
    return _result(request).get("resultType") == "input_required"


def _take(recording: Recording, first: Request, given: JsonObject) -> None:
    """Note what was asked in a round, and what the client answered."""
    for key, asked in as_object(_result(first).get("inputRequests")).items():
        question = as_object(asked)
        method = str(question.get("method", ""))
        first.asked.add(method)
        if key in given:
            remember(recording, method, as_object(question.get("params")), "result", given[key])


def _result(request: Request) -> JsonObject:
    return as_object(request.answer.value) if request.answer is not None else {}
