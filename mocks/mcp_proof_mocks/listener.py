"""End a listener without losing those who connected just before."""

import asyncio
from typing import Final

ACCEPTED_IN_TURNS: Final = 4
"""Turns of the loop from a connection's acceptance until what serves it has begun.

asyncio accepts it, makes its transport, tells its protocol and starts the task of a stream server
in one turn each. Once the listener is closed, a connection halfway there would stay open unserved.
"""


async def stop_listening(listener: asyncio.Server) -> None:
    """Accept no more; when this returns, all that were accepted are known to what serves them."""
    loop = asyncio.get_running_loop()
    for bound in listener.sockets:
        loop.remove_reader(bound)
    for _ in range(ACCEPTED_IN_TURNS):
        await asyncio.sleep(0)
    listener.close()
