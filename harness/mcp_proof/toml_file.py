"""A file of TOML, and what is told when it is none."""

import os
from collections.abc import Mapping
from pathlib import Path

from mcp_proof.errors import UsageError


def read_toml(path: Path) -> Mapping[str, object]:
    """Return what a file holds.

    Raises:
        UsageError: the file cannot be read, or is no TOML.
    """
    import tomllib  # noqa: PLC0415  # most folders have no file of ours

    try:
        return tomllib.loads(toml_text(path))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{shown(path)}: this is no TOML: {error}") from error


def toml_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        UsageError: the file cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{shown(path)}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{shown(path)}: this is not UTF-8, as TOML is: byte {error.start} is "
            f"0x{error.object[error.start]:02x}"
        ) from error


def shown(path: Path) -> str:
    """Return the path as seen from the working directory."""
    return os.path.relpath(path)
