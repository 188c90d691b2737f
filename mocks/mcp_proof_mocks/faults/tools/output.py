"""Results of tools that their readers cannot use, or should not see."""

from collections.abc import Callable, Mapping

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ReplyEdit, fault

TRACEBACK = """Traceback (most recent call last):
  File "/srv/app/tools.py", line 7, in fail
    raise RuntimeError("this tool always fails")
RuntimeError: this tool always fails"""


def _results(edit: Callable[[JsonObject], JsonObject]) -> ReplyEdit:
    """Edit the results of tools."""

    def edited(request: JsonObject, reply: JsonObject) -> Json:
        result = reply.get("result")
        if request.get("method") != "tools/call" or not isinstance(result, Mapping):
            return reply
        return {**reply, "result": edit(result)}

    return edited


def _with_video(result: JsonObject) -> JsonObject:
    video: JsonObject = {"type": "video", "data": "AAAA", "mimeType": "video/mp4"}
    return {**result, "content": [*as_list(result.get("content")), video]}


def _as_list(result: JsonObject) -> JsonObject:
    if "structuredContent" not in result:
        return result
    return {**result, "structuredContent": [result["structuredContent"]]}


def _without_temperature(result: JsonObject) -> JsonObject:
    if "structuredContent" not in result:
        return result
    structured = as_object(result["structuredContent"])
    return {**result, "structuredContent": {"city": structured.get("city")}}


def _without_text(result: JsonObject) -> JsonObject:
    return {**result, "content": []} if "structuredContent" in result else result


def _with_traceback(result: JsonObject) -> JsonObject:
    if result.get("isError") is not True:
        return result
    return {**result, "content": [{"type": "text", "text": TRACEBACK}]}


def _without_resources(document: dict[str, Json]) -> None:
    document["resources"] = []
    document["resource_templates"] = []


fault("tools-content-type-known", reply=_results(_with_video))
fault("tools-embedded-needs-resources-capability", contract=_without_resources)
fault("tools-structured-is-object", reply=_results(_as_list))
fault("tools-structured-matches-schema", reply=_results(_without_temperature))
fault("tools-structured-text-copy", reply=_results(_without_text))
fault("tools-output-sanitized", reply=_results(_with_traceback))
