"""The reports of comparisons, one module per format, loaded when it is written."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from mcp_proof.drift.tally import DriftTally
from mcp_proof.reports.later import later

FORMATS: Final[Mapping[str, Callable[[Sequence[DriftTally]], bytes]]] = MappingProxyType(
    {
        "html": later(f"{__name__}.html_report", "html_report"),
        "json": later(f"{__name__}.json_report", "json_report"),
        "junit": later(f"{__name__}.junit", "junit_report"),
        "sarif": later(f"{__name__}.sarif", "sarif_report"),
        "markdown": later(f"{__name__}.markdown", "markdown_report"),
    }
)
"""What `--report FORMAT=FILE` can write."""
