"""Whether each HTTP request got a response that HTTP and JSON-RPC allow for it."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.protocol.case import ProtocolCase, ProtocolStep
from mcp_proof.fuzz.protocol.observation import Control, ProtocolObservation, Reply
from mcp_proof.fuzz.protocol.sent import body_of
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.wire import Kind

DELIBERATE: Final = (
    HTTPStatus.NOT_IMPLEMENTED,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.HTTP_VERSION_NOT_SUPPORTED,
)
"""What a server may say of a method or a coding that it does not know (RFC 9110, section 15.6.2;
RFC 9112, section 6.1), and of too many requests: no fault of its own."""
LARGE: Final = 32 * 1024
"""Bytes of a request from which a server may refuse and close before all of it was sent, so that
the refusal is lost (RFC 9112, section 9.6)."""
USUAL: Final = ("mcp-method", "mcp-name", "mcp-protocol-version", "content-length")


def judge_responses(case: ProtocolCase, observation: ProtocolObservation) -> Iterator[Complaint]:
    """Yield what is wrong with the responses over HTTP; a server that is gone owes none."""
    if case.transport != "http":
        return
    survived = Control.ANSWERED in (observation.control, observation.afresh)
    for step, reply in zip(case.steps, observation.replies, strict=False):
        if reply.status is None:
            yield from _judge_absence(step, reply) if survived else ()
        elif reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR and reply.status not in DELIBERATE:
            yield _server_error(reply)


def _server_error(reply: Reply) -> Complaint:
    """A 5xx says that the server has erred (RFC 9110, section 15.6); 400 is for malformed input.

    With a JSON-RPC error in its body it was at least meant, and MCP fixes the status of few errors:
    that is advice.
    """
    meant = any(message.kind is Kind.ERROR for message in reply.messages)
    said = reply.messages[0].excerpt if reply.messages else excerpt(reply.body)
    return Complaint(
        oracle="server-error",
        level=Level.ADVICE if meant else Level.SHOULD,
        message=f"it is answered with HTTP {reply.status}, as if the server had failed",
        expected="HTTP 4xx, or a JSON-RPC error with HTTP 200",
        actual=f"HTTP {reply.status}: {said}" if said else f"HTTP {reply.status}",
    )


def _judge_absence(step: ProtocolStep, reply: Reply) -> Iterator[Complaint]:
    """A request whose framing is right is due a response (RFC 9110, section 3.4).

    What cannot be parsed as HTTP may be answered by closing (RFC 9112, section 2.2 and 6.3), and
    so may a header too long to be read, or a body.
    """
    if not _is_parsed(step):
        return
    if reply.waited:
        yield Complaint(
            oracle="hang",
            # transports, Sending Messages: 202, an error status, JSON or a stream
            level=Level.MUST,
            message="it gets no HTTP response at all, while the connection stays open",
            expected="a response with any status",
            actual="nothing within the time for an answer",
        )
    elif reply.broken:
        yield Complaint(
            oracle="crash",
            level=Level.SHOULD,
            message="the connection is cut instead of a response",
            expected="a response with any status",
            actual=reply.broken,
        )


def _is_parsed(step: ProtocolStep) -> bool:
    """Whether a server has to get through the head of a request, and to the end of its body."""
    odd = [name for name in step.headers if name.lower() not in USUAL]
    return not odd and step.method == "POST" and body_of(step) is not None and len(step.raw) < LARGE
