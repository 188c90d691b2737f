"""Tasks of which something wrong is told."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_notifications, in_results, without


def _undecided(request: JsonObject, reply: JsonObject) -> Json:
    """Say of completed tasks that they have failed, for every other request."""
    even = str(request.get("id")).endswith(tuple("02468"))
    result = as_object(reply.get("result"))
    if request.get("method") != "tasks/get" or result.get("status") != "completed" or even:
        return reply
    return {**reply, "result": {**result, "status": "failed", "statusMessage": "It failed."}}


def _in_words(result: dict[str, Json]) -> Json:
    return {**result, "createdAt": "a moment ago"}


def _without_a_word(result: dict[str, Json]) -> Json:
    if result.get("status") != "failed":
        return result
    return {name: value for name, value in result.items() if name != "statusMessage"}


def _in_part(note: dict[str, Json]) -> Json:
    return _cut(note) if note.get("method") == "notifications/tasks/status" else note


_cut = without("params", "lastUpdatedAt")


fault("task11-members", reply=in_results(_in_words, "tasks/get"))
fault("task11-transitions", reply=_undecided)
fault("task11-failed-status-message", reply=in_results(_without_a_word, "tasks/get"))
fault("task11-status-notification-full", output=in_notifications(_in_part))
fault("task11-progress-lifetime")
