"""The file: `mcp-proof.toml`, or the table `[tool.mcp-proof]` of `pyproject.toml`.

The nearest one with settings counts, from the working directory upward to the root of the
repository. Outside a repository only the working directory is looked at: a file may name a
command, and nobody should run what a stranger left in a folder above.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple, cast

from mcp_proof.config.config import BY_NAME, Config, Setting
from mcp_proof.errors import UsageError
from mcp_proof.options.kinds import WrongValueError
from mcp_proof.toml_file import read_toml, shown, toml_text

OWN: Final = "mcp-proof.toml"
SHARED: Final = "pyproject.toml"
TABLE: Final = "mcp-proof"
MENTIONED: Final = re.compile(r"mcp[-_]proof", re.IGNORECASE)
"""What a file with our table has in it: another one need not be understood."""


class _Table(NamedTuple):
    """The settings of a file as they stand there."""

    file: str
    """Its path as seen from the working directory."""
    entries: Mapping[str, object]
    prefix: str = ""
    """What precedes a key in errors."""


def read_file(start: Path) -> Config:
    """Return the settings of the file nearest to `start`; none when there is no file.

    Raises:
        UsageError: the file cannot be read, or a setting is wrong.
    """
    for folder in _folders(start):
        tables = [table for table in (_own(folder), _shared(folder)) if table.entries]
        if len(tables) > 1:
            own, shared = tables
            raise UsageError(
                f"{own.file}: there are settings in {shared.file} too, in [tool.{TABLE}]; keep "
                "them in one file"
            )
        if tables:
            return Config(dict(_settings(tables[0])))
    return Config({})


def _folders(start: Path) -> Iterator[Path]:
    """Yield the folder, and those above it up to the root of the repository if there is one."""
    folder = start.resolve()
    above = [folder, *folder.parents]
    roots = [number for number, each in enumerate(above) if _exists(each / ".git")]
    yield from above[: roots[0] + 1] if roots else above[:1]


def _exists(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110  # pathlib's raises where a folder may not be searched


def _own(folder: Path) -> _Table:
    path = folder / OWN
    return _Table(shown(path), read_toml(path) if _exists(path) else {})


def _shared(folder: Path) -> _Table:
    path = folder / SHARED
    if not _exists(path) or not MENTIONED.search(toml_text(path)):
        return _Table(shown(path), {})
    tools = _table(read_toml(path).get("tool"))
    for name in tools:
        if name != TABLE and MENTIONED.fullmatch(name):
            raise UsageError(f"{shown(path)}: tool.{name}: the table is called [tool.{TABLE}]")
    if not isinstance(tools.get(TABLE, {}), dict):
        raise UsageError(f"{shown(path)}: tool.{TABLE}: expected a table, [tool.{TABLE}]")
    return _Table(shown(path), _table(tools.get(TABLE)), f"tool.{TABLE}.")


def _settings(table: _Table) -> Iterator[tuple[str, Setting]]:
    folder = os.path.dirname(table.file)  # noqa: PTH120  # "" for the working directory, not "."
    for key, value in table.entries.items():
        place = f"{table.file}: {table.prefix}{key}"
        option = BY_NAME.get(key)
        if option is None or not option.configures:
            raise _unknown(place, key, value)
        if key == "tool" and isinstance(value, dict):  # the heading of pyproject.toml
            top = f"In {OWN} the keys stand at the top, not in [tool.{TABLE}]."
            raise UsageError(f"{place}: there is no such table. {top}")
        try:
            checked = option.kind.seen_from(folder, option.kind.check(value))
        except WrongValueError as error:
            raise UsageError(f"{place}: {error}") from error
        yield key, Setting(checked, "file", place, table.file)


def _unknown(place: str, key: str, value: object) -> UsageError:
    from mcp_proof_contracts.suggestion import did_you_mean  # noqa: PLC0415  # for errors only

    if key in BY_NAME:
        return UsageError(f"{place}: this can be said on the command line only")
    allowed = [name for name, option in BY_NAME.items() if option.configures]
    what = "table" if isinstance(value, dict) else "key"
    hint = did_you_mean(key, allowed)
    return UsageError(f"{place}: there is no such {what}; allowed are {', '.join(allowed)}.{hint}")


def _table(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}
