"""Contents that a contract takes from files beside it: `file: logo.png` becomes text or blob."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.schema_problem import Problem

MAX_FILE: Final = 32 * 1024 * 1024
"""Bytes of a file that can be a resource's content."""


def embed_files(document: dict[str, Json], folder: Path | None) -> list[Problem]:
    """Replace every `file` by what it holds; return what went wrong, by JSON pointer.

    A file lies in `folder` or below: a contract from elsewhere cannot publish what lies outside.
    """
    problems: list[Problem] = []
    for pointer, holder in _holders(document):
        name = str(holder["file"])
        try:
            data = read_beside(folder, name)
        except (OSError, ValueError) as error:
            problems.append(Problem(pointer=f"{pointer}/file", message=f"{name!r}: {error}"))
            continue
        del holder["file"]
        try:
            holder["text"] = data.decode()
        except UnicodeDecodeError:
            holder["blob"] = base64.b64encode(data).decode()
    return problems


def _holders(document: dict[str, Json]) -> Iterator[tuple[str, dict[str, Json]]]:
    for member in ("resources", "resource_templates"):
        for index, item in enumerate(cast("list[dict[str, Json]]", document.get(member) or [])):
            cases = cast("list[dict[str, Json]]", item.get("cases") or [])
            for number, case in enumerate(cases):
                if "file" in case:
                    yield f"/{member}/{index}/cases/{number}", case
            if "file" in item:
                yield f"/{member}/{index}", item


def read_beside(folder: Path | None, name: str) -> bytes:
    """Return what a file that a contract names holds.

    Raises:
        OSError: it cannot be read.
        ValueError: it lies outside the contract's folder, is not there, or is too large.
    """
    if folder is None:
        raise ValueError("only a contract that is a file itself can name files")
    home = folder.resolve()
    path = (home / name).resolve()
    if not path.is_relative_to(home):
        raise ValueError("lies outside the contract's folder")
    if not path.is_file():
        raise ValueError("there is no such file in the contract's folder")
    if path.stat().st_size > MAX_FILE:
        raise ValueError(f"is larger than {MAX_FILE} bytes")
    return path.read_bytes()
