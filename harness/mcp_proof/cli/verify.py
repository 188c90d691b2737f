"""`mcp-proof verify`: drive a server and judge it."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

from mcp_proof.baseline import read_baseline
from mcp_proof.cli.report_files import report_files, transcript_file, write_reports
from mcp_proof.cli.target import targets_of
from mcp_proof.cli.terminal import Terminal
from mcp_proof.errors import PeerError, UsageError
from mcp_proof.prefixes import check_prefixes
from mcp_proof.reports.console import ConsoleReport
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.tally import Tally
from mcp_proof_contracts.revision import published
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secret import Mask

ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that end a run early, with its report."""


def run(options: argparse.Namespace) -> int:
    """Verify, report, and return the exit code.

    Raises:
        UsageError: an option or a file is wrong.
        PeerError: the server could not be started or reached.
    """
    check_prefixes(options.settings)
    [target, *_] = targets_of(options)
    files = report_files(options.report, options.settings.place("report"))
    tally = Tally(
        mask=Mask(target.secrets.values()),
        asked=published(options.revision),
        file=options.baseline or "",
        fail_on=Level[options.fail_on.upper()],
        baseline=read_baseline(Path(options.baseline)) if options.baseline else {},
    )
    with transcript_file(files.pop("transcript", None)) as transcript:
        verification = Verification(
            target,
            VerifyOptions(
                revision=published(options.revision),
                only=options.only,
                skip=options.skip,
                timeout=options.timeout,
                transcript=transcript.path,
            ),
        )
        try:
            with ConsoleReport(Terminal(), tally.mask, quiet=options.quiet) as report:
                asyncio.run(_consume(verification, tally, report))
                report.summarize(tally)
        except PeerError as error:
            tally.lost = tally.mask(str(error))
            transcript.keep |= transcript.has_events
            write_reports(files, [tally])
            raise PeerError(tally.lost) from error
        except UsageError:
            raise
        except BaseException:
            transcript.keep = True  # all there is to look at
            raise
        write_reports(files, [tally])
        transcript.keep |= tally.interrupted or bool(tally.faults)
    for fault in tally.faults:
        sys.stderr.write(f"{fault}mcp-proof: this is a fault of mcp-proof itself.\n")
    return tally.exit_code


async def _consume(verification: Verification, tally: Tally, report: ConsoleReport) -> None:
    loop = asyncio.get_running_loop()

    def end(number: int, _frame: object) -> None:
        signal.signal(number, _at_once)
        loop.call_soon_threadsafe(verification.interrupt)

    # Handlers of the process and not of the loop: they run even while a long check holds the loop.
    before = {number: signal.signal(number, end) for number in ENDING}
    try:
        async for event in verification.events():
            tally.take(event)
            report.take(event)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _at_once(_number: int, _frame: object) -> None:
    """End at the second signal, when somebody waits no longer for the report."""
    raise KeyboardInterrupt
