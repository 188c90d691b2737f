"""Progress, both ways: the tokens that the mock client gives, and the reports that it makes."""

from itertools import count
from typing import TYPE_CHECKING, Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import PROGRESS, Message

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient

REPORTS: Final = (0.5, 1)
"""How far it says that it is."""
SAME: Final = "progress"
_NUMBERS: Final = count(1)


def token(client: "MockClient") -> Json:
    """Return a token for one request (utilities/progress, Progress Flow)."""
    if not client.keeps("progress-token-type"):
        return 0.5 + next(_NUMBERS)
    return f"{SAME}-{next(_NUMBERS)}" if client.keeps("progress-token-unique") else SAME


async def reported(client: "MockClient", message: Message) -> None:
    """Report on a request of the server, if it wants to hear of it."""
    if message.progress_token is None:
        return
    given = message.progress_token if client.keeps("progress-known-token") else "nobody-gave-this"
    for value in REPORTS:
        progress = value if client.keeps("progress-increases") else REPORTS[0]
        params: JsonObject = {"progressToken": given, "progress": progress}
        if not client.keeps("progress-members"):
            params = {"progressToken": given}
        await client.notify(PROGRESS, params)


async def reported_late(client: "MockClient", message: Message) -> None:
    """Report once more when all is over, if that is the rule to break."""
    if message.progress_token is not None and not client.keeps("progress-stops"):
        late: JsonObject = {"progressToken": message.progress_token, "progress": 2}
        await client.notify(PROGRESS, late)
