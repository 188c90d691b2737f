"""Faults of the mock itself: its client hears of an internal error, and nothing of what failed."""

import sys
import traceback

from mcp_proof_contracts.error_codes import INTERNAL_ERROR
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import Kind, Message
from mcp_proof_mocks.call import Disconnect, Send, stay
from mcp_proof_mocks.conversation import Conversation, Reply

FAILED = 500
ERROR: JsonObject = {"code": INTERNAL_ERROR, "message": "Internal error"}


def report(error: Exception) -> None:
    """Say on standard error what failed, and whose fault it is."""
    told = "".join(traceback.format_exception(error))
    sys.stderr.write(
        f"{told}mcp-proof mock: this is a fault of mcp-proof itself, not of the client.\n"
    )


async def answered(
    conversation: Conversation, message: Message, send: Send, disconnect: Disconnect = stay
) -> Reply:
    """Return the reply to a message, also when answering it fails."""
    try:
        return await conversation.handle(message, send, disconnect)
    except Exception as error:  # noqa: BLE001  # whatever it is, the client must not wait for it
        report(error)
        if message.kind is not Kind.REQUEST:
            return Reply([], FAILED)
        return Reply([{"jsonrpc": "2.0", "id": message.id, "error": ERROR}], FAILED)
