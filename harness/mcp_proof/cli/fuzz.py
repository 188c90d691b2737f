"""`mcp-proof fuzz`: try what servers offer with good, odd and bad inputs."""

import argparse
import asyncio
from contextlib import ExitStack
from dataclasses import replace

from mcp_proof.cli.driven import complain, drive
from mcp_proof.cli.ending import Ending
from mcp_proof.cli.report_files import FOLDERS, report_files, write_files
from mcp_proof.cli.terminal import Terminal
from mcp_proof.config import Config
from mcp_proof.fuzz.configured import configured_fuzzing
from mcp_proof.fuzz.extra import check_extra
from mcp_proof.fuzz.options import FuzzOptions
from mcp_proof.fuzz.tally import FuzzTally, exit_code
from mcp_proof.reports.fuzz import FORMATS
from mcp_proof.reports.fuzz.console import FuzzConsole
from mcp_proof.reports.fuzz.github import tell_github
from mcp_proof.targets import Target
from mcp_proof.targets.configured import configured_targets
from mcp_proof_contracts.rule import Level


def run(options: argparse.Namespace) -> int:
    """Fuzz, report, and return the exit code.

    Raises:
        UsageError: an option or a file is wrong, there is nothing to fuzz, or no extra for it.
        PeerError: there is no such image, or no container engine.
    """
    check_extra()
    config: Config = options.settings
    files = report_files(options.report, config.place("report"), (*FORMATS, *FOLDERS))
    theirs = files.pop("schemathesis", None)
    chosen = replace(configured_fuzzing(config), schemathesis=theirs)
    targets = configured_targets(config)
    fail_on = Level(config.text("fail-on").upper())
    seed = chosen.seed if chosen.case is None else None
    runs = [
        FuzzTally(fail_on=fail_on, mask=options.mask, file=config.file, seed=seed) for _ in targets
    ]
    with FuzzConsole(Terminal(), options.mask, quiet=options.quiet) as console:
        asyncio.run(_fuzz(list(zip(targets, runs, strict=True)), chosen, console))
    for tally in runs:
        complain(tally)
    with ExitStack() as both:
        both.callback(tell_github, runs)
        both.callback(write_files, files, FORMATS, runs)
    return exit_code(runs)


async def _fuzz(
    runs: list[tuple[Target, FuzzTally]], options: FuzzOptions, console: FuzzConsole
) -> None:
    """Make the campaigns one after the other."""
    from mcp_proof.fuzz.fuzzing import Fuzzing  # noqa: PLC0415  # Hypothesis is slow to load

    with Ending() as ending:
        for number, (target, tally) in enumerate(runs, start=1):
            chosen = _apart(options, number) if len(runs) > 1 else options
            fuzzing = Fuzzing(target, chosen, tally.mask)
            ending.running = fuzzing
            label = target.label if len(runs) > 1 else ""
            await drive(tally, fuzzing.events(), tally.take, console.take, of_several=label)
            console.summarize(tally)
            if ending.wanted:
                break


def _apart(options: FuzzOptions, number: int) -> FuzzOptions:
    """Have Schemathesis' reports of one of several servers in a folder of their own."""
    theirs = options.schemathesis
    return replace(options, schemathesis=theirs and theirs / str(number))
