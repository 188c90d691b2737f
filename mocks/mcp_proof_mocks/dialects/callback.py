"""Takes a response to the `callback_url` of its request, if that is on this machine."""

import sys
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.authorization.uris import is_local
from mcp_proof_mocks.outgoing import NoAnswerError, post

TIMEOUT: Final = 5.0


async def called_back(url: Json, body: bytes) -> None:
    """POST a response to a URL; one that is not on this machine is left alone.

    Anybody can push a request, and nobody else's servers are to hear of it. A receiver that does
    not answer is told on standard error: the response stands under its key all the same.
    """
    if not isinstance(url, str) or not is_local(url):
        return
    try:
        await post(url, body, seconds=TIMEOUT)
    except NoAnswerError as error:
        sys.stderr.write(
            f"mcp-proof mock: the callback_url of a request does not answer: {error}\n"
        )
