"""`mcp-proof verify`: drive a server and judge it."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from mcp_proof.baseline import read_baseline
from mcp_proof.cli.terminal import Terminal
from mcp_proof.errors import UsageError
from mcp_proof.reports import FORMATS
from mcp_proof.reports.console import ConsoleReport
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.tally import Tally
from mcp_proof.target import CommandTarget, Target, UrlTarget
from mcp_proof_contracts.revision import published
from mcp_proof_contracts.rule import Level, registry

START_PATIENCE: Final = 4
"""How many times longer the very first answer may take: package runners download first."""


def run(options: argparse.Namespace) -> int:
    """Verify, report, and return the exit code.

    Raises:
        UsageError: an option or a file is wrong.
        PeerError: the server could not be started or reached.
    """
    headers = _headers(options)
    _check_prefixes([*options.only, *options.skip])
    target = _target(options, headers)
    reports = _reports(options.report)
    tally = Tally(
        fail_on=Level[options.fail_on.upper()],
        baseline=read_baseline(Path(options.baseline)) if options.baseline else {},
    )
    console = Terminal()
    with _transcript_file(reports.pop("transcript", None)) as transcript:
        verification = Verification(
            target,
            VerifyOptions(
                revision=published(options.revision),
                only=tuple(options.only),
                skip=tuple(options.skip),
                timeout=options.timeout,
                start_timeout=START_PATIENCE * options.timeout,
                transcript=transcript.path,
                secret_headers=frozenset(name.lower() for name in headers),
            ),
        )
        with ConsoleReport(console, quiet=options.quiet) as report:
            asyncio.run(_consume(verification, tally, report))
            report.summarize(tally)
        transcript.keep = tally.finished is not None and tally.finished.interrupted
    for name, path in reports.items():
        path.write_bytes(FORMATS[name](tally))
    if transcript.keep:
        console.print(f"transcript: {transcript.path}")
    for fault in tally.finished.faults if tally.finished is not None else ():
        sys.stderr.write(f"{fault}mcp-proof: this is a fault of mcp-proof itself.\n")
    return tally.exit_code


async def _consume(verification: Verification, tally: Tally, report: ConsoleReport) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, verification.interrupt)
    async for event in verification.events():
        tally.take(event)
        report.take(event)


@dataclass(slots=True)
class _TranscriptFile:
    path: Path
    keep: bool


@contextlib.contextmanager
def _transcript_file(wanted: Path | None) -> Generator[_TranscriptFile]:
    """Where the transcript goes: the file asked for, or a temporary one kept only when needed.

    It is kept when the run did not end well, because then it is all there is to look at.
    """
    if wanted is not None:
        yield _TranscriptFile(wanted, keep=True)
        return
    descriptor, name = tempfile.mkstemp(prefix="mcp-proof-", suffix=".ndjson")
    os.close(descriptor)
    file = _TranscriptFile(Path(name), keep=False)
    try:
        yield file
    finally:
        if not file.keep:
            file.path.unlink()


def _target(options: argparse.Namespace, headers: dict[str, str]) -> Target:
    if options.command is not None and options.url is not None:
        raise UsageError("give either a URL or a command after `--`, not both")
    if options.command is not None:
        if headers:
            raise UsageError("--header and --header-env go with a URL; a command has no headers")
        return CommandTarget(options.command)
    if options.url is None:
        raise UsageError(
            "no target. Give a URL (mcp-proof verify http://localhost:3001/mcp) or a command "
            "(mcp-proof verify -- npx -y @modelcontextprotocol/server-everything stdio)."
        )
    shown = [f"--header-env {item}" for item in options.header_env]
    shown += [f"--header '{item.partition(':')[0]}: …'" for item in options.header]
    return UrlTarget(options.url, headers, " ".join(shown))


def _check_prefixes(prefixes: list[str]) -> None:
    known = [rule.id for rule in registry]
    for prefix in prefixes:
        if not any(rule_id.startswith(prefix) for rule_id in known):
            near = get_close_matches(prefix, known, 1)
            hint = f" Did you mean {near[0]}?" if near else " `mcp-proof rules` lists them."
            raise UsageError(f"no rule begins with {prefix!r}.{hint}")


def _headers(options: argparse.Namespace) -> dict[str, str]:
    headers: dict[str, str] = {}
    for item in options.header:
        name, colon, value = item.partition(":")
        if not colon or not name.strip():
            raise UsageError(f"--header {item!r}: expected 'Name: value'")
        headers[name.strip()] = value.strip()
    for item in options.header_env:
        name, equals, variable = item.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--header-env {item!r}: expected NAME=VARIABLE")
        if variable not in os.environ:
            raise UsageError(f"--header-env {item!r}: the variable {variable} is not set")
        headers[name.strip()] = os.environ[variable]
    return headers


def _reports(items: list[str]) -> dict[str, Path]:
    reports: dict[str, Path] = {}
    known = (*FORMATS, "transcript")
    for item in items:
        name, equals, path = item.partition("=")
        if not equals or not path or name not in known:
            raise UsageError(f"--report {item!r}: expected FORMAT=FILE with {', '.join(known)}")
        if not Path(path).parent.is_dir():
            raise UsageError(f"--report {item!r}: the folder {Path(path).parent} does not exist")
        reports[name] = Path(path)
    return reports
