"""What came of a call, as an HTTP answer.

A tool that fails by its own word must not look like a broken server, nor a broken server like a
tool that fails. 409 is what checks of generated requests bear for arguments of either kind; 422
says that the arguments were wrong, and is given where they are, or where the server says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from mcp_proof.tool_server import CallFailure, CallOutcome, ListedTool
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.dialects import kailash
from mcp_proof_contracts.error_codes import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
)
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.described import JSON
from mcp_proof_contracts.openapi.tools import PROBLEM
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.wire import encode

OF_CODES: Final[Mapping[int, HTTPStatus]] = {
    INVALID_PARAMS: HTTPStatus.UNPROCESSABLE_ENTITY,
    kailash.INVALID_INPUT: HTTPStatus.UNPROCESSABLE_ENTITY,
    kailash.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    # A request that is right in all but its arguments was not understood, or not served.
    PARSE_ERROR: HTTPStatus.BAD_GATEWAY,
    INVALID_REQUEST: HTTPStatus.BAD_GATEWAY,
    METHOD_NOT_FOUND: HTTPStatus.BAD_GATEWAY,
    INTERNAL_ERROR: HTTPStatus.BAD_GATEWAY,
}
"""What the codes of JSON-RPC errors are as statuses; any other is a tool's own failure."""
PASSED_ON: Final = (
    *(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
    *(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.TOO_MANY_REQUESTS),
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""The statuses of a server over HTTP that mean the same here."""
REFUSING: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    kind: str = JSON
    """Its media type."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def problem(status: HTTPStatus, detail: str, **headers: str) -> Answer:
    """Return an answer that says why there is no result."""
    said: JsonObject = {"title": status.phrase, "status": int(status), "detail": detail}
    return Answer(status=status, body=encode(said), kind=PROBLEM, headers=headers)


def promises(spoken: Spoken, tool: ListedTool) -> JsonObject | None:
    """Return the schema that a tool's results must satisfy, if what is spoken knows such."""
    knows = not isinstance(spoken, Revision) or spoken.features.structured_output
    return tool.output_schema if knows else None


def answer_of(
    spoken: Spoken, tool: ListedTool, arguments: JsonObject, outcome: CallOutcome, *, late: bool
) -> Answer:
    """Return the answer for a call.

    Args:
        spoken: what the server speaks.
        tool: what was called.
        arguments: what it was called with.
        outcome: what came of it.
        late: whether it took as long as an answer is waited for.
    """
    if outcome.failure is not None:
        return _failed(tool, arguments, outcome.failure, late=late)
    promised = promises(spoken, tool)
    if isinstance(spoken, Revision):
        return _of_mcp(promised, outcome.value)
    return Answer(status=HTTPStatus.OK, body=encode(outcome.value))


def _of_mcp(promised: JsonObject | None, value: Json) -> Answer:
    """A result of MCP: structured content as it is, and content under its name."""
    is_content = isinstance(value, list)
    if promised is None:
        if value is None:
            return problem(HTTPStatus.BAD_GATEWAY, "the result has no `content`")
        body: Json = {"content": value} if is_content else value
        return Answer(status=HTTPStatus.OK, body=encode(body))
    if value is None or (is_content and not _allowed(promised, value)):
        why = "the tool promises an `outputSchema`, and its result has no `structuredContent`"
        return problem(HTTPStatus.BAD_GATEWAY, why)
    return Answer(status=HTTPStatus.OK, body=encode(value))


def _failed(tool: ListedTool, arguments: JsonObject, failure: CallFailure, *, late: bool) -> Answer:
    after = failure.retry_after
    headers = {} if after is None else {"Retry-After": str(max(1, round(after)))}
    text = failure.text if failure.answered else f"the server did not answer: {failure.text}"
    return problem(_status(tool, arguments, failure, late=late), text, **headers)


def _status(
    tool: ListedTool, arguments: JsonObject, failure: CallFailure, *, late: bool
) -> HTTPStatus:
    if not failure.answered:
        return HTTPStatus.GATEWAY_TIMEOUT if late else HTTPStatus.BAD_GATEWAY
    if failure.code is not None and failure.code in OF_CODES:
        return OF_CODES[failure.code]
    status = failure.status or HTTPStatus.OK
    if status in PASSED_ON:
        return HTTPStatus(status)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return HTTPStatus.BAD_GATEWAY
    if status in REFUSING or not _allowed(tool.input_schema, arguments):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.CONFLICT


def _allowed(schema: JsonObject, value: Json) -> bool:
    return not instance_problems(schema, value)
