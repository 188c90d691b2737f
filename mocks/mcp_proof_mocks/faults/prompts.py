"""Servers whose prompts are listed, given or refused wrongly."""

import os
from collections.abc import Callable

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object, encode
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import Items, in_results, without

GET = "prompts/get"
LIST = "prompts/list"
FAILED = 4002
"""A code of the application's own, where the server has failed."""


def _listed(edit: Callable[[Items], Items]) -> ReplyEdit:
    """Edit every page of the list of prompts."""

    def edited(result: dict[str, Json]) -> Json:
        prompts = [as_object(prompt) for prompt in as_list(result.get("prompts"))]
        return {**result, "prompts": edit(prompts)}

    return in_results(edited, LIST)


def _blocks(kind: str, edit: Callable[[JsonObject], JsonObject]) -> ReplyEdit:
    """Edit the content of one kind in every prompt."""

    def edited(message: Json) -> Json:
        content = as_object(as_object(message).get("content"))
        if content.get("type") != kind:
            return message
        return {**as_object(message), "content": edit(content)}

    def spoil(result: dict[str, Json]) -> Json:
        if "messages" not in result:
            return result
        return {**result, "messages": [edited(each) for each in as_list(result["messages"])]}

    return in_results(spoil, GET)


def _of_its_process(prompts: Items) -> Items:
    """A prompt that every process names after itself."""
    return [*prompts, {"name": f"notes_of_{os.getpid()}"}]


def _of_the_system(result: dict[str, Json]) -> Json:
    """A role that MCP does not have."""
    if "messages" not in result:
        return result
    content: JsonObject = {"type": "text", "text": "You are a helpful assistant."}
    return {**result, "messages": [{"role": "system", "content": content}]}


def _unfilled(request: JsonObject, reply: JsonObject) -> Json:
    """Leave the names of the arguments standing where their values belong."""
    messages = as_object(reply.get("result")).get("messages")
    if request.get("method") != GET or not isinstance(messages, list):
        return reply
    given = as_object(as_object(request.get("params")).get("arguments"))
    filled = [as_object(message) for message in messages]
    return {**reply, "result": {**as_object(reply["result"]), "messages": _with(filled, given)}}


def _with(messages: Items, given: JsonObject) -> list[Json]:
    edited: list[Json] = []
    for message in messages:
        content = as_object(message.get("content"))
        text = content.get("text")
        if isinstance(text, str):
            for name, value in given.items():
                text = text.replace(str(value), f"{{{{{name}}}}}")
            content = {**content, "text": text}
        edited.append({**message, "content": content})
    return edited


def _otherwise_failed(request: JsonObject, reply: JsonObject) -> Json:
    error = as_object(reply.get("error"))
    if request.get("method") != GET or b"broke down" not in encode(error):
        return reply
    return {**reply, "error": {**error, "code": FAILED}}


fault("prompts-capability-declared")
fault("prompts-list-answers", reply=in_results(without("prompts"), LIST))
fault("prompts-list-connection-independent", reply=_listed(_of_its_process), transport="stdio")
fault("prompts-name-unique", reply=_listed(lambda prompts: [*prompts, *prompts[:1]]))
fault("prompts-list-changed-sent")
fault("prompts-get-messages", reply=in_results(_of_the_system, GET))
fault("prompts-image-valid", reply=_blocks("image", lambda image: {**image, "mimeType": "PNG"}))
fault("prompts-audio-valid", reply=_blocks("audio", lambda sound: {**sound, "data": "%beep%"}))
fault(
    "prompts-embedded-resource-members", reply=_blocks("resource", without("resource", "mimeType"))
)
fault("prompts-get-uses-arguments", reply=_unfilled)
fault("prompts-unknown-name-32602")
fault("prompts-missing-argument-32602")
fault("prompts-internal-error-code", reply=_otherwise_failed)
