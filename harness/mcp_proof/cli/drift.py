"""`mcp-proof drift`: ask servers again what a recording asked, and compare the answers."""

import argparse
import asyncio
from contextlib import ExitStack
from pathlib import Path

from mcp_proof.cli.driven import complain, drive
from mcp_proof.cli.ending import Ending
from mcp_proof.cli.report_files import report_files, write_files
from mcp_proof.cli.terminal import Terminal
from mcp_proof.config import Config
from mcp_proof.drift.configured import configured_drift
from mcp_proof.drift.drifting import Drifting
from mcp_proof.drift.options import DriftOptions
from mcp_proof.drift.recording_of import recording_of
from mcp_proof.drift.tally import DriftTally, exit_code
from mcp_proof.errors import UsageError
from mcp_proof.record.foreign import read_recording
from mcp_proof.reports.drift import FORMATS
from mcp_proof.reports.drift.console import DriftConsole
from mcp_proof.reports.drift.github import tell_github
from mcp_proof.targets import CassetteTarget, Target
from mcp_proof.targets.configured import configured_targets


def run(options: argparse.Namespace) -> int:
    """Compare, report, and return the exit code.

    Raises:
        UsageError: an option or a file is wrong, or the recording asks nothing.
        PeerError: there is no such image, or no container engine.
    """
    config: Config = options.settings
    files = report_files(options.report, config.place("report"), FORMATS)
    chosen = configured_drift(config)
    file = _recording_file(config)
    targets = configured_targets(config)
    if any(isinstance(target, CassetteTarget) for target in targets):
        raise UsageError("a recording is compared with a server, and not with another recording")
    runs = [DriftTally(mask=options.mask, file=str(file)) for _ in targets]
    with DriftConsole(Terminal(), options.mask, quiet=options.quiet) as console:
        asyncio.run(_drift(file, list(zip(targets, runs, strict=True)), chosen, console))
    for tally in runs:
        complain(tally)
    with ExitStack() as both:
        both.callback(tell_github, runs)
        both.callback(write_files, files, FORMATS, runs)
    return exit_code(runs)


def _recording_file(config: Config) -> Path:
    name = config.text("recording")
    if not name:
        raise UsageError(
            "no recording. Give its file and a server: mcp-proof drift session.ndjson "
            "http://localhost:3001/mcp"
        )
    return Path(name)


async def _drift(
    file: Path, runs: list[tuple[Target, DriftTally]], options: DriftOptions, console: DriftConsole
) -> None:
    """Make the comparisons one after the other."""
    with Ending() as ending:
        recording = recording_of(read_recording(file))
        if not recording.requests:
            raise UsageError(f"{file}: there is no request in it that could be sent again")
        for target, tally in runs:
            drifting = Drifting(recording, target, options, tally.mask)
            ending.running = drifting
            label = target.label if len(runs) > 1 else ""
            await drive(tally, drifting.events(), tally.take, console.take, of_several=label)
            console.summarize(tally)
            if ending.wanted:
                break
