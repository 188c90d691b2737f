"""What all SARIF 2.1.0 reports are made of, in the form that GitHub's code scanning accepts."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import orjson

from mcp_proof.reports.fingerprint import stable_peer
from mcp_proof.reports.repository import repository_path
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
STAND_IN: Final = "mcp-proof.toml"
"""Where a finding is said to be when no file is known to have asked for the run.

GitHub refuses a whole upload for one result without the path of a file. The file need not exist;
this one is where a server would be configured. A URL would be refused as well.
"""
QUOTED: Final = 600
"""Characters of what was expected, and of what came."""


def sarif_log(runs: Iterable[Json]) -> bytes:
    """Return the file."""
    report: Json = {"$schema": SCHEMA, "version": "2.1.0", "runs": list(runs)}
    return orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n"


def categories(runs: Sequence[tuple[str, ...]]) -> list[str]:
    """The runs' names, as stable as the targets: GitHub refuses two of one name in a file.

    Args:
        runs: of each the server, and what else tells it from others.
    """
    names: list[str] = []
    seen: Counter[str] = Counter()
    for peer, *more in runs:
        name = "/".join(["mcp-proof", excerpt(stable_peer(peer)), *more])
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}/{seen[name]}")
    # What follows the last slash names the single run and is not looked at.
    return [f"{name}/" for name in names]


def plain(text: str) -> Json:
    """A message in which nothing that the server says is a link: `[text](address)` (3.11.6)."""
    return {"text": text.replace("](", "] (")}


def message(title: str, more: str, *, reproduce: str, **values: str) -> Json:
    """Return the text of a result; GitHub shows its first sentence as a title.

    Args:
        title: what happened where.
        more: what else is to be said.
        reproduce: the command that shows it again.
        values: what is set side by side, such as `expected` and `actual`.
    """
    title = excerpt(title)
    told = (f"{name.title()}: {excerpt(value, QUOTED)}\n\n" for name, value in values.items())
    return plain(f"{title[:1].upper()}{title[1:]}. {more}\n\n{''.join(told)}Reproduce: {reproduce}")


def location(file: str, peer: str) -> dict[str, Json]:
    """Return where a result is: in the file that asked for the run, at the server."""
    uri = quote(os.fsencode(repository_path(file) or STAND_IN))
    return {
        "physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}},
        "logicalLocations": [{"fullyQualifiedName": peer, "kind": "module"}],
    }


def fingerprints(identity: str) -> Json:
    """Return what GitHub knows a result by."""
    # GitHub looks at the first one only, and makes it up of the file's lines if it is missing.
    return {"primaryLocationLineHash": identity, "mcpProofPlace/v1": identity}


def times(began: datetime | None, seconds: float | None) -> dict[str, Json]:
    """Return when a run began and ended, as far as it is known."""
    if began is None:
        return {}
    told: dict[str, Json] = {"startTimeUtc": _utc(began)}
    if seconds is not None:
        told["endTimeUtc"] = _utc(began + timedelta(seconds=seconds))
    return told


def notification(name: str, level: str, text: str) -> dict[str, Json]:
    """Return what is told of a run besides its results."""
    return {"descriptor": {"id": name}, "level": level, "message": plain(text)}


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
