"""`mcp-proof load`: load servers one after the other, judge, and report."""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import ExitStack

from mcp_proof.cli.driven import complain, drive
from mcp_proof.cli.ending import Ending
from mcp_proof.cli.report_files import report_files, write_files
from mcp_proof.cli.terminal import Terminal
from mcp_proof.config import Config
from mcp_proof.errors import UsageError
from mcp_proof.reports.last_look import without_secrets
from mcp_proof.targets import CassetteTarget, Target
from mcp_proof.targets.configured import configured_targets
from mcp_proof_load.budget.configured import Spending, configured_budget
from mcp_proof_load.configured import configured_load
from mcp_proof_load.loading import Loading
from mcp_proof_load.options import LoadOptions
from mcp_proof_load.reports import FORMATS
from mcp_proof_load.reports.console import LoadConsole
from mcp_proof_load.reports.github import tell_github
from mcp_proof_load.tally import LoadTally, exit_code
from mcp_proof_load.working import work


def run(options: argparse.Namespace) -> int:
    """Load, report, and return the exit code.

    Raises:
        UsageError: an option or a file is wrong, or there is nothing to call.
        PeerError: the server could not be started or reached.
    """
    config: Config = options.settings
    if config.flag("worker"):
        return work(config)
    files = report_files(options.report, config.place("report"), FORMATS)
    chosen = configured_load(config)
    for fault in chosen.chaos:  # it reads like a user and a password before a host
        for part in fault.rpartition("@")[0].split(":", 1):
            options.mask.show(part)
    spending = configured_budget(config, chosen.profile)
    targets = configured_targets(config)
    if any(isinstance(target, CassetteTarget) for target in targets):
        raise UsageError("a recording cannot be loaded; give a server, and --cassette FILE for it")
    runs = [LoadTally(mask=options.mask, file=config.file) for _ in targets]
    with LoadConsole(Terminal(), options.mask, quiet=options.quiet) as console:
        asyncio.run(_load(list(zip(targets, runs, strict=True)), chosen, spending, console))
    for tally in runs:
        complain(tally)
    with ExitStack() as all_of_them:
        all_of_them.callback(tell_github, runs)
        all_of_them.callback(write_files, files, FORMATS, runs)
        if config.text("otlp"):
            all_of_them.callback(_push, config.text("otlp"), runs)
    return exit_code(runs)


async def _load(
    runs: list[tuple[Target, LoadTally]],
    options: LoadOptions,
    spending: Spending,
    console: LoadConsole,
) -> None:
    with Ending() as ending:
        for target, tally in runs:
            loading = Loading(target, options, tally.mask, spending.fitted)
            ending.running = loading
            label = target.label if len(runs) > 1 else ""
            await drive(tally, loading.events(), tally.take, console.take, of_several=label)
            tally.budget = spending.check(tally)
            console.summarize(tally)
            if ending.wanted:
                break


def _push(url: str, runs: Sequence[LoadTally]) -> None:
    from mcp_proof_load.reports.otlp_push import push  # noqa: PLC0415  # only when asked for

    push(url, without_secrets(FORMATS["otlp"](runs), runs), {})
