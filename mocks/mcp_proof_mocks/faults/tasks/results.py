"""Tasks whose results come too early, are others, or belong to nothing."""

from mcp_proof_contracts.headers import META_RELATED_TASK
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_results, without


def _twice(result: dict[str, Json]) -> Json:
    return {**result, "content": [*as_list(result.get("content"))] * 2}


def _related(result: dict[str, Json]) -> Json:
    related = {META_RELATED_TASK: {"taskId": result.get("taskId")}}
    return {**result, "_meta": {**as_object(result.get("_meta")), **related}}


fault("task11-result-blocks")
fault("task11-result-equals-underlying", reply=in_results(_twice, "tasks/result"))
fault("task11-iserror-is-failed")
fault(
    "task11-related-task-meta",
    reply=in_results(without("_meta", META_RELATED_TASK), "tasks/result"),
)
fault("task11-related-task-not-on-get", reply=in_results(_related, "tasks/get"))
fault("task11-param-authoritative")
