"""Servers that get the handshake wrong, or forget what was agreed in it."""

from collections.abc import Callable

from mcp_proof_contracts.headers import META_SERVER_INFO
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import STATEFUL, UNPUBLISHED, Revision, published
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import in_results, without


def _agreeing(choose: Callable[[Json], Json]) -> ReplyEdit:
    """Answer the version that a client offers with one chosen by it; `None` keeps the right one."""

    def edited(request: JsonObject, reply: JsonObject) -> Json:
        if request.get("method") != "initialize" or "result" not in reply:
            return reply
        chosen = choose(as_object(request.get("params")).get("protocolVersion"))
        result = as_object(reply["result"])
        return {**reply, "result": {**result, "protocolVersion": chosen}} if chosen else reply

    return edited


def _one_older(offered: Json) -> Json:
    """Talk every client down by one version, but those that offer the oldest or the newest."""
    version = published(offered)
    return STATEFUL[STATEFUL.index(version) - 1] if version in STATEFUL[1:-1] else None


def _oldest(offered: Json) -> Json:
    return STATEFUL[0] if offered == UNPUBLISHED else None


def _early_roots(request: JsonObject, reply: JsonObject) -> Json:
    if request.get("method") != "initialize":
        return reply
    return [reply, {"jsonrpc": "2.0", "id": "early", "method": "roots/list"}]


def _polling(request: JsonObject, reply: JsonObject) -> Json:
    """Ask for the tasks of a client that has none."""
    if request.get("method") != "tools/call":
        return reply
    asked: JsonObject = {
        "jsonrpc": "2.0",
        "id": f"poll-{request.get('id')}",
        "method": "tasks/list",
    }
    return [asked, reply]


def _flags_as_text(result: dict[str, Json]) -> Json:
    capabilities = as_object(result.get("capabilities"))
    return {**result, "capabilities": {**capabilities, "tools": {"listChanged": "true"}}}


def _numeric_version(result: dict[str, Json]) -> Json:
    meta = as_object(result.get("_meta"))
    info = {**as_object(meta.get(META_SERVER_INFO)), "version": 1}
    return {**result, "_meta": {**meta, META_SERVER_INFO: info}}


def _with_link(result: dict[str, Json]) -> Json:
    link: JsonObject = {"type": "resource_link", "uri": "memo://welcome", "name": "welcome"}
    return {**result, "content": [*as_list(result.get("content")), link]}


fault("init-result-members", reply=in_results(without("serverInfo"), "initialize"))
fault("init-version-echo", reply=_agreeing(_one_older))
fault("init-version-counter-offer", reply=_agreeing(lambda offered: offered))
fault("init-version-counter-latest", reply=_agreeing(_oldest))
fault("init-server-quiet-before-initialized", reply=_early_roots, transport="stdio")
fault("init-server-capabilities-types", reply=in_results(_flags_as_text, "server/discover"))
fault("implementation-name-version", reply=in_results(_numeric_version, "server/discover"))
fault("server-uses-only-negotiated", reply=_polling)
fault(
    "negotiated-version-respected",
    reply=in_results(_with_link),
    revision=Revision.R2025_03_26,
)
fault(
    "ping-server-answers-empty", reply=in_results(lambda result: {**result, "status": "ok"}, "ping")
)
fault("ping-before-initialized")
