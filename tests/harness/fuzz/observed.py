"""Observations for tests: what a fuzzer sees, made by hand."""

from mcp_proof.fuzz.generation import Validity
from mcp_proof.fuzz.observation import Ending, Observation
from mcp_proof.fuzz.operation import Operation, OperationKind
from mcp_proof.tool_server import CallFailure, CallOutcome
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import message

SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}


def operation(kind=OperationKind.TOOL, **changes):
    members = {"name": "echo", "input_schema": SCHEMA, "read_only": True, "permitted": True}
    return Operation(kind=kind, **{**members, **changes})


def event(kind, sender=Sender.SERVER, *, said=None, **data):
    return Event(
        seq=0,
        at=0.0,
        session="session-1",
        channel="stdio",
        sender=sender,
        kind=kind,
        message=message(said) if said is not None else None,
        data=data,
    )


def seen(arguments=None, *, value=None, failure=None, said=(), events=(), **changes):
    members = {
        "operation": operation(),
        "arguments": {"text": "a"} if arguments is None else arguments,
        "validity": Validity.VALID,
        "spoken": Revision.R2025_11_25,
        "outcome": CallOutcome(value=value, failure=failure),
        "ending": Ending.ANSWERED,
        "events": (*(event(EventKind.MESSAGE, said=each) for each in said), *events),
        "seconds": 0.1,
    }
    return Observation(**{**members, **changes})


def told(text):
    """What a tool says that failed: the observation's parts."""
    content = [{"type": "text", "text": text}]
    return {
        "failure": CallFailure(text=text, by_tool=True),
        "said": [{"jsonrpc": "2.0", "id": 1, "result": {"content": content, "isError": True}}],
    }


def gave(result):
    """What a server says that answers: the observation's parts."""
    return {"said": [{"jsonrpc": "2.0", "id": 1, "result": result}]}
