"""One run of Schemathesis' command line, in a process of its own.

Not in this one: its options and the hooks for extensions are what it documents, while what writes
its reports is reached by nothing else; its threads, its hooks and Hypothesis' settings are global;
and an interrupt ends a process with its reports written.
"""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mcp_proof.errors import InternalError, UsageError
from mcp_proof.fuzz.rest.failure import DESCRIPTOR, RestFailure, RestNotTried
from mcp_proof_contracts.excerpt import printable_lines

HOOKS: Final = "mcp_proof.fuzz.rest.hooks"
REPORTS: Final[Mapping[str, str]] = {
    "junit": "schemathesis.xml",
    "har": "schemathesis.har",
    "vcr": "schemathesis.yaml",
    "ndjson": "schemathesis.ndjson",
    "json": "schemathesis.json",
}
"""Its own reports: the formats, and the names of the files."""
FAULTLESS: Final = (0, 1)
"""The exit codes of a run that was made: nothing found, something found."""
FOR_EVER: Final = 10.0**8
OUTPUT: Final = "output"
"""The file that takes what it says on its terminal."""
TO_END: Final = 15.0
"""Seconds that it has for its reports once it is interrupted."""
QUOTED: Final = 20
"""Lines of its output that an error quotes."""
MOST_TOLD: Final = 16 * 1024 * 1024
"""Bytes of one line that the hooks write."""
DOES_NOT_APPLY: Final[Mapping[str, str]] = {
    "negative_data_rejection": "arguments are refused in an answer of status 200, whose body says "
    "so: `invalid_arguments_executed` looks at what was carried out instead",
}
"""The checks that are left out, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemathesisOptions:
    """What to run, and within which bounds."""

    document: str
    """The URL of the OpenAPI document; what it describes is at the same host."""
    headers: Mapping[str, str]
    """What every request carries. It can be read by others on this machine."""
    seed: int
    max_examples: int
    timeout: float
    """Seconds to wait for one answer."""
    seconds: float | None = None
    """When to end; `None` when everything is done."""
    rate: float | None = None
    """Requests in a second at most."""
    reports: Path
    """The folder for its own reports."""

    def words(self) -> Iterator[str]:
        """Yield the words of the command line."""
        yield from (sys.executable, "-P", "-m", "schemathesis.cli", "run", self.document)
        yield from ("--checks=all", f"--exclude-checks={','.join(DOES_NOT_APPLY)}", "--no-color")
        yield from (f"--seed={self.seed}", f"--max-examples={self.max_examples}")
        yield from (f"--request-timeout={self.timeout:g}", "--generation-database=none")
        yield from (f"--header={name}: {value}" for name, value in self.headers.items())
        if self.rate is not None:
            many = self.rate >= 1
            yield f"--rate-limit={int(self.rate)}/s" if many else f"--rate-limit={self.a_minute}/m"
        for kind, file in REPORTS.items():
            yield f"--report-{kind}-path={self.reports.absolute() / file}"

    @property
    def a_minute(self) -> int:
        """Requests in a minute at most."""
        return max(1, int((self.rate or 1) * 60))


async def schemathesis_run(
    options: SchemathesisOptions,
) -> AsyncGenerator[RestFailure | RestNotTried]:
    """Yield what a run finds, as it finds it; its reports are written at its end, be it early.

    Raises:
        UsageError: Schemathesis is not installed.
        InternalError: no run was made, or it was not made to its end.
    """
    if find_spec("schemathesis") is None:
        raise UsageError(
            "what an OpenAPI document describes is tried by Schemathesis, which is not installed: "
            "pip install 'mcp-proof[fuzz]'"
        )
    begun = time.monotonic()
    with TemporaryDirectory(prefix="mcp-proof-") as folder:
        async with _running(options, Path(folder)) as (process, told):
            faults: list[str] = []
            async for line in told:
                record: dict[str, str] = json.loads(line)
                if record["kind"] == "fault":
                    faults.append(record["message"])
                else:
                    yield _found(record)
            code = await process.wait()
        late = options.seconds is not None and time.monotonic() - begun >= options.seconds
        if late:
            yield RestNotTried(operation="the rest", reason="the time was up")
        if faults or not (late or code in FAULTLESS):
            said = (Path(folder) / OUTPUT).read_text(errors="replace").splitlines()[-QUOTED:]
            raise InternalError(
                f"Schemathesis ended with {code}: {'; '.join(faults) or 'it says'}\n"
                + printable_lines("\n".join(said))
            )


def _found(record: Mapping[str, str]) -> RestFailure | RestNotTried:
    if record["kind"] == "not-tried":
        return RestNotTried(operation=record["operation"], reason=record["message"])
    return RestFailure(
        operation=record["operation"],
        check=record["check"],
        message=record["message"],
        reproduce=record["reproduce"],
        response=record["response"],
    )


@asynccontextmanager
async def _running(
    options: SchemathesisOptions, folder: Path
) -> AsyncGenerator[tuple[Process, asyncio.StreamReader]]:
    """Run the process while the block does; gives it, and what its hooks tell."""
    loop = asyncio.get_running_loop()
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source:
        try:
            process = await _started(options, folder, writing)
        finally:
            os.close(writing)
        # Not its own option for that, with which it repeats its phases until the time is up.
        ending = loop.call_later(options.seconds or FOR_EVER, _interrupt, process)
        told = asyncio.StreamReader(limit=MOST_TOLD)
        try:
            transport, _ = await loop.connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(told), source
            )
            with closing(transport):
                yield process, told
        finally:
            ending.cancel()
            await _end(process)


async def _started(options: SchemathesisOptions, folder: Path, writing: int) -> Process:
    # Settings of our own: none that lie about in the user's folders are to take part.
    settings = folder / "schemathesis.toml"
    settings.write_text("[cache]\nenabled = false\n")
    with (folder / OUTPUT).open("wb") as output:
        return await asyncio.create_subprocess_exec(
            *_with_settings(options.words(), settings),
            cwd=folder,
            env={**os.environ, DESCRIPTOR: str(writing), "SCHEMATHESIS_HOOKS": HOOKS},
            pass_fds=(writing,),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # the user's interrupt is ours, and passed on
        )


def _with_settings(words: Iterator[str], settings: Path) -> Iterator[str]:
    for word in words:
        if word == "run":
            yield f"--config-file={settings}"
        yield word


def _interrupt(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)


async def _end(process: Process) -> None:
    """End the process, by force when it does not follow."""
    if process.returncode is not None:
        return
    _interrupt(process)
    try:
        await asyncio.wait_for(process.wait(), TO_END)
    except TimeoutError:
        process.kill()
        await process.wait()
