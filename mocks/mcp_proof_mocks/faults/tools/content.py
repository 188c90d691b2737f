"""Results of tools that are ill-formed, or flagged wrongly."""

from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import in_results, without

FAILING: Final = "fail"
"""The tool of the contract that always fails."""


def _blocks(kind: str, **members: Json) -> ReplyEdit:
    """Replace members of the blocks of one kind."""

    def edited(result: dict[str, Json]) -> Json:
        content = [as_object(block) for block in as_list(result.get("content"))]
        spoilt = [{**b, **members} if b.get("type") == kind else b for b in content]
        free = "content" in result and "structuredContent" not in result
        return {**result, "content": spoilt} if free else result

    return in_results(edited)


def _of_the_failing_tool(request: JsonObject, reply: JsonObject) -> Json:
    if as_object(request.get("params")).get("name") != FAILING:
        return reply
    return in_results(without("isError"))(request, reply)


def _echo_as_failure(request: JsonObject, reply: JsonObject) -> Json:
    arguments = as_object(as_object(request.get("params")).get("arguments"))
    flagged = in_results(lambda result: {**result, "isError": True})
    return flagged(request, reply) if "mcp-proof says hello" in arguments.values() else reply


class _Cache:
    """Remembers results by the beginning of the first argument."""

    def __init__(self) -> None:
        self._results: dict[str, Json] = {}

    def __call__(self, request: JsonObject, reply: JsonObject) -> Json:
        arguments = as_object(as_object(request.get("params")).get("arguments"))
        key = str(next(iter(arguments.values()), ""))[:14]
        if (
            request.get("method") != "tools/call"
            or "result" not in reply
            or key != "mcp-proof says"
        ):
            return reply
        return {**reply, "result": self._results.setdefault(key, reply["result"])}


fault("tools-call-content", reply=_blocks("text", text=4711))
fault("tools-binary-content-base64", reply=_blocks("image", data="no Base64"))
fault("tools-embedded-resource", reply=_blocks("resource", resource={"uri": "memo://welcome"}))
fault("tools-structured-present", reply=in_results(without("structuredContent")))
fault("tools-execution-error-iserror", reply=_of_the_failing_tool)
fault("tools-iserror-only-on-failure", reply=_echo_as_failure)
fault("tools-call-uses-arguments", reply=_Cache())
fault("tools-list-changed-sent", shown_by="changing")
