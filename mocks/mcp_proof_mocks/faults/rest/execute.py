"""Servers whose executions are not what callers rely on."""

from dataclasses import replace
from http import HTTPStatus

from mcp_proof_contracts.dialects.rest import EXECUTE
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_bodies, without
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

CRASHING = b'"find_contact"'


def _crash(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if CRASHING not in request.body:
        return response
    return replace(response, status=HTTPStatus.INTERNAL_SERVER_ERROR, body=b"{}")


def _results(said: dict[str, Json], results: list[Json]) -> Json:
    return {**said, "data": {"results": results}} if said.get("successful") is True else said


def _without_last(said: dict[str, Json]) -> Json:
    return _results(said, [*as_list(as_object(said.get("data")).get("results"))][:-1])


def _as_text(said: dict[str, Json]) -> Json:
    given = as_list(as_object(said.get("data")).get("results"))
    return _results(said, [{**as_object(each), "response": "done"} for each in given])


fault("rest-execute-shape", http=in_bodies(without("request_id"), EXECUTE))
fault("rest-good-body-served", http=_crash)
fault("rest-request-id-echoed")
fault("rest-results-in-order", http=in_bodies(_without_last, EXECUTE))
fault("rest-first-failure-ends")
fault("rest-bad-body-refused")
fault("rest-arguments-checked")
fault("rest-method-checked")
fault("rest-output-schema-kept", http=in_bodies(_as_text, EXECUTE))
