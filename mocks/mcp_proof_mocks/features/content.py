"""Answers of the contract as results of tools/call."""

from mcp_proof_contracts.error_codes import INTERNAL_ERROR
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_integer, as_list, as_object, encode
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.offering.block import may_be_structured, scripted_block
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.script.template import text_of
from mcp_proof_mocks.server import MockServer


def error_result(text: str) -> JsonObject:
    """Return a failure that the model should see (tools, Error Handling)."""
    return {"content": [{"type": "text", "text": text}], "isError": True}


def tool_result(
    server: MockServer, call: Call, listed: JsonObject, answer: JsonObject
) -> JsonObject:
    """Return the result that a filled answer makes at the call's revision.

    Raises:
        RefusalError: the answer is a refusal.
    """
    if "refusal" in answer:
        raise refusal(answer)
    if "result" in answer:
        return as_object(answer["result"])
    result: dict[str, Json] = {"content": _blocks(call.revision, answer)}
    if "structured" in answer or "generate" in answer:
        structured = answer.get("structured")
        if "generate" in answer:
            structured = generated(server, listed)
        text = encode(structured).decode()
        result["content"] = [*as_list(result["content"]), {"type": "text", "text": text}]
        if may_be_structured(call.revision, structured):
            result["structuredContent"] = structured
    if "error" in answer:
        result["isError"] = True
    if "_meta" in answer:
        result["_meta"] = answer["_meta"]
    return result


def refusal(answer: JsonObject) -> RefusalError:
    """Return the error that an answer with a `refusal` is."""
    error = as_object(answer["refusal"])
    code = as_integer(error["code"])
    return RefusalError(code, text_of(error["message"]), data=error.get("data"))


def _blocks(revision: Revision, answer: JsonObject) -> list[Json]:
    blocks: list[Json] = []
    if "content" in answer:
        blocks = [scripted_block(revision, as_object(each)) for each in as_list(answer["content"])]
    for member in ("text", "error"):
        if member in answer:
            blocks.append({"type": "text", "text": text_of(answer[member])})
    return blocks


def generated(server: MockServer, listed: JsonObject) -> Json:
    """Return a value that satisfies the tool's `outputSchema`."""
    # Few contracts ask for it, and it takes some time to load.
    from mcp_proof_contracts.generate import UngeneratableError, generate  # noqa: PLC0415

    try:
        return generate(listed.get("outputSchema", {"type": "object"}), server.random)
    except UngeneratableError as error:
        raise RefusalError(INTERNAL_ERROR, f"No answer can be generated: {error}") from error
