"""Verdicts of the project's own JSON Schemas on MCP messages and their parts.

`is_valid` and `is_valid_message` are the hot path: one look-up and one call of a compiled
validator. `problems` and `message_problems` explain, and cost more only when there is a mistake.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from jsonschema_rs import Draft202012Validator

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import LATEST, REVISIONS
from mcp_proof_contracts.schema_layers import MessageType, Side, Vocabulary, composed, pointer_to
from mcp_proof_contracts.schema_problem import Problem, explain, shown

VOCABULARIES: Final[tuple[Vocabulary, ...]] = (*REVISIONS, "tasks-extension")


def definitions(revision: Vocabulary) -> Mapping[str, Json]:
    """The composed definitions of a revision, whole messages (`request:tools/call`) among them."""
    return composed(revision).definitions


def request(revision: Vocabulary, method: str) -> MessageType | None:
    """What the revision's table says of a request."""
    return composed(revision).requests.get(method)


def notification(revision: Vocabulary, method: str) -> MessageType | None:
    """What the revision's table says of a notification."""
    return composed(revision).notifications.get(method)


def is_valid(revision: Vocabulary, definition: str, value: Json) -> bool:
    """Whether a value satisfies a definition, formats (URI, URI template, Base64) included.

    Raises:
        KeyError: The revision has no definition of that name.
    """
    return _VERDICTS[revision][definition](value)


def problems(revision: Vocabulary, definition: str, value: Json) -> list[Problem]:
    """What is wrong with a value under a definition."""
    if is_valid(revision, definition, value):
        return []
    return explain(_validator(revision, definition).iter_errors(value))


def is_valid_message(
    revision: Vocabulary, sender: Side, message: Json, answers: str | None = None
) -> bool:
    """Whether `message_problems` would find nothing."""
    if isinstance(message, dict) and "result" in message and len(message) == RESULT_MEMBERS:
        # By far the most frequent message takes the shortest way: `jsonrpc`, `id`, `result`.
        return _RESULTS[revision][answers](message)
    judged_as = _judged_as(revision, sender, message, answers)
    return isinstance(judged_as, str) and _VERDICTS[revision][judged_as](message)


def message_problems(
    revision: Vocabulary, sender: Side, message: Json, answers: str | None = None
) -> list[Problem]:
    """What is wrong with a whole JSON-RPC message.

    A method that the revision does not know is judged by its envelope alone. An error answering
    what could not be read may rightly carry `"id": null`, which no revision's schema allows: that
    is for the caller to know.

    Args:
        revision: The revision the message is sent under.
        sender: The side it comes from.
        message: The parsed message; of a batch, one element. The array itself is judged by the
            definitions `BatchRequest` and `BatchResponse`.
        answers: The method of the request that a response answers, if known.
    """
    judged_as = _judged_as(revision, sender, message, answers)
    if isinstance(judged_as, Problem):
        return [judged_as]
    return problems(revision, judged_as, message)


def is_base64(text: str) -> bool:
    """Whether a text is Base64 in the standard alphabet with padding (RFC 4648 section 4)."""
    return is_valid(LATEST, "Base64", text)


class _Verdicts(dict[str, Callable[[Json], bool]]):
    """The verdicts of a revision's definitions, each compiled when it is first looked up."""

    def __init__(self, revision: Vocabulary) -> None:
        super().__init__()
        self._revision = revision

    def __missing__(self, definition: str) -> Callable[[Json], bool]:
        self[definition] = verdict = _validator(self._revision, definition).is_valid
        return verdict


class _Results(dict[str | None, Callable[[Json], bool]]):
    """The verdicts of results by the method they answer."""

    def __init__(self, revision: Vocabulary) -> None:
        super().__init__()
        self._revision = revision

    def __missing__(self, method: str | None) -> Callable[[Json], bool]:
        name = _answers(self._revision).get(method, "Response")
        verdict = _VERDICTS[self._revision][name]
        if method is None or name != "Response":
            self[method] = verdict  # unknown methods are not kept: a peer can invent any number
        return verdict


RESULT_MEMBERS: Final = 3
_RESULTS: Final = {revision: _Results(revision) for revision in VOCABULARIES}
_VERDICTS: Final = {revision: _Verdicts(revision) for revision in VOCABULARIES}


@cache
def _validator(revision: Vocabulary, definition: str) -> Draft202012Validator:
    known = definitions(revision)
    if definition not in known:
        raise KeyError(f"{revision} has no definition {definition!r}")
    # Base64 is a pattern and not a format: any format of one's own makes every verdict slower.
    schema = {"$ref": pointer_to(definition), "$defs": dict(known)}
    return Draft202012Validator(schema, validate_formats=True, offline=True)


def _judged_as(
    revision: Vocabulary, sender: Side, message: Json, answers: str | None
) -> str | Problem:
    """The definition that judges a message, or why none does."""
    if not isinstance(message, dict):
        return Problem(pointer="", message=f"a message must be an object, is {shown(message)}")
    if "method" in message:
        return _call(revision, sender, message)
    if "result" in message:
        # JSON-RPC 2.0 section 5: a response includes either, but MUST NOT include both.
        if "error" in message:
            return Problem(pointer="", message="a response has a result or an error, not both")
        return _answers(revision).get(answers, "Response")
    if "error" in message:
        return "ErrorResponse"
    return Problem(pointer="", message='neither "method", "result" nor "error" is there')


def _call(revision: Vocabulary, sender: Side, message: Mapping[str, Json]) -> str | Problem:
    method, has_id = message["method"], "id" in message
    known = _calls(revision, sender).get(method) if isinstance(method, str) else None
    if known is None:
        return "Request" if has_id else "Notification"
    if has_id and isinstance(known, str) and known.startswith("notification:"):
        # JSON-RPC 2.0 section 4.1, basic §Notifications: notifications MUST NOT include an ID.
        return Problem(pointer="/id", message=f"{method} is a notification, which has no id")
    return known


@cache
def _calls(revision: Vocabulary, sender: Side) -> Mapping[str, str | Problem]:
    """What judges the methods that a revision knows, when that side sends them."""
    tables = composed(revision)
    kinds = {"request": tables.requests, "notification": tables.notifications}
    return {
        row.method: f"{kind}:{row.method}" if row.comes_from(sender) else _wrong_side(row)
        for kind, table in kinds.items()
        for row in table.values()
    }


def _wrong_side(row: MessageType) -> Problem:
    if row.sender == "input":
        reason = f"{row.method} belongs inside an input_required result, it is no message here"
    else:
        reason = f"{row.method} is sent by the {row.sender} only"
    return Problem(pointer="/method", message=reason)


@cache
def _answers(revision: Vocabulary) -> Mapping[str | None, str]:
    """What judges the results of the requests that a revision knows."""
    tables = composed(revision)
    names = {method: f"result:{method}" for method in tables.requests}
    return {method: name for method, name in names.items() if name in tables.definitions}
