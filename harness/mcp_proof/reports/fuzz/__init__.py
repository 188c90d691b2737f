"""The reports of a campaign: a function by format, from all campaigns to the file's text."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.fuzz.json_report import json_report

FORMATS: Final[Mapping[str, Callable[[Sequence[FuzzTally]], bytes]]] = {
    "json": json_report,
}
