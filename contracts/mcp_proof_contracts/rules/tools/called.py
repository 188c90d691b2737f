"""Which of the listed tools may be called, and which were."""

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Observations, Untested
from mcp_proof_contracts.wire import as_object


def uncalled(read: Reading) -> Observations:
    """Say why no tool gave anything where none was called because none may be, unasked."""
    called = {str(e.sent.message.params.get("name")) for e in read.exchanges("tools/call")}
    if not read.tools or any(str(tool.get("name")) in called for tool, _ in read.tools):
        return
    if not any(is_read_only(tool) for tool, _ in read.tools):
        yield Untested("no tool was called, for none of those listed declares `readOnlyHint`")


def is_read_only(tool: JsonObject) -> bool:
    """Whether a tool declares that it changes nothing, so that it may be called unasked."""
    return as_object(tool.get("annotations")).get("readOnlyHint") is True
