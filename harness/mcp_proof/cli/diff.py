"""`mcp-proof diff`: say what changed, and whether it breaks clients."""

import argparse
import asyncio
import os
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from mcp_proof.cli.report_files import report_files, write_files
from mcp_proof.cli.terminal import Terminal
from mcp_proof.config import Config, Setting
from mcp_proof.diff.comparison import Comparison
from mcp_proof.diff.git_base import file_at
from mcp_proof.diff.live import live_side
from mcp_proof.diff.read_side import read_side, side_of_file
from mcp_proof.diff.side import Side, without_revision
from mcp_proof.errors import NotSpokenError, PeerError, UsageError
from mcp_proof.reports.diff import FORMATS
from mcp_proof.reports.diff.console import show
from mcp_proof.reports.diff.github import tell_github
from mcp_proof.targets.configured import configured_targets
from mcp_proof_contracts.compatibility.compare import compare
from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision, published
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.surface import Surface

NO_SIDES = (
    "nothing to compare. Give two of them (mcp-proof diff old.yaml new.yaml), one and a server "
    "(mcp-proof diff old.yaml -- COMMAND), or one and a revision of git (mcp-proof diff --against "
    "origin/main contract.yaml)."
)


def run(options: argparse.Namespace) -> int:
    """Compare, report, and return the exit code.

    Raises:
        UsageError: an option or a file is wrong, or there are not two to compare.
        PeerError: a server cannot be started or reached.
    """
    config: Config = options.settings
    options.mask.show(config.text("against"))  # a commit's name looks like a key
    files = report_files(options.report, config.place("report"), FORMATS)
    old, new = _sides(config, options.mask)
    for side in (old, new):
        options.mask.hide(side.secrets)
    before, after = old.seen_beside(new), new.seen_beside(old)
    comparison = Comparison(
        old=options.mask(old.name),
        new=options.mask(new.name),
        changes=compare(before, after),
        info=after.info,
        dialect=after.dialect,
        fail_on=Level(config.text("fail-on").upper()),
        mask=options.mask,
        file=new.file or old.file,
    )
    show(comparison, Terminal(), quiet=options.quiet)
    with ExitStack() as both:
        both.callback(tell_github, [comparison])
        both.callback(write_files, files, FORMATS, [comparison])
    return comparison.exit_code


def _sides(config: Config, mask: Mask) -> tuple[Side, Side]:
    """Return what is compared with what."""
    ref, old, new = (config.text(name) for name in ("against", "old", "new"))
    if ref:
        if not old or new or _is_url(old) or config.is_typed("command"):
            raise UsageError("--against: name one file, which is compared with itself")
        return _seen_at(config, *_with_itself(ref, old))
    live = any(config.is_typed(name) for name in ("command", "image", "config"))
    if not old or not (new or live):
        raise UsageError(NO_SIDES)
    if new and live:
        raise UsageError(f"there are three to compare: {mask(old)}, {mask(new)} and a server")
    if config.text("revision") == "all":
        raise config.wrong("revision", "a server is seen at one: name it, or leave it at auto")
    sides = asyncio.run(_both(config, mask, old, new))
    return sides if live or _is_url(old) or _is_url(new) else _seen_at(config, *sides)


def _seen_at(config: Config, *sides: Side) -> tuple[Side, Side]:
    """Return two files as they are seen at the revision that is asked for, if one is."""
    asked = config.text("revision")
    at = published(asked)
    if asked != "auto" and at is None:
        raise config.wrong("revision", "files are seen at one: name it, or leave it at auto")
    for side in sides:
        if at is None:
            break
        if isinstance(side.content, Contract):
            if side.content.dialect is not Dialect.MCP:
                raise config.wrong("revision", f"{side.name} is of a dialect that has none")
            if at not in side.content.revisions:
                raise config.wrong("revision", f"{side.name} does not speak {at.value}")
        elif side.file and side.spoken is not at:
            raise config.wrong("revision", f"{side.name} shows what was seen, not at {at.value}")
    old, new = (replace(side, spoken=at or side.spoken) for side in sides)
    return old, new


async def _both(config: Config, mask: Mask, old: str, new: str) -> tuple[Side, Side]:
    """Read both, the new one as clients of the old one would see it, if it lets them."""
    before = await _side(config, mask, "old", old)
    if not isinstance(before.spoken, Revision):
        return before, await _side(config, mask, "new", new)
    try:
        return before, await _side(config, mask, "new", new, before.spoken)
    except PeerError as error:
        if config.text("revision") != "auto":
            raise
        sides = before, await _side(config, mask, "new", new)
        return without_revision(*sides) if isinstance(error, NotSpokenError) else sides


async def _side(
    config: Config, mask: Mask, option: str, text: str, at: Revision | None = None
) -> Side:
    if text and not _is_url(text):
        return read_side(text)
    if text:
        given = Setting(text, "command line", option.upper())
        others = {name: s for name, s in config.settings.items() if name not in SERVERS}
        config = Config({**others, "url": given})
    targets = configured_targets(config)
    if len(targets) > 1:
        raise config.wrong("config", "it has several servers: choose one with --server")
    return await live_side(targets[0], config, mask, at)


SERVERS = ("url", "command", "image", "endpoint", "config", "server")
"""The options that name another server than a URL of the two does."""


def _is_url(text: str) -> bool:
    return "://" in text


def _with_itself(ref: str, text: str) -> tuple[Side, Side]:
    """Return a file as it was at a revision of git, and as it is."""
    path = Path(text)
    if not path.is_file():
        raise UsageError(f"--against: there is no file {text}")
    new = side_of_file(path, text)
    with file_at(ref, path.absolute()) as base:
        name = f"{text} at {ref}"
        if base is not None:
            return _base(base, text, ref), new
    sys.stderr.write(
        f"mcp-proof: warning: {text} is not there at {ref}, so all of it is new. "
        "If it was renamed, compare it with a copy of the old file.\n"
    )
    nothing = Surface(dialect=new.seen_beside(new).dialect)
    return Side(name=f"{name}, where it is not", content=nothing), new


def _base(base: Path, text: str, ref: str) -> Side:
    """Return a file as it was; what is wrong with it is told by its own name."""
    try:
        return side_of_file(base, f"{text} at {ref}")
    except UsageError as error:
        told = str(error).replace(str(base), f"{text} at {ref}")
        raise UsageError(told.replace(f"{base.parent}{os.sep}", f"at {ref}: ")) from error
