"""Results of tools that their readers cannot use, or should not see."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object, encode
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_results

TRACEBACK = """Traceback (most recent call last):
  File "/srv/app/tools.py", line 7, in fail
    raise RuntimeError("this tool always fails")
RuntimeError: this tool always fails"""


def _with_video(result: dict[str, Json]) -> Json:
    video: JsonObject = {"type": "video", "data": "AAAA", "mimeType": "video/mp4"}
    return {**result, "content": [*as_list(result.get("content")), video]}


def _as_list(result: dict[str, Json]) -> Json:
    if "structuredContent" not in result:
        return result
    given: list[Json] = [result["structuredContent"]]
    text: JsonObject = {"type": "text", "text": encode(given).decode()}
    return {**result, "content": [text], "structuredContent": given}


def _without_temperature(result: dict[str, Json]) -> Json:
    if "structuredContent" not in result:
        return result
    left: JsonObject = {"city": as_object(result["structuredContent"]).get("city")}
    text: JsonObject = {"type": "text", "text": encode(left).decode()}
    return {**result, "content": [text], "structuredContent": left}


def _without_text(result: dict[str, Json]) -> Json:
    return {**result, "content": []} if "structuredContent" in result else result


def _with_traceback(result: dict[str, Json]) -> Json:
    if result.get("isError") is not True:
        return result
    return {**result, "content": [{"type": "text", "text": TRACEBACK}]}


def _without_resources(document: dict[str, Json]) -> None:
    document["resources"] = []
    document["resource_templates"] = []


fault("tools-content-type-known", reply=in_results(_with_video))
fault("tools-embedded-needs-resources-capability", contract=_without_resources)
fault("tools-structured-is-object", reply=in_results(_as_list))
fault("tools-structured-matches-schema", reply=in_results(_without_temperature))
fault("tools-structured-text-copy", reply=in_results(_without_text))
fault("tools-output-sanitized", reply=in_results(_with_traceback))
