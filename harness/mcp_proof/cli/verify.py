"""`mcp-proof verify`: drive servers and judge them. A run is one server at one revision."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from mcp_proof.cli.driven import complain
from mcp_proof.cli.ending import Ending
from mcp_proof.cli.report_files import report_files, transcript_file, write_reports
from mcp_proof.cli.terminal import Terminal
from mcp_proof.config import Config
from mcp_proof.configured_options import configured_options
from mcp_proof.errors import NotSpokenError, PeerError, UsageError
from mcp_proof.gate import gate_of
from mcp_proof.prefixes import check_prefixes
from mcp_proof.reports.console import ConsoleReport
from mcp_proof.runner import Verification, VerifyOptions, judgeable
from mcp_proof.tally import Tally, exit_code
from mcp_proof.targets import Target
from mcp_proof.targets.configured import configured_targets
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import REVISIONS, published


class Run(NamedTuple):
    """A run to make."""

    target: Target
    options: VerifyOptions
    tally: Tally


def run(options: argparse.Namespace) -> int:
    """Verify, report, and return the exit code.

    Raises:
        UsageError: an option or a file is wrong.
        PeerError: there is no such image, or no container engine.
    """
    config: Config = options.settings
    check_prefixes(config)
    files = report_files(options.report, config.place("report"))
    made: list[Tally] = []
    planned = list(_planned(options, files.pop("transcript", None), made))
    with ConsoleReport(Terminal(), planned[0].tally.mask, quiet=options.quiet) as report:
        asyncio.run(_verify(planned, made, report))
        report.conclude(made)
    for tally in made:
        _complain(tally)
    write_reports(files, made)
    return exit_code(made)


def _planned(
    options: argparse.Namespace, transcript: Path | None, made: list[Tally]
) -> Iterator[Run]:
    """Yield the runs of each server: at all revisions with a chosen rule, one at least.

    Several keep their transcripts apart.
    """
    config: Config = options.settings
    targets, mask = configured_targets(config), options.mask
    gate, file = gate_of(config), config.file or config.text("baseline")
    every = config.text("revision") == "all"
    for number, target in enumerate(targets, start=1):
        runs: list[Run] = []
        for revision in REVISIONS if every else (published(config.text("revision")),):
            names = ([str(number)] if len(targets) > 1 else []) + ([str(revision)] if every else [])
            file_of_run = transcript and transcript.with_stem(".".join([transcript.stem, *names]))
            chosen = replace(configured_options(config, revision), transcript=file_of_run)
            tally = Tally(
                gate=gate, mask=mask, asked=chosen.spoken, file=file, number=number, runs=made
            )
            runs.append(Run(target, chosen, tally))
        yield from [run for run in runs if judgeable(run.options, target.transport)] or runs[:1]


async def _verify(runs: Sequence[Run], made: list[Tally], report: ConsoleReport) -> None:
    """Make the runs one after the other, and note which of them were begun."""
    with Ending() as ending:
        for run in runs:
            made.append(run.tally)
            await _make(run, report, ending, alone=len(runs) == 1)
            report.summarize(run.tally)
            if run.tally.interrupted:
                break


async def _make(run: Run, report: ConsoleReport, ending: Ending, *, alone: bool) -> None:
    tally = run.tally
    with transcript_file(run.options.transcript) as transcript:
        chosen = replace(run.options, transcript=transcript.path)
        verification = Verification(run.target, chosen, tally.mask)
        ending.running = verification
        if ending.wanted:  # since the run before was judged: this one tells that not all were made
            verification.interrupt()
        try:
            async for event in verification.events():
                tally.take(event)
                report.take(event)
        except NotSpokenError as error:
            tally.not_spoken = tally.mask(error.why)
        except PeerError as error:
            tally.lost = tally.mask(str(error))
            transcript.keep |= transcript.has_events
        except UsageError as error:
            if alone:
                raise
            tally.lost = tally.mask(f"{run.target.label}: {error}")
        except BaseException:
            transcript.keep = True  # all there is to look at
            raise
        transcript.keep |= tally.interrupted or bool(tally.faults)


def _complain(tally: Tally) -> None:
    """Say what is to blame besides the verdicts."""
    complain(tally)
    if tally.not_spoken and len(tally.runs) == 1:
        option = "--dialect" if isinstance(tally.asked, Dialect) else "--revision"
        sys.stderr.write(
            f"mcp-proof: the server does not speak {tally.asked}: {tally.not_spoken}. Without "
            f"{option} it is asked what it speaks.\n"
        )
