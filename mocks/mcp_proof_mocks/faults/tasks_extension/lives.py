"""Servers whose tasks are created, shown, told or ended wrongly."""

from collections.abc import Callable

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_PARAMS
from mcp_proof_contracts.headers import META_CAPABILITIES, TASKS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import in_results

GET = "tasks/get"


def _shown(status: str, edit: Callable[[dict[str, Json]], Json]) -> ReplyEdit:
    """Spoil what tasks/get shows of tasks of one status."""
    return in_results(lambda state: edit(state) if state.get("status") == status else state, GET)


def _without(name: str) -> Callable[[dict[str, Json]], Json]:
    return lambda state: {key: value for key, value in state.items() if key != name}


def _with(**members: Json) -> Callable[[dict[str, Json]], Json]:
    return lambda state: {**state, **members}


def _promised(request: JsonObject, reply: JsonObject) -> Json:
    """Call the contents of a resource a task, where the client takes tasks."""
    meta = as_object(as_object(request.get("params")).get("_meta"))
    declared = as_object(as_object(meta.get(META_CAPABILITIES)).get("extensions"))
    if request.get("method") != "resources/read" or TASKS not in declared:
        return reply
    return {**reply, "result": {**as_object(reply.get("result")), "resultType": "task"}}


def _undated(request: JsonObject, reply: JsonObject) -> Json:
    result = as_object(reply.get("result"))
    if request.get("method") not in ("tools/call", GET) or "taskId" not in result:
        return reply
    return {**reply, "result": _without("lastUpdatedAt")(dict(result))}


def _failed(state: dict[str, Json]) -> Json:
    """Show a tool that reports an error as an error of the protocol."""
    if as_object(state.get("result")).get("isError") is not True:
        return state
    error: JsonObject = {"code": INTERNAL_ERROR, "message": "The tool reported an error"}
    members: JsonObject = {"status": "failed", "statusMessage": "It failed.", "error": error}
    return {**as_object(_without("result")(state)), **members}


def _otherwise_refused(*methods: str) -> ReplyEdit:
    """Refuse unknown tasks as if something had gone wrong."""

    def edit(request: JsonObject, reply: JsonObject) -> Json:
        error = as_object(reply.get("error"))
        if request.get("method") not in methods or error.get("code") != INVALID_PARAMS:
            return reply
        return {**reply, "error": {**error, "code": INTERNAL_ERROR}}

    return edit


fault("task26-only-tools-call", reply=_promised)
fault("task26-resulttype", reply=in_results(_with(resultType="task"), "tasks/cancel"))
fault("task26-task-members", reply=_undated)
fault("task26-durable")
fault("task26-mrtr-before-create", reply=_shown("working", _with(resultType="input_required")))
fault("task26-get-working", reply=_shown("working", _with(status="running")))
fault("task26-get-input-required", reply=_shown("input_required", _without("inputRequests")))
fault("task26-get-completed", reply=_shown("completed", _without("result")))
fault("task26-get-failed", reply=_shown("failed", _without("error")))
fault("task26-iserror-completed", reply=_shown("completed", _failed))
fault("task26-failed-status-message", reply=_shown("failed", _without("statusMessage")))
fault("task26-terminal-final")
fault("task26-no-early-expiry")
fault("task26-unknown-id-get", reply=_otherwise_refused(GET))
fault("task26-server-name-header")
fault("task26-update-ack", reply=in_results(_with(status="working"), "tasks/update"))
fault("task26-update-ignores-unknown-keys")
fault("task26-input-keys-unique")
fault("task26-cancel-ack", reply=in_results(_with(status="cancelled"), "tasks/cancel"))
fault("task26-unknown-id-update-cancel", reply=_otherwise_refused("tasks/update", "tasks/cancel"))
fault("task26-notification-full-state")
fault("task26-no-progress-or-log-on-listen")
