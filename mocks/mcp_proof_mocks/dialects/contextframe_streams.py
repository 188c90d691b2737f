"""The event streams of ContextFrame: changes of the dataset, and the progress of an operation."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from urllib.parse import parse_qs

from mcp_proof_contracts.document_filter import DocumentFilterError, document_filter
from mcp_proof_contracts.framing import ServerSentEvent
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object, encode
from mcp_proof_mocks.dialects.event_stream import write_event
from mcp_proof_mocks.dialects.routes import JsonRoutes
from mcp_proof_mocks.documents.operation import RUNNING, Operation
from mcp_proof_mocks.http.messages import (
    HttpRequest,
    HttpResponse,
    Responder,
    event_stream_headers,
)


class ContextFrameStreams:
    """Serves the streams of one mock."""

    def __init__(self, routes: JsonRoutes) -> None:
        self._routes = routes
        self._server = routes.server

    async def subscribe(self, request: HttpRequest, responder: Responder) -> None:
        """Tell the changes that a client wants to hear of, until it goes away."""
        try:
            wanted = self._wanted(request)
        except DocumentFilterError as error:
            detail: JsonObject = {"detail": f"Invalid filter: {error}"}
            self._routes.respond(request, responder, HTTPStatus.BAD_REQUEST, detail)
            return

        def hear(change: JsonObject) -> None:
            if wanted(change):
                self._write(responder, str(change["type"]), change)

        self._begin(request, responder)
        dataset = self._server.dataset
        for change in dataset.changes:
            hear(change)
        dataset.followers.add(hear, responder.end)
        try:
            await responder.ended()
        finally:
            dataset.followers.remove(hear)

    async def progress(self, request: HttpRequest, responder: Responder, operation_id: str) -> None:
        """Tell the progress of an operation from its beginning to its end."""
        operation = self._server.dataset.operations.get(operation_id)
        if operation is None:
            detail: JsonObject = {"detail": f"There is no operation {operation_id}"}
            self._routes.respond(request, responder, HTTPStatus.NOT_FOUND, detail)
            return

        def hear(event: JsonObject) -> None:
            if event["status"] == RUNNING or self._server.keeps("contextframe-progress-ends"):
                self._write(responder, "progress", event)
            if event["status"] != RUNNING:
                responder.end()

        self._begin(request, responder)
        for event in self._told(operation):
            hear(event)
        operation.followers.add(hear, responder.end)
        try:
            await responder.ended()
        finally:
            operation.followers.remove(hear)

    def _told(self, operation: Operation) -> Sequence[JsonObject]:
        if self._server.keeps("contextframe-progress-forward"):
            return list(operation.told)
        return [*operation.told[-2::-1], *operation.told[-1:]]

    def _wanted(self, request: HttpRequest) -> Callable[[JsonObject], bool]:
        """Return whether the client wants to hear a change.

        Raises:
            DocumentFilterError: its filter is none.
        """
        query = parse_qs(request.path.partition("?")[2])
        kind = query.get("resource_type", [""])[0].removesuffix("s")
        text = query.get("filter", [""])[0]
        holds = document_filter(text) if text else None
        keeps = self._server.keeps

        def wanted(change: JsonObject) -> bool:
            meant = not kind or str(change["type"]).startswith(f"{kind}_")
            if not meant and keeps("contextframe-changes-of-resource"):
                return False
            if holds is None or not keeps("contextframe-changes-filtered"):
                return True
            return holds(as_object(change.get("document")))

        return wanted

    def _begin(self, request: HttpRequest, responder: Responder) -> None:
        head = HttpResponse(status=HTTPStatus.OK, headers=event_stream_headers(), stream=True)
        responder.respond(self._server.faults.responded(request, head))

    def _write(self, responder: Responder, name: str, data: JsonObject) -> None:
        event = ServerSentEvent(event=name, data=encode(data).decode())
        write_event(self._server, responder, event)
