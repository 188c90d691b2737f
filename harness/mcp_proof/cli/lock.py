"""`mcp-proof lock`: write down what a server offers, or what a client needs of one."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from mcp_proof.config import Config
from mcp_proof.configured_options import configured_options
from mcp_proof.consumers.locked_consumer import locked_consumer
from mcp_proof.errors import UsageError
from mcp_proof.lock.contract_text import LockedText, locked_text
from mcp_proof.lock.looking import look_at
from mcp_proof.lock.written_file import replace_file
from mcp_proof.targets.configured import configured_targets
from mcp_proof_contracts.compatibility.change import Change, ChangeKind
from mcp_proof_contracts.compatibility.compare import compare
from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.contract_file import ContractError, load_contract
from mcp_proof_contracts.contract_of_surface import KEYS, Seen
from mcp_proof_contracts.excerpt import printable_lines
from mcp_proof_contracts.revision import published
from mcp_proof_contracts.surface_of_contract import surface_of_contract

SIGNS: Final[dict[ChangeKind, str]] = {"added": "+", "removed": "-", "changed": "~"}


def run(options: argparse.Namespace) -> int:
    """Look at a server, write its contract file, and say what changed.

    Raises:
        UsageError: an option or the file is wrong.
        PeerError: the server cannot be started or reached, or shows nothing.
    """
    config: Config = options.settings
    path = Path(options.output) if options.output else None
    if options.client:
        return _lock_consumer(config, options, path)
    if options.cassettes:
        raise config.wrong("cassettes", "a contract file is of one server; see --client")
    before = None if path is None else _before(path)
    seen = asyncio.run(_look(config, options))
    old = before[0] if before is not None else None
    folder = path.parent if path is not None else Path()
    locked = _locked(seen, old, folder, path)
    if path is None:
        sys.stdout.write(locked.text)
    elif locked.text != old:
        replace_file(path, locked.text)
    _warn(seen, locked)
    if path is not None:
        lines = _summary(path, seen, locked, before)
        sys.stdout.write(options.mask(printable_lines("\n".join(lines))) + "\n")
    return 0


def _before(path: Path) -> tuple[str, Contract] | None:
    """Return the file so far, which must be a contract: any other is not ours to change."""
    if not path.exists() or (path.is_file() and path.stat().st_size == 0):
        if not path.parent.is_dir():
            raise UsageError(f"{path}: there is no folder {path.parent}")
        return None
    try:
        contract = load_contract(path)
        with path.open(encoding="utf-8", newline="") as file:
            return file.read(), contract
    except ContractError as error:
        raise UsageError(
            f"{error}\nIt is left as it is: a lock changes nothing but contract files."
        ) from error


async def _look(config: Config, options: argparse.Namespace) -> Seen:
    if config.text("revision") == "all":
        raise config.wrong("revision", "a lock is made at one: name it, or leave it at auto")
    targets = configured_targets(config)
    if len(targets) > 1:
        raise config.wrong("config", "it has several servers: choose one with --server")
    chosen = configured_options(config, published(config.text("revision")))
    return await look_at(targets[0], chosen, options.mask)


def _locked(seen: Seen, old: str | None, folder: Path, path: Path | None) -> LockedText:
    try:
        return locked_text(seen, old, folder)
    except UsageError as error:
        raise UsageError(f"{path}: {error}\nThe file is left as it is.") from error


def _warn(seen: Seen, locked: LockedText) -> None:
    """Say what is not in the file, though the server may have it."""
    unread = [f"{part} could not be read: {why}" for part, why in seen.surface.unread.items()]
    told = [*unread, *(f"left out: {what}" for what in locked.left_out)]
    sys.stderr.writelines(f"mcp-proof: {printable_lines(line)}\n" for line in told)


def _summary(
    path: Path, seen: Seen, locked: LockedText, before: tuple[str, Contract] | None
) -> Iterator[str]:
    if before is None:
        held = surface_of_contract(locked.contract)
        counts = [
            f"{len(getattr(held, part))} {part.replace('_', ' ')}"
            for part in KEYS
            if getattr(held, part)
        ]
        yield f"{path}: written, with {', '.join(counts) or 'nothing in it'}"
        return
    old, new = (
        surface_of_contract(contract, seen.revision) for contract in (before[1], locked.contract)
    )
    changes = compare(old, new)
    if locked.text == before[0]:
        yield f"{path}: nothing changed"
        return
    yield f"{path}: updated"
    yield from map(_line, _outermost(changes))


def _outermost(changes: Sequence[Change]) -> Iterator[Change]:
    """Yield changes once for each place."""
    told: set[str] = set()
    for change in changes:
        if change.path not in told:
            told.add(change.path)
            yield change


def _line(change: Change) -> str:
    return f"  {SIGNS[change.kind]} {change.path} ({change.effect}): {change.why}"


def _lock_consumer(config: Config, options: argparse.Namespace, path: Path | None) -> int:
    """Write what a client needs, as its recordings show it."""
    recordings = [Path(name) for name in (config.text("url"), *config.texts("cassettes")) if name]
    locked = locked_consumer(options.client, recordings, path, options.mask)
    if path is None:
        sys.stdout.write(locked.text)
        return 0
    if locked.changed:
        replace_file(path, locked.text)
    lines = [f"{path}: {locked.headline}", *(f"  {line}" for line in locked.told)]
    sys.stdout.write(options.mask(printable_lines("\n".join(lines))) + "\n")
    return 0
