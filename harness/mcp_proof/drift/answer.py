"""What came back for a request, without what depends on the revision or on the moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.dialects.queue import TOOLS
from mcp_proof_contracts.error_codes import INVALID_PARAMS, RESOURCE_NOT_FOUND
from mcp_proof_contracts.headers import META
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.listing import RESOURCE_SINCE, SINCE, listed
from mcp_proof_contracts.revision import CONTENT_SINCE, Era, Revision
from mcp_proof_contracts.wire import Message, as_list, as_object, quote
from mcp_proof_mocks.offering.block import may_be_structured

SILENCE: Final = "no answer"
"""The outcome of a request that nothing came back for."""
RESULT: Final = "a result"
BAD: Final[Mapping[str, bool]] = {
    "isError": True,
    "is_error": True,
    "successful": False,
    "success": False,
}
"""Members that say that a call has failed, and the value by which they do."""
KEYS: Final[Mapping[str, str]] = {
    "tools": "name",
    "prompts": "name",
    "resourceTemplates": "uriTemplate",
    "servers": "name",
}
"""The lists whose items are known by a name, and the member that holds it."""
OF_AN_ERA: Final = frozenset({"resultType", "ttlMs", "cacheScope", "nextCursor"})
"""Members of results that only some revisions have, or that page lists."""
OF_ALL: Final = ("tools", "resources", "prompts", "completions")
"""The capabilities that servers declare at every revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    outcome: str
    """The kind of answer, in words."""
    value: Json = None
    """What is compared, where the kinds are the same."""
    told: str = ""
    """What it says, where that is not the value."""
    revision: Revision | None = None
    """The revision at which it was given, as far as it is known."""

    @property
    def is_good(self) -> bool:
        """Whether what was asked for was done."""
        return self.outcome in (RESULT, "HTTP 200")


def of_message(message: Message, revision: Revision | None = None) -> Answer:
    """Return the answer that a JSON-RPC response is."""
    if "result" in message.members:
        value = message.members["result"]
        return Answer(outcome=f"{RESULT}{flags(value)}", value=value, revision=revision)
    error = message.error
    code = error.get("code")
    return Answer(
        outcome=f"error {quote(code)}",
        value={"data": error["data"]} if "data" in error else {},
        told=str(error.get("message", "")),
        revision=revision,
    )


def silence(why: str) -> Answer:
    """Return the answer that did not come."""
    return Answer(outcome=SILENCE, told=why)


def flags(value: Json) -> str:
    """Say that a result tells of a failure, if it does."""
    found = as_object(value)
    told = [f"{name}: {quote(bad)}" for name, bad in BAD.items() if found.get(name) is bad]
    return f" with {', '.join(told)}" if told else ""


def comparable(answer: Answer, method: str, other: Revision | None) -> Answer:
    """Return an answer as it can be compared with one at another revision."""
    older = min(filter(None, (answer.revision, other)), default=None)
    outcome = answer.outcome
    if older is not None and answer.revision is not None and other is not None:
        both = {answer.revision.era, other.era}
        if both == {Era.STATEFUL, Era.STATELESS}:
            outcome = outcome.replace(str(RESOURCE_NOT_FOUND), str(INVALID_PARAMS))
    value = answer.value
    if isinstance(value, dict):
        value = _adapted(method, _bare(value), older if answer.revision != other else None)
    return Answer(outcome=outcome, value=value, told=answer.told, revision=answer.revision)


def introduced(introduction: JsonObject, info: JsonObject, *, other_revision: bool) -> JsonObject:
    """Return what a server says of itself, in whichever era, as it can be compared."""
    capabilities = as_object(introduction.get("capabilities"))
    own: dict[str, Json] = {
        name: {} if other_revision else value
        for name, value in capabilities.items()
        if name in OF_ALL or not other_revision
    }
    told: dict[str, Json] = {"capabilities": own, "serverInfo": info}
    if other_revision:
        told["serverInfo"] = {n: v for n, v in info.items() if n in ("name", "version")}
    if "instructions" in introduction:
        told["instructions"] = introduction["instructions"]
    return told


def keyed(value: JsonObject) -> JsonObject:
    """Return a list by the names of its items, so that each is compared with itself."""
    return {name: _by(KEYS[name], v) if name in KEYS else v for name, v in value.items()}


def _by(key: str, items: Json) -> Json:
    if not isinstance(items, list):
        return items
    names = [as_object(item).get(key) for item in items]
    if any(not isinstance(name, str) for name in names):
        return items
    return {str(name): item for name, item in zip(names, items, strict=True)}


def _bare(result: JsonObject) -> JsonObject:
    members = {name: value for name, value in result.items() if name not in OF_AN_ERA}
    if "_meta" in members:
        meta = as_object(members.pop("_meta"))
        if kept := {name: value for name, value in meta.items() if not name.startswith(META)}:
            members["_meta"] = kept
    return members


def _adapted(method: str, result: JsonObject, older: Revision | None) -> JsonObject:
    """Leave out what the older of two revisions does not have; `None` where both are one."""
    if older is not None:
        adapt = ADAPTED.get(method)
        result = adapt(older, result) if adapt is not None else result
    return keyed(result) if method.startswith("GET ") or method.endswith(LISTING) else result


LISTING: Final = ("/list", TOOLS)
"""What the methods end with that list something; over plain HTTP every GET may."""


def _called(older: Revision, result: JsonObject) -> JsonObject:
    members = {**result}
    if isinstance(result.get("content"), list):
        members["content"] = _known(older, as_list(result["content"]))
    if not may_be_structured(older, result.get("structuredContent")):
        members.pop("structuredContent", None)
    return members


def _known(older: Revision, blocks: JsonArray) -> list[Json]:
    return [
        block
        for block in blocks
        if older >= CONTENT_SINCE.get(str(as_object(block).get("type")), older)
    ]


def _listed(since: Mapping[str, Revision]) -> Callable[[Revision, JsonObject], JsonObject]:
    def adapt(older: Revision, result: JsonObject) -> JsonObject:
        return {
            name: [listed(as_object(item), older, since) for item in items]
            if isinstance(items, list)
            else items
            for name, items in result.items()
        }

    return adapt


ADAPTED: Final[Mapping[str, Callable[[Revision, JsonObject], JsonObject]]] = {
    "tools/call": _called,
    "tools/list": _listed(SINCE),
    "prompts/list": _listed(SINCE),
    "resources/list": _listed(RESOURCE_SINCE),
    "resources/templates/list": _listed(RESOURCE_SINCE),
}
