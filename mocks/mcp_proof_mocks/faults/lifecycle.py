"""Servers that get the handshake wrong, or forget what was agreed in it."""

from collections.abc import Callable

from mcp_proof_contracts.headers import META_SERVER_INFO
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import STATEFUL, UNPUBLISHED, Revision, published
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ReplyEdit, fault


def _result_of(method: str, edit: Callable[[JsonObject, dict[str, Json]], None]) -> ReplyEdit:
    """Edit a copy of the results of one method; the edit also sees the request's params."""

    def edited(request: JsonObject, reply: JsonObject) -> Json:
        if request.get("method") != method or "result" not in reply:
            return reply
        result = dict(as_object(reply["result"]))
        edit(as_object(request.get("params")), result)
        return {**reply, "result": result}

    return edited


def _without_server_info(_params: JsonObject, result: dict[str, Json]) -> None:
    del result["serverInfo"]


def _one_older(params: JsonObject, result: dict[str, Json]) -> None:
    """Talk every client down by one version, the oldest excepted."""
    offered = published(params.get("protocolVersion"))
    if offered in STATEFUL[1:]:
        result["protocolVersion"] = STATEFUL[STATEFUL.index(offered) - 1]


def _echo(params: JsonObject, result: dict[str, Json]) -> None:
    result["protocolVersion"] = params.get("protocolVersion")


def _oldest(params: JsonObject, result: dict[str, Json]) -> None:
    if params.get("protocolVersion") == UNPUBLISHED:
        result["protocolVersion"] = STATEFUL[0]


def _early_roots(request: JsonObject, reply: JsonObject) -> Json:
    if request.get("method") != "initialize":
        return reply
    return [reply, {"jsonrpc": "2.0", "id": "early", "method": "roots/list"}]


def _flags_as_text(_params: JsonObject, result: dict[str, Json]) -> None:
    capabilities = as_object(result.get("capabilities"))
    result["capabilities"] = {**capabilities, "tools": {"listChanged": "true"}}


def _numeric_version(_params: JsonObject, result: dict[str, Json]) -> None:
    meta = as_object(result.get("_meta"))
    info = {**as_object(meta.get(META_SERVER_INFO)), "version": 1}
    result["_meta"] = {**meta, META_SERVER_INFO: info}


def _with_link(_params: JsonObject, result: dict[str, Json]) -> None:
    link: JsonObject = {"type": "resource_link", "uri": "memo://welcome", "name": "welcome"}
    result["content"] = [*as_list(result.get("content")), link]


def _status(_params: JsonObject, result: dict[str, Json]) -> None:
    result["status"] = "ok"


fault("init-result-members", reply=_result_of("initialize", _without_server_info))
fault("init-version-echo", reply=_result_of("initialize", _one_older))
fault("init-version-counter-offer", reply=_result_of("initialize", _echo))
fault("init-version-counter-latest", reply=_result_of("initialize", _oldest))
fault("init-server-quiet-before-initialized", reply=_early_roots, transport="stdio")
fault("init-server-capabilities-types", reply=_result_of("server/discover", _flags_as_text))
fault("implementation-name-version", reply=_result_of("server/discover", _numeric_version))
fault("server-uses-only-negotiated")
fault(
    "negotiated-version-respected",
    reply=_result_of("tools/call", _with_link),
    revision=Revision.R2025_03_26,
)
fault("ping-server-answers-empty", reply=_result_of("ping", _status))
fault("ping-before-initialized")
