"""Which dialect a recording is of, and what it asked."""

from typing import Final

from mcp_proof.drift.http_recording import http_recording
from mcp_proof.drift.json_rpc_recording import JsonRpcRecording
from mcp_proof.drift.queue_recording import queue_recording
from mcp_proof.drift.recorded import Recording
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.contextframe import ENDPOINT
from mcp_proof_contracts.dialects.gateway import SERVERS
from mcp_proof_contracts.dialects.rest import DISCOVER, EXECUTE
from mcp_proof_contracts.openapi.jsonrpc import DOCUMENT
from mcp_proof_contracts.transcript import EventKind, Transcript

OVER: Final = {"websocket": Dialect.WEBSOCKET, "redis": Dialect.QUEUE}
AT: Final = (
    (DISCOVER, Dialect.REST),
    (EXECUTE, Dialect.REST),
    (ENDPOINT, Dialect.CONTEXTFRAME),
    (DOCUMENT, Dialect.OPENAPI_JSONRPC),
)
"""What the paths of a dialect end with, and of no other."""


def recording_of(transcript: Transcript) -> Recording:
    """Return what a transcript asked."""
    dialect = dialect_of_recording(transcript)
    if dialect in (Dialect.REST, Dialect.GATEWAY):
        return http_recording(transcript, dialect)
    if dialect is Dialect.QUEUE:
        return queue_recording(transcript)
    recording = JsonRpcRecording(transcript).recording
    recording.dialect = dialect
    return recording


def dialect_of_recording(transcript: Transcript) -> Dialect:
    """Return the dialect: journals of mocks do not say which one they are of."""
    header = transcript.header
    if header.dialect is not Dialect.MCP or header.transport in OVER:
        return OVER.get(header.transport, header.dialect)
    for event in transcript.events:
        if event.kind is EventKind.HTTP_REQUEST:
            path = str(event.data.get("path", "")).partition("?")[0]
            if path.startswith(SERVERS):
                return Dialect.GATEWAY
            for end, dialect in AT:
                if path.endswith(end):
                    return dialect
    return Dialect.MCP
