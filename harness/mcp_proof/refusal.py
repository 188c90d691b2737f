"""Failed requests of MCP, as the engine reads them."""

from http import HTTPStatus

from mcp_proof.sessions.session import Answer
from mcp_proof.tool_server import CallFailure, CallOutcome
from mcp_proof_contracts.wire import as_object


def refusal(answer: Answer) -> CallOutcome:
    """Return why a request has no result."""
    error = answer.message.error if answer.message is not None else as_object(None)
    code = answer.message.error_code if answer.message is not None else None
    return CallOutcome(
        failure=CallFailure(
            text=str(error.get("message", answer.why)),
            code=code,
            status=answer.status,
            answered=answer.message is not None or (answer.status or 0) >= HTTPStatus.BAD_REQUEST,
        )
    )
