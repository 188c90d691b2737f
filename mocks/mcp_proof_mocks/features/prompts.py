"""prompts/list and prompts/get."""

from collections.abc import Mapping

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_PARAMS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.features.content import refusal
from mcp_proof_mocks.features.pages import Listed, page
from mcp_proof_mocks.offering.block import scripted_block
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.script.run import InputRequiredError, UnableError
from mcp_proof_mocks.script.script import NoCaseError
from mcp_proof_mocks.server import MockServer


async def list_prompts(server: MockServer, call: Call) -> JsonObject:
    """Answer prompts/list."""
    prompts: list[Listed] = [prompt for prompt in server.prompts.values() if prompt.offered]
    if server.pass_through is not None:
        prompts += await server.pass_through.items(call, server.prompts)
    return page(server, "prompts", prompts, call)


async def get_prompt(server: MockServer, call: Call) -> JsonObject:
    """Answer prompts/get.

    Raises:
        RefusalError: the prompt is unknown, a required argument is missing, or its script refuses.
    """
    name = call.params.get("name")
    prompt = server.prompts.get(name) if isinstance(name, str) else None
    if prompt is None and server.pass_through is not None and isinstance(name, str):
        return await server.pass_through.forward(call)
    if prompt is None or not prompt.offered:
        server.unexpected(f"prompts/get {name}: there is no such prompt")
        known = server.keeps("prompts-unknown-name-32602") or not isinstance(name, str)
        raise RefusalError(INVALID_PARAMS if known else INTERNAL_ERROR, f"Unknown prompt: {name}")
    arguments = call.params.get("arguments", {})
    if not isinstance(arguments, Mapping) or not all(map(_is_text, arguments.values())):
        raise RefusalError(INVALID_PARAMS, "`arguments` is no object of strings")
    missing = prompt.missing(arguments)
    if missing is not None and server.keeps("prompts-missing-argument-32602"):
        raise RefusalError(INVALID_PARAMS, f"Missing argument: {missing}")
    try:
        answer = await prompt.script.answer(server, call, arguments)
    except InputRequiredError as required:
        return required.result
    except UnableError as unable:
        raise RefusalError(INVALID_PARAMS, str(unable)) from unable
    except NoCaseError:
        server.unexpected(f"prompts/get {name} with {dict(arguments)}: no case matches")
        raise RefusalError(INVALID_PARAMS, f"No case of prompt {name} matches") from None
    if "refusal" in answer:
        raise refusal(answer)
    described: dict[str, Json] = {"messages": _messages(call, answer)}
    if "description" in prompt.prompt.listed:
        described["description"] = prompt.prompt.listed["description"]
    return described


def _messages(call: Call, answer: JsonObject) -> list[Json]:
    return [
        {**message, "content": scripted_block(call.revision, as_object(message["content"]))}
        for message in map(as_object, as_list(answer.get("messages")))
    ]


def _is_text(value: Json) -> bool:
    return isinstance(value, str)
