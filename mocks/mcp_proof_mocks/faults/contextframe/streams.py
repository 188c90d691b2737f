"""Servers whose events nobody can read, or come to whom they do not concern."""

import json
from collections.abc import Callable
from dataclasses import replace

from mcp_proof_contracts.dialects.contextframe import PROGRESS, SUBSCRIBE
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.fault import HttpEdit, OutputEdit, fault
from mcp_proof_mocks.faults.edits import without
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse


def _as_text(path: str) -> HttpEdit:
    """Say that the streams below a path are plain text."""

    def spoil(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not (response.stream and request.path.startswith(path)):
            return response
        return replace(response, headers={"Content-Type": "text/plain"})

    return spoil


def _in_events(mark: bytes, edit: Callable[[JsonObject], str]) -> OutputEdit:
    """Spoil the data of every event that begins with a line."""

    def spoil(data: bytes) -> bytes:
        if not data.startswith(mark):
            return data
        head, _, text = data.decode().partition("\ndata: ")
        lines = edit(json.loads(text)).split("\n")
        return "\n".join([head, *(f"data: {line}" for line in lines), "", ""]).encode()

    return spoil


def _lacking(name: str) -> Callable[[JsonObject], str]:
    return lambda event: json.dumps(without(name)(event))


CHANGE = b"event: document_"
STEP = b"event: progress"


fault("contextframe-changes-served", http=_as_text(SUBSCRIBE))
fault("contextframe-change-object", output=_in_events(CHANGE, lambda change: str(change["type"])))
fault("contextframe-change-typed", output=_in_events(CHANGE, _lacking("type")))
fault(
    "contextframe-event-on-one-line",
    output=_in_events(CHANGE, lambda change: json.dumps(change, indent=1)),
)
fault("contextframe-changes-of-resource")
fault("contextframe-changes-filtered")
fault("contextframe-progress-served", http=_as_text(PROGRESS))
fault("contextframe-progress-shape", output=_in_events(STEP, _lacking("total")))
fault("contextframe-progress-forward")
fault("contextframe-progress-ends")
