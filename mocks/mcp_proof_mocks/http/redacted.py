"""HTTP exchanges on their way into the journal of a mock with authorization: without secrets."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse, Responder
from mcp_proof_mocks.http.recorded import HEAD, RecordedExchange, Recorder
from mcp_proof_mocks.journal.journal import Journal
from mcp_proof_mocks.journal.rows import response_row

if TYPE_CHECKING:
    from mcp_proof_mocks.authorization.authorization import Authorization

Exchanges: TypeAlias = Callable[[HttpRequest, Responder], RecordedExchange]
"""Records a request; returns the responder that records the response to it."""


def exchanges(journal: Journal, authorization: "Authorization | None") -> Exchanges:
    """Return what records the exchanges of one endpoint."""
    recorder = Recorder(journal)
    if authorization is None:
        return recorder.exchange

    def redacted(request: HttpRequest, responder: Responder) -> RecordedExchange:
        kind = ConfidentialExchange if authorization.serves(request) else RecordedExchange
        kept, document = authorization.redacted(request), authorization.is_beside(request)
        return recorder.exchange(kept, responder, kind, document=document)

    return redacted


class ConfidentialExchange(RecordedExchange):
    """One with the authorization server, whose response holds tokens, codes and secrets."""

    __slots__ = ()

    def respond(self, response: HttpResponse) -> None:
        """Send the response; record its head."""
        self.begun, self._open = True, response.stream
        headers = dict(response.headers)
        if "Location" in headers:
            shown, query, _ = headers["Location"].partition("?")
            headers["Location"] = shown + "?…" if query else shown
        kept = replace(response, headers=headers, body=b"")
        self._recorder.record(
            response_row(time.monotonic(), self._session, self._channel, kept), HEAD
        )
        self._responder.respond(response)
