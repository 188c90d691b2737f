"""`mcp-proof verify`: drive a server and judge it."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

from mcp_proof.baseline import read_baseline
from mcp_proof.cli.report_files import report_files, transcript_file, write_reports
from mcp_proof.cli.target import target_of
from mcp_proof.cli.terminal import Terminal
from mcp_proof.errors import PeerError, UsageError
from mcp_proof.reports.console import ConsoleReport
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.tally import Tally
from mcp_proof_contracts.revision import published
from mcp_proof_contracts.rule import Level, registry
from mcp_proof_contracts.suggestion import did_you_mean

START_PATIENCE: Final = 4
"""How many times longer the very first answer may take: package runners download first."""
ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end a run early, with its report."""


def run(options: argparse.Namespace) -> int:
    """Verify, report, and return the exit code.

    Raises:
        UsageError: an option or a file is wrong.
        PeerError: the server could not be started or reached.
    """
    _check_prefixes([*options.only, *options.skip])
    target = target_of(options)
    files = report_files(options.report)
    tally = Tally(
        fail_on=Level[options.fail_on.upper()],
        baseline=read_baseline(Path(options.baseline)) if options.baseline else {},
    )
    console = Terminal()
    with transcript_file(files.pop("transcript", None)) as transcript:
        verification = Verification(
            target,
            VerifyOptions(
                revision=published(options.revision),
                only=tuple(options.only),
                skip=tuple(options.skip),
                timeout=options.timeout,
                start_timeout=START_PATIENCE * options.timeout,
                transcript=transcript.path,
            ),
        )
        try:
            with ConsoleReport(console, quiet=options.quiet) as report:
                asyncio.run(_consume(verification, tally, report))
                report.summarize(tally)
        except PeerError as error:
            tally.lost = str(error)
            write_reports(files, tally)
            raise
        write_reports(files, tally)
        transcript.keep |= tally.interrupted
    if transcript.keep:
        console.print(f"transcript: {transcript.path}")
    for fault in tally.faults:
        sys.stderr.write(f"{fault}mcp-proof: this is a fault of mcp-proof itself.\n")
    return tally.exit_code


async def _consume(verification: Verification, tally: Tally, report: ConsoleReport) -> None:
    loop = asyncio.get_running_loop()

    def end(number: int) -> None:
        verification.interrupt()
        loop.remove_signal_handler(number)  # the second one ends the process at once

    for number in ENDING:
        loop.add_signal_handler(number, end, number)
    async for event in verification.events():
        tally.take(event)
        report.take(event)


def _check_prefixes(prefixes: list[str]) -> None:
    known = [rule.id for rule in registry]
    for prefix in prefixes:
        if not prefix:
            raise UsageError("an empty prefix chooses every rule: leave --only or --skip out")
        if not any(rule_id.startswith(prefix) for rule_id in known):
            hint = did_you_mean(prefix, known) or " `mcp-proof rules` lists them."
            raise UsageError(f"no rule begins with {prefix!r}.{hint}")
