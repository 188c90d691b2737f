"""Requests and results between a client and a real server that may speak different revisions."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from mcp_proof_contracts.error_codes import (
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    MISSING_CAPABILITY,
    RESOURCE_NOT_FOUND,
)
from mcp_proof_contracts.headers import META, META_CAPABILITIES, META_LOG_LEVEL, META_SERVER_INFO
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.listing import RESOURCE_SINCE, SINCE, listed
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.offering.block import known_block, may_be_structured
from mcp_proof_mocks.refusal import RefusalError

Adapt: TypeAlias = Callable[[Revision, JsonObject], JsonObject]

ASKED: Final = ("sampling", "elicitation", "roots")
"""The client capabilities that are told to the real server: what servers can ask for."""
ROUNDS: Final = frozenset({"inputResponses", "requestState"})
STATELESS_ONLY: Final = frozenset({"resultType", "ttlMs", "cacheScope"})
STATUS: Final[Mapping[int, int]] = {METHOD_NOT_FOUND: 404, MISSING_CAPABILITY: 400}
"""The HTTP statuses that 2026-07-28 wants for errors."""


def onward(call: Call, revision: Revision, token: Json) -> JsonObject:
    """Return the params of a call for a real server that speaks `revision`."""
    own: dict[str, Json] = {k: v for k, v in call.meta.items() if not k.startswith(META)}
    if "progressToken" in own:
        own["progressToken"] = token
    dropped = {"_meta", "task"}  # the mock offers no tasks, and without them `task` says nothing
    if revision.era is Era.STATELESS:
        own[META_CAPABILITIES] = {n: v for n, v in call.client.items() if n in ASKED}
        if call.log_level is not None:
            own[META_LOG_LEVEL] = call.log_level
    else:
        dropped |= ROUNDS
    params = {name: value for name, value in call.params.items() if name not in dropped}
    return {**params, "_meta": own} if own else params


def returned(call: Call, result: JsonObject) -> JsonObject:
    """Return a real server's result as the client's revision has it."""
    members = {n: v for n, v in result.items() if call.stateless or n not in STATELESS_ONLY}
    meta = as_object(members.get("_meta"))
    if META_SERVER_INFO in meta:  # the client talks to the mock
        members["_meta"] = {n: v for n, v in meta.items() if n != META_SERVER_INFO}
    adapt = ADAPTED.get(call.method)
    return members if adapt is None else adapt(call.revision, members)


def refused(call: Call, refusal: RefusalError) -> RefusalError:
    """Return a real server's error as the client's era has it."""
    if not call.stateless:
        return refusal
    code = INVALID_PARAMS if refusal.code == RESOURCE_NOT_FOUND else refusal.code
    status = STATUS.get(code, refusal.status)
    return RefusalError(code, str(refusal), data=refusal.data, status=status)


class RealItem:
    """Something that a real server lists."""

    def __init__(self, member: str, item: JsonObject) -> None:
        self._member = member
        self._item = item

    def listed(self, revision: Revision) -> JsonObject:
        """Return it as it is listed at this revision."""
        since = SINCE if self._member == "tools" else RESOURCE_SINCE
        item = listed(self._item, revision, since)
        schema = as_object(item.get("outputSchema"))
        if schema and revision.era is Era.STATEFUL and schema.get("type") != "object":
            return {name: value for name, value in item.items() if name != "outputSchema"}
        return item


def _tool_result(revision: Revision, result: JsonObject) -> JsonObject:
    adapted = dict(result)
    if isinstance(result.get("content"), list):
        adapted["content"] = [_block(revision, block) for block in as_list(result["content"])]
    if not may_be_structured(revision, result.get("structuredContent")):
        adapted.pop("structuredContent", None)
    return adapted


def _prompt_result(revision: Revision, result: JsonObject) -> JsonObject:
    if not isinstance(result.get("messages"), list):
        return result
    return {**result, "messages": [_message(revision, m) for m in as_list(result["messages"])]}


def _message(revision: Revision, message: Json) -> Json:
    if not isinstance(message, dict) or "content" not in message:
        return message
    return {**message, "content": _block(revision, message["content"])}


def _block(revision: Revision, block: Json) -> Json:
    return known_block(revision, block) if isinstance(block, dict) else block


ADAPTED: Final[Mapping[str, Adapt]] = {"tools/call": _tool_result, "prompts/get": _prompt_result}
