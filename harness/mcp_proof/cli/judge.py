"""`mcp-proof judge`: drive a client with the mock, judge it."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from shlex import quote
from typing import Final, NamedTuple

from mcp_proof.cli.driven import complain
from mcp_proof.cli.ending import Ending
from mcp_proof.cli.report_files import report_files, write_reports
from mcp_proof.cli.terminal import Terminal
from mcp_proof.config import Config
from mcp_proof.configured_contract import configured_contract
from mcp_proof.errors import NotSpokenError, PeerError, UsageError
from mcp_proof.gate import gate_of
from mcp_proof.judge.command_client import CONFIG, SERVER, URL, CommandClient
from mcp_proof.judge.judging import JudgeOptions, Judging
from mcp_proof.prefixes import check_prefixes
from mcp_proof.reports.console import ConsoleReport
from mcp_proof.tally import Tally, exit_code
from mcp_proof_contracts.agreements.agreement import Agreement
from mcp_proof_contracts.agreements.promised_by_client import client_agreements
from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import REVISIONS, Revision, published
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.transcript import Sender

NOT_NAMED: Final = (
    "mcp-proof: nothing in its command stands for the mock: {url} does, or {server} with --stdio, "
    "or {config}. Without them it has to look into the file of MCP_PROOF_WISHES.\n"
)


class Run(NamedTuple):
    """A run to make."""

    judging: Judging
    tally: Tally

    @property
    def judgeable(self) -> bool:
        """Whether a chosen rule exists at its revision, as far as that is known beforehand."""
        revision = self.judging.options.revision
        return revision is None or bool(self.judging.rules_at(revision))


def run(options: argparse.Namespace) -> int:
    """Judge, report, and return the exit code.

    Raises:
        UsageError: an option or a file is wrong.
    """
    config: Config = options.settings
    if not options.command:
        raise UsageError(
            "say how the client is started: mcp-proof judge -- python my_client.py {url}"
        )
    check_prefixes(config)
    files = report_files(options.report, config.place("report"))
    made: list[Tally] = []
    runs = list(_planned(options, files.pop("transcript", None), made))
    planned = [run for run in runs if run.judgeable] or runs[:1]
    shown = ConsoleReport(
        Terminal(), planned[0].tally.mask, quiet=options.quiet, side=Sender.CLIENT
    )
    with shown as report:
        asyncio.run(_judge(planned, made, report))
        report.conclude(made)
    for tally in made:
        _complain(tally, options.command)
    write_reports(files, made)
    return exit_code(made)


def _planned(
    options: argparse.Namespace, transcript: Path | None, made: list[Tally]
) -> Iterator[Run]:
    """Yield the runs: one, or one for each revision."""
    config: Config = options.settings
    gate, file = gate_of(config), config.file or config.text("baseline")
    every = config.text("revision") == "all"
    contract = configured_contract(config)
    dialect = contract.dialect if contract is not None else Dialect.MCP
    if dialect is not Dialect.MCP and config.text("revision") != "auto":
        raise config.wrong("revision", f"{dialect} has no revisions: leave it out")
    for revision in REVISIONS if every else (published(config.text("revision")),):
        kept = transcript
        if transcript is not None and every:
            kept = transcript.with_stem(f"{transcript.stem}.{revision}")
        chosen = JudgeOptions(
            revision=revision,
            scenarios=config.texts("scenario"),
            only=config.texts("only"),
            skip=config.texts("skip"),
            timeout=config.number("timeout"),
            parameters=contract.judge if contract is not None else {},
            dialect=dialect,
            agreements=_promised(config, contract),
            transcript=kept,
        )
        client = CommandClient(options.command, _transport(options, revision))
        tally = Tally(gate=gate, mask=options.mask, asked=revision, file=file, runs=made)
        yield Run(Judging(client, chosen, tally.mask), tally)


def _transport(options: argparse.Namespace, revision: Revision | None) -> TransportName:
    if options.stdio:
        return "stdio"
    older = revision is not None and not revision.features.streamable_http
    return "http+sse" if older else "http"


def _promised(config: Config, contract: Contract | None) -> tuple[Agreement, ...]:
    """Return what the client agrees to by what it promises."""
    if contract is None:
        return ()
    option = f"--contract {quote(config.text('contract'))}"
    return tuple(client_agreements(contract.judge, option))


async def _judge(runs: Sequence[Run], made: list[Tally], report: ConsoleReport) -> None:
    """Make the runs one after the other, and note which of them were begun."""
    with Ending() as ending:
        for run in runs:
            made.append(run.tally)
            ending.running = run.judging
            if ending.wanted:
                run.judging.interrupt()
            await _make(run, report)
            report.summarize(run.tally)
            if run.tally.interrupted:
                break


async def _make(run: Run, report: ConsoleReport) -> None:
    try:
        async for event in run.judging.events():
            run.tally.take(event)
            report.take(event)
    except NotSpokenError as error:
        run.tally.not_spoken = run.tally.mask(error.why)
    except PeerError as error:
        run.tally.lost = run.tally.mask(str(error))


def _complain(tally: Tally, command: Sequence[str]) -> None:
    """Say what is to blame besides the verdicts."""
    named = any(place in word for word in command for place in (URL, SERVER, CONFIG))
    complain(tally, "" if named else NOT_NAMED)
    if tally.not_spoken and len(tally.runs) == 1:
        sys.stderr.write(
            f"mcp-proof: the client does not speak {tally.asked}: {tally.not_spoken}. Without "
            "--revision it may choose.\n"
        )
