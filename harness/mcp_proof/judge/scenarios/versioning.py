"""Servers of the earlier era, and such as do not take the client's version, or say so."""

import json
from itertools import count
from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof_contracts.error_codes import (
    HEADER_MISMATCH,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    MISSING_CAPABILITY,
    UNSUPPORTED_VERSION,
)
from mcp_proof_contracts.handshakes import claims_modern
from mcp_proof_contracts.headers import META_VERSION
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST, STATEFUL, Revision
from mcp_proof_contracts.wire import as_object, message, parse
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse

SINCE: Final = Revision.R2026_07_28
SILENCE: Final = 0
"""Stands for no answer, among codes."""
OWN_CODE: Final = -32000
NOBODYS: Final = "2999-12-31"
"""A version that no client speaks."""


@scenario(
    "legacy-server",
    "client-fallback-on-legacy-answer",
    "client-fallback-not-code-keyed",
    "client-stdio-discover-probe",
    since=SINCE,
)
def legacy_server(stage: Stage) -> None:
    """A server of the earlier era refuses the first request of each connection in another way."""
    _legacy(stage, METHOD_NOT_FOUND, INVALID_PARAMS, OWN_CODE)


@scenario(
    "legacy-server-silent", "client-fallback-on-legacy-answer", since=SINCE, transports=("stdio",)
)
def legacy_server_silent(stage: Stage) -> None:
    """A server of the earlier era does not answer the first request of the second connection."""
    stage.seconds = 60.0
    _legacy(stage, METHOD_NOT_FOUND, SILENCE)


@scenario(
    "legacy-server-empty", "client-fallback-on-legacy-answer", since=SINCE, transports=("http",)
)
def legacy_server_empty(stage: Stage) -> None:
    """A server of the earlier era answers the second connection with an empty 400."""
    _legacy(stage, METHOD_NOT_FOUND, SILENCE)


@scenario(
    "version-refused-once",
    "version-client-retries-supported",
    "client-no-fallback-on-modern-error",
    since=SINCE,
)
def version_refused_once(stage: Stage) -> None:
    """The first request is refused for its version, though the server names it as its own."""
    data: JsonObject = {"supported": [LATEST], "requested": LATEST}
    _refused_once(stage, {"code": UNSUPPORTED_VERSION, "message": "Not yet", "data": data})


@scenario(
    "no-common-version",
    "version-client-retries-supported",
    "client-no-fallback-on-modern-error",
    since=SINCE,
)
def no_common_version(stage: Stage) -> None:
    """Every request is refused for its version, and the server speaks none of the client's."""
    stage.tools(ECHO)
    stage.wish("list", what="tools")
    data: JsonObject = {"supported": [NOBODYS], "requested": LATEST}
    error: JsonObject = {"code": UNSUPPORTED_VERSION, "message": "Unsupported", "data": data}
    stage.reply(lambda _, reply: {"jsonrpc": "2.0", "id": reply.get("id"), "error": error})


@scenario(
    "headers-refused", "client-no-fallback-on-modern-error", since=SINCE, transports=("http",)
)
def headers_refused(stage: Stage) -> None:
    """The first request is refused because of its headers."""
    _refused_once(stage, {"code": HEADER_MISMATCH, "message": "Header mismatch"})


@scenario(
    "capability-missing", "client-no-fallback-on-modern-error", since=SINCE, transports=("http",)
)
def capability_missing(stage: Stage) -> None:
    """The first request is refused because the client lacks a capability."""
    data: JsonObject = {"requiredCapabilities": {"sampling": {}}}
    _refused_once(stage, {"code": MISSING_CAPABILITY, "message": "Needs a model", "data": data})


def _refused_once(stage: Stage, error: JsonObject) -> None:
    """Refuse the first request of the era."""
    stage.tools(ECHO)
    stage.wish("list", what="tools")
    left = [error]

    def refused(request: JsonObject, reply: JsonObject) -> Json:
        if not left or not _is_modern(request):
            return reply
        return {"jsonrpc": "2.0", "id": reply.get("id"), "error": left.pop()}

    stage.reply(refused)
    stage.http(_as_bad_request)


def _legacy(stage: Stage, *codes: int) -> None:
    """Have a server of the earlier era refuse one modern request after the other.

    There is a connection for each.
    """
    stage.document["revisions"] = [r for r in STATEFUL if _carried(stage, r)]
    stage.tools(ECHO)
    stage.wish("list", what="tools")
    for _ in codes[1:]:
        stage.wish("reconnect")
        stage.wish("list", what="tools")
    numbers = count()

    def refusal(request_id: Json) -> JsonObject | None:
        code = codes[min(next(numbers), len(codes) - 1)]
        error: JsonObject = {"code": code, "message": "Not initialized"}
        return {"jsonrpc": "2.0", "id": request_id, "error": error} if code else None

    def replied(request: JsonObject, reply: JsonObject) -> Json:
        if not _is_modern(request):
            return reply
        refused = refusal(reply.get("id"))
        return [] if refused is None else refused

    def responded(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        asked = parse(request.body)
        if not claims_modern(asked):
            return response
        refused = refusal(asked.id)
        body = b"" if refused is None else json.dumps(refused).encode()
        return HttpResponse(status=400, headers=JSON if body else {}, body=body)

    if stage.transport == "http":
        stage.http(responded)
    else:
        stage.reply(replied)


def _carried(stage: Stage, revision: Revision) -> bool:
    return stage.transport != "http" or revision.features.streamable_http


def _is_modern(request: JsonObject) -> bool:
    meta = as_object(as_object(request.get("params")).get("_meta"))
    return META_VERSION in meta


def _as_bad_request(_: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give a refusal the status that goes with it."""
    refused = not response.stream and message(json.loads(response.body or b"null")).error
    return HttpResponse(
        status=400 if refused else response.status,
        headers=response.headers,
        body=response.body,
        stream=response.stream,
        successor=response.successor,
    )
