"""The stateless era: each request says all that it is answered by."""

from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS, UNSUPPORTED_VERSION
from mcp_proof_contracts.headers import (
    META_CAPABILITIES,
    META_LOG_LEVEL,
    META_SERVER_INFO,
    META_VERSION,
)
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import published
from mcp_proof_contracts.wire import PROGRESS, Message, as_object
from mcp_proof_mocks.call import LOG_LEVELS, Call, Send, Waiting
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.request_metadata import request_metadata
from mcp_proof_mocks.server import MockServer

LISTEN: Final = "subscriptions/listen"
OWN_STREAM: Final = {
    "notifications/message": "logging-26-own-stream-only",
    PROGRESS: "progress-26-own-stream",
}
"""What comes on the stream of its request alone, with the duty that says so."""
CACHED: Final = frozenset(
    {
        "server/discover",
        "tools/list",
        "prompts/list",
        "resources/list",
        "resources/templates/list",
        "resources/read",
    }
)
"""The results that carry caching hints in 2026-07-28 (utilities/caching)."""


class StatelessRequests:
    """The requests of one connection; only a server with a fault goes by the one before."""

    def __init__(self, server: MockServer, principal: str = "") -> None:
        self._server = server
        self._principal = principal
        self._metadata: JsonObject = {}

    def call(self, message: Message, send: Send, waiting: Waiting) -> Call:
        """Return the call that a request makes by its own metadata.

        Raises:
            RefusalError: the metadata is incomplete, or of a version that is not offered.
        """
        server = self._server
        meta = request_metadata(server, message, self._metadata)
        version = meta.get(META_VERSION)
        offered = server.stateless_revisions
        known = published(version)
        agreed = known if known in offered else None
        if agreed is None and server.keeps("version-unsupported-error"):
            raise RefusalError(
                UNSUPPORTED_VERSION,
                f"Unsupported protocol version: {version}",
                data={"supported": list(offered), "requested": version},
                status=400 if server.keeps("version-unsupported-http-400") else 200,
            )
        self._metadata = meta
        return Call(
            id=message.id,
            method=message.method,
            params=message.params,
            stateless=True,
            revision=agreed or max(offered),
            client=as_object(meta.get(META_CAPABILITIES)),
            send=send if message.method == LISTEN else _on_its_stream(server, send),
            log_level=_log_level(server, meta.get(META_LOG_LEVEL)),
            waiting=waiting,
            principal=self._principal,
        )


def _log_level(server: MockServer, asked: Json) -> str | None:
    """Return the least severe level that is sent for a request (utilities/logging).

    Raises:
        RefusalError: there is no such level.
    """
    if asked is None:
        return None if server.keeps("logging-26-opt-in-only") else LOG_LEVELS[0]
    if asked in LOG_LEVELS:
        return str(asked) if server.keeps("logging-26-threshold") else LOG_LEVELS[0]
    if not server.keeps("logging-invalid-level-32602"):
        return None
    levels = ", ".join(LOG_LEVELS)
    raise RefusalError(INVALID_PARAMS, f"Unknown log level: {asked} ({levels})", status=400)


def _on_its_stream(server: MockServer, send: Send) -> Send:
    """Return what sends on a request's own stream, save what a fault sends to subscriptions."""
    astray = [method for method, duty in OWN_STREAM.items() if not server.keeps(duty)]
    if not astray:
        return send

    def send_astray(value: Json) -> None:
        message = as_object(value)
        method, listeners = str(message.get("method")), list(server.audience.subscriptions)
        if method not in astray or not listeners:
            send(value)
        else:
            listeners[0].notify(method, as_object(message.get("params")))

    return send_astray


def finished(server: MockServer, method: str, result: JsonObject) -> JsonObject:
    """Add what every result of the era has."""
    finished: dict[str, Json] = {"resultType": "complete", **result}
    discovered = method == "server/discover"
    duty = "discover-server-info-in-meta" if discovered else "server-info-every-result"
    if server.keeps(duty):
        given = as_object(finished.get("_meta"))
        finished["_meta"] = {**given, META_SERVER_INFO: server.contract.info}
    if method in CACHED and finished["resultType"] == "complete":
        caching = server.contract.caching
        finished.setdefault("ttlMs", caching.ttl_ms)
        finished.setdefault("cacheScope", caching.scope)
    return finished
