"""A client as a command: a process for each scenario, ended with all that it has started."""

import asyncio
import contextlib
import os
import shlex
import signal
import tempfile
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from mcp_proof.errors import UsageError
from mcp_proof.judge.client import Approach, Ended, How
from mcp_proof.judge.wishes import outcomes_in, written
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.secrets.given import shown_command

URL: Final = "{url}"
SERVER: Final = "{server}"
CONFIG: Final = "{config}"
DRIVERS: Final = "{drivers}"
"""What in a command stands for the mock's URL, for the command that starts it, for a desktop
configuration that names it, and for the folder of the ready drivers."""
FOLDER: Final = Path(__file__).parent.parent / "drivers"
NO_URL: Final = (
    "the client's command holds {url}, but over stdio the mock has none: leave out --stdio, or "
    "write {server} where the command stands that the client starts"
)
NO_SERVER: Final = (
    "the client's command holds {server}, which is there over stdio alone: add --stdio, or write "
    "{url} where the server's URL stands"
)
GRACE: Final = 3.0
"""Seconds that a client gets to exit after SIGTERM."""
FAREWELL: Final = 0.1
"""Seconds that what a client has started gets to end when the client has: what is left is killed.
"""
LAST_LINES: Final = 8
CHUNK: Final = 1 << 16


class CommandClient:
    """The command of a client.

    Raises:
        UsageError: what it holds stands for nothing over this transport.
    """

    def __init__(
        self, command: Sequence[str], transport: TransportName, env: Mapping[str, str] | None = None
    ) -> None:
        stdio = transport == "stdio"
        if any((URL if stdio else SERVER) in word for word in command):
            raise UsageError(NO_URL if stdio else NO_SERVER)
        self.command = list(command)
        self.transport: TransportName = transport
        self.label = shown_command(self.command)
        self.arguments = f"{'--stdio ' if stdio else ''}-- {self.label}"
        self._env = dict(env or {})

    async def run(self, approach: Approach, give_up: "asyncio.Future[str]") -> Ended:
        """Run it until it ends, or until somebody gives it up, with the reason."""
        with tempfile.TemporaryDirectory(prefix="mcp-proof-") as name:
            folder = Path(name)
            told = {**os.environ, **self._env, **written(approach, folder)}
            try:
                process = await asyncio.create_subprocess_exec(
                    *self._words(approach, folder),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.PIPE,
                    start_new_session=True,
                    env=told,
                )
            except (OSError, ValueError) as error:
                why = f"{excerpt(self.command[0])}: {getattr(error, 'strerror', None) or error}"
                return Ended(how="not-started", why=why)
            return await _Running(process, FAREWELL if approach.server else 0).until(
                give_up, folder
            )

    def _words(self, approach: Approach, folder: Path) -> list[str]:
        config = folder / "mcp.json"
        config.write_bytes(orjson.dumps({"mcpServers": {"mcp-proof": _configured(approach)}}))
        places = {
            URL: approach.url,
            CONFIG: str(config),
            DRIVERS: str(FOLDER),
            SERVER: shlex.join(approach.server),
        }
        words: list[str] = []
        for word in self.command:
            if word == SERVER:
                words += approach.server
                continue
            for name, value in places.items():
                word = word.replace(name, value)  # noqa: PLW2901  # one place after the other
            words.append(word)
        return words


class _Running:
    """One process, with all that it starts."""

    def __init__(self, process: asyncio.subprocess.Process, farewell: float) -> None:
        self._process = process
        self._farewell = farewell
        self._lines: deque[str] = deque(maxlen=LAST_LINES)

    async def until(self, give_up: "asyncio.Future[str]", folder: Path) -> Ended:
        reading = asyncio.create_task(self._read())
        exiting = asyncio.create_task(self._process.wait())
        how: How = "exit"
        why = ""
        at = 0.0
        either: set[asyncio.Future[Any]] = {exiting, give_up}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not exiting.done():
                why = give_up.result()
                how = await self._end(exiting)
            at = time.time()
            await asyncio.sleep(self._farewell)
        finally:
            self._signal(signal.SIGKILL)  # what it has started, too
            await asyncio.wait({exiting})
            await asyncio.wait({reading}, timeout=1.0)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        return Ended(
            how=how,
            code=self._process.returncode,
            why=why,
            last_words="\n".join(self._lines),
            outcomes=outcomes_in(folder),
            at=at,
        )

    async def _end(self, exiting: "asyncio.Task[int]") -> How:
        self._signal(signal.SIGTERM)
        await asyncio.wait({exiting}, timeout=GRACE)
        return "terminated" if exiting.done() else "killed"

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    async def _read(self) -> None:
        """Keep the last lines of standard error, however much there is."""
        assert self._process.stderr is not None
        rest = b""
        while chunk := await self._process.stderr.read(CHUNK):
            *lines, rest = (rest + chunk)[-CHUNK:].split(b"\n")
            self._lines.extend(line.decode(errors="replace") for line in lines if line.strip())
        if rest.strip():
            self._lines.append(rest.decode(errors="replace"))


def _configured(approach: Approach) -> JsonObject:
    if approach.url:
        return {"type": "http", "url": approach.url}
    return {"command": approach.server[0], "args": list(approach.server[1:])}
