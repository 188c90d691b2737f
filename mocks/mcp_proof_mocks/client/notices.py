"""What the mock client makes of notifications: nothing, unless it is to break a rule."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from mcp_proof_contracts.wire import Message, id_key
from mcp_proof_mocks.client.failure import InvalidError

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

Take: TypeAlias = "Callable[[MockClient, Message], None]"


def noticed(client: "MockClient", message: Message) -> None:
    """Take a notification."""
    client.heard.append(message)
    take = TAKES.get(message.method)
    if take is not None:
        take(client, message)


def _completed(client: "MockClient", message: Message) -> None:
    if not client.keeps("elicit-client-unknown-complete-ignored"):
        client.lost(None, InvalidError(f"nobody knows {message.params.get('elicitationId')}"))


def _cancelled(client: "MockClient", message: Message) -> None:
    """Stop what the server waits for no longer (utilities/cancellation)."""
    task = client.answering.get(id_key(message.params.get("requestId")))
    if task is not None and not task.done():
        if client.keeps("cancel-honoured"):
            task.cancel()
        return
    duty = "cancel-unknown-ignored" if task is None else "cancel-race-survived"
    if not client.keeps(duty):
        client.lost(None, InvalidError("the server cancels what is not under way"))


TAKES: Final[Mapping[str, Take]] = {
    "notifications/elicitation/complete": _completed,
    "notifications/cancelled": _cancelled,
}
