"""`/_mock/faults`: faults that are turned on and off while the mock runs.

It is there only when asked for, and only for programs on this machine: whoever reaches it decides
what every client of the mock is told. What a browser sends for a web page (an `Origin`, or the
name of a foreign host that was made to lead here) is refused.
"""

from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.active_faults import ActiveFaults, FixedFaultError
from mcp_proof_mocks.fault import faults
from mcp_proof_mocks.fault_choice import SELECTORS, chosen_by
from mcp_proof_mocks.fault_text import FaultTextError, parameters
from mcp_proof_mocks.http.access import host_name
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse
from mcp_proof_mocks.loopback import is_loopback
from mcp_proof_mocks.message_fault import message_faults

PATH: Final = "/_mock/faults"


class FaultControl:
    """Lists, adds and removes the faults of one server over HTTP."""

    def __init__(self, active: ActiveFaults) -> None:
        self._active = active

    def is_for(self, request: HttpRequest) -> bool:
        """Whether a request is for this endpoint and not for the mock."""
        return request.path == PATH or request.path.startswith(f"{PATH}/")

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Do what a request asks for, where it may ask."""
        if (why := _refused(request)) is not None:
            return _problem(403, why)
        path, _, number = request.path.partition(f"{PATH}/")
        if request.method == "GET" and path:
            return _json(200, {"active": self._listed(), "known": _known()})
        if request.method == "POST" and path:
            return self._add(request)
        if request.method == "DELETE":
            return self._clear() if path else self._remove(number)
        return _problem(
            405, f"{PATH} takes GET, POST (a fault) and DELETE (all, or one at {PATH}/ID)"
        )

    def _listed(self) -> list[Json]:
        return [
            {"id": number, "fault": each.text, "fixed": each.fixed}
            for number, each in self._active.numbered
        ]

    def _add(self, request: HttpRequest) -> HttpResponse:
        message = parse(request.body)
        if message.fault:
            return _problem(400, f"the body is {message.fault}; expected a fault as JSON")
        try:
            chosen = chosen_by(message.value)
            number = self._active.add(chosen)
        except (FaultTextError, FixedFaultError) as error:
            return _problem(400, str(error))
        return _json(201, {"id": number, "fault": chosen.text})

    def _remove(self, number: str) -> HttpResponse:
        try:
            self._active.remove(int(number))
        except FixedFaultError as error:
            return _problem(409, str(error))
        except (KeyError, ValueError):
            return _problem(404, f"no active fault has the id {number!r}: GET {PATH} lists them")
        return _json(200, {"active": self._listed()})

    def _clear(self) -> HttpResponse:
        self._active.clear()
        return _json(200, {"active": self._listed()})


def _refused(request: HttpRequest) -> str | None:
    """Why a request may not steer the mock, or `None`."""
    if "origin" in request.headers:
        return "a request with an Origin comes from a web page, which may not steer the mock"
    if not is_loopback(request.client):
        return f"only programs on the mock's own machine may steer it, not {request.client}"
    host = request.headers.get("host", "")
    if not is_loopback(host_name(host) or ""):
        return f"the Host {host!r} is no loopback name: use localhost or 127.0.0.1"
    return None


def _known() -> JsonObject:
    """Every fault that can be named, with the keys that it takes."""
    messages: list[Json] = [
        {
            "name": kind.name,
            "does": kind.summary,
            "takes": [*parameters(kind.build), *SELECTORS],
        }
        for kind in message_faults
    ]
    return {"message": messages, "rule": sorted(fault.name for fault in faults)}


def _problem(status: int, why: str) -> HttpResponse:
    return _json(status, {"error": why})


def _json(status: int, value: JsonObject) -> HttpResponse:
    return HttpResponse(status=status, headers=JSON, body=encode(value) + b"\n")
