"""Servers that give wrong contents, serve what is none, or refuse with the wrong code."""

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_PARAMS, RESOURCE_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import in_results

READ = "resources/read"
OWN_CODE = 4000


def _contents(member: str, value: Json) -> ReplyEdit:
    """Replace a member of the contents that have it."""

    def edited(result: dict[str, Json]) -> Json:
        contents = [as_object(content) for content in as_list(result.get("contents"))]
        return {**result, "contents": [_with(content, member, value) for content in contents]}

    return in_results(edited, READ)


def _with(content: JsonObject, member: str, value: Json) -> JsonObject:
    return {**content, member: value} if member in content else content


def _code(wrong: int, instead_of: int) -> ReplyEdit:
    """Refuse reads with another code."""

    def edited(request: JsonObject, reply: JsonObject) -> Json:
        error = as_object(reply.get("error"))
        if request.get("method") != READ or error.get("code") != instead_of:
            return reply
        return {**reply, "error": {**error, "code": wrong}}

    return edited


fault("resources-read-contents", reply=_contents("text", 7))
fault("resources-blob-base64", reply=_contents("blob", "iVBORw0KGgo"))
fault("resources-text-only-if-text", reply=_contents("text", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"))
fault("resources-not-found-32002", reply=_code(OWN_CODE, RESOURCE_NOT_FOUND))
fault("resources-not-found-32602", reply=_code(OWN_CODE, INVALID_PARAMS))
fault("resources-not-found-not-empty")
fault("resources-internal-error-code", reply=_code(OWN_CODE, INTERNAL_ERROR), shown_by="memos")
fault("resources-uri-validated")
fault("resources-no-path-traversal")
fault("resources-template-expansion-readable", shown_by="memos")
