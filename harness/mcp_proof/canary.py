"""A URL of our own on this machine: whoever fetches it is seen.

Each request that comes there enters the transcript as one of the peer, in a session of its own
(`read.fetched()`), and never as traffic with the peer.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from mcp_proof.recorder import Recorder, probe_label
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.transcript import CANARIES, EventKind, Sender

LOOPBACK: Final = "127.0.0.1"
MAX_REQUESTS: Final = 100
"""Requests that are recorded: a loop that fetches is shown by its beginning."""
LONGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's head."""
PATIENCE: Final = 2.0
"""Seconds in which a request has to come that a client has connected for."""
GRACE: Final = 0.2
"""Seconds in which a request is still seen that was begun when the probe had ended."""
BODY: Final = b"{}"
ANSWER: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
)
"""What everybody is told: an empty object, which is JSON, and a JSON Schema too."""


@dataclass(slots=True)
class Canary:
    """One that listens."""

    url: str
    fetched: int = 0
    """How many requests have come."""


@asynccontextmanager
async def canary(recorder: Recorder, *, case: str = "", secret: str = "") -> AsyncGenerator[Canary]:
    """Listen on a free port of the loopback interface while the block runs.

    Args:
        recorder: what the requests are recorded by.
        case: the variant of the running probe for which they come.
        secret: what may not be among what they carry; whether it is gets recorded, not the secret.
    """
    listener = _Listener(recorder, probe_label(case), secret)
    server = await asyncio.start_server(listener.serve, LOOPBACK, 0, limit=LONGEST_HEAD)
    port = server.sockets[0].getsockname()[1]
    # Nobody comes upon this path by chance.
    listener.canary.url = f"http://{LOOPBACK}:{port}/mcp-proof-{secrets.token_hex(8)}"
    try:
        yield listener.canary
    finally:
        server.close()
        await listener.settle()


class _Listener:
    """Records requests, and answers each with the same."""

    def __init__(self, recorder: Recorder, probe: str, secret: str) -> None:
        self.canary = Canary("")
        self._recorder = recorder
        self._probe = probe
        self._secret = secret
        earlier = {e.session for e in recorder.transcript.events if e.session.startswith(CANARIES)}
        self._session = f"{CANARIES}{len(earlier) + 1}"
        self._tasks: set[asyncio.Task[None]] = set()
        self._record(EventKind.OPEN, "http", {"target": "a URL of mcp-proof"})

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request and answer it."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            async with asyncio.timeout(PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
                self._note(head)
                writer.write(ANSWER)
                await writer.drain()
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            pass  # whoever connects and asks for nothing has fetched nothing
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def settle(self) -> None:
        """Let requests under way come to their end, and drop those that do not."""
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=GRACE)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _note(self, head: bytes) -> None:
        self.canary.fetched += 1
        if self.canary.fetched > MAX_REQUESTS:
            return
        text = head.decode(errors="replace")
        first, *lines = text.split("\r\n")
        method, _, rest = first.partition(" ")
        named = (line.partition(":") for line in lines if line)
        headers = self._recorder.shown([(name, value.strip()) for name, _, value in named])
        path = rest.rpartition(" ")[0] or rest
        told: JsonObject = {"tells_secret": self._secret in text} if self._secret else {}
        data: JsonObject = {"method": method, "path": path, "headers": headers, **told}
        self._record(EventKind.HTTP_REQUEST, f"get-{self.canary.fetched}", data)

    def _record(self, kind: EventKind, channel: str, data: JsonObject) -> None:
        self._recorder.record(
            kind,
            session=self._session,
            channel=channel,
            sender=Sender.SERVER,
            probe=self._probe,
            data=data,
        )
