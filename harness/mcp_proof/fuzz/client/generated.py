"""Answers that the protocol allows, made from a seed: what users and models may say as well."""

from collections.abc import Mapping
from random import Random
from typing import Final

from mcp_proof.sessions.client import answer_at_once
from mcp_proof_contracts.generate import UngeneratableError, generate
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.wire import Message, as_list, as_object

TEXTS: Final = (
    "",
    " ",
    "\n\n",
    "no",
    "Ünïcödé ✓ 🙂 אב",
    "null",
    '{"answer": 42}',
    "<b>bold</b> & more",
    "a\u0000b",
    "word " * 2000,
)
ROOTS: Final[tuple[JsonObject, ...]] = (
    {"uri": "file:///home/user/project"},
    {"uri": "file:///", "name": ""},
    {"uri": "file:///C:/Users/me/My%20Documents", "name": "Documents"},
    {"uri": "file:///srv/%E2%9C%93/%F0%9F%99%82", "name": "✓ 🙂"},
    {"uri": "file:///home/user/project/../other", "name": "other"},
)
REASONS: Final = ("endTurn", "stopSequence", "maxTokens")


def generated(message: Message, seed: int) -> JsonObject:
    """Answer a request of the server by a seed: the same for the same request."""
    chance = Random(f"{seed}/{message.method}")  # noqa: S311  # repeatable on purpose
    match message.method:
        case "roots/list":
            return {"result": {"roots": chance.sample(ROOTS, chance.randint(1, len(ROOTS)))}}
        case "sampling/createMessage":
            return {"result": _sampled(message.params, chance)}
        case "elicitation/create":
            return _elicited(message, chance)
        case _:
            return answer_at_once(message)


def _sampled(params: JsonObject, chance: Random) -> JsonObject:
    stops = [str(each) for each in as_list(params.get("stopSequences"))]
    text = chance.choice([*TEXTS, *stops])
    sampled: dict[str, Json] = {
        "role": "assistant",
        "content": {"type": "text", "text": text},
        "model": chance.choice(("mcp-proof", "", "a/model:1 (β)")),
    }
    if chance.random() < 0.75:  # noqa: PLR2004  # mostly: the reason may be left out
        sampled["stopReason"] = chance.choice(REASONS)
    return sampled


def _elicited(message: Message, chance: Random) -> JsonObject:
    if message.params.get("mode", "form") == "url":
        return {"result": {"action": "accept"}}
    schema = as_object(message.params.get("requestedSchema"))
    if schema_problem(schema) is not None:
        return answer_at_once(message)
    try:
        content = generate(schema, chance)
    except UngeneratableError:
        return answer_at_once(message)
    if not isinstance(content, Mapping) or instance_problems(schema, content):
        return answer_at_once(message)
    return {"result": {"action": "accept", "content": content}}
