"""Reports: consumers of what runs came to, one module per format, loaded when it is written."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeAlias

from mcp_proof.reports.later import later
from mcp_proof.tally import Tally

Report: TypeAlias = Callable[[Sequence[Tally]], bytes]
"""Makes a file of one or more runs: each is one server, at one revision."""


FORMATS: Final[Mapping[str, Report]] = MappingProxyType(
    {
        "html": later(f"{__name__}.html", "html_report"),
        "json": later(f"{__name__}.json_report", "json_report"),
        "junit": later(f"{__name__}.junit", "junit_report"),
        "sarif": later(f"{__name__}.sarif", "sarif_report"),
        "markdown": later(f"{__name__}.markdown", "markdown_report"),
        "badge": later(f"{__name__}.badge", "badge_report"),
    }
)
"""What `--report FORMAT=FILE` can write."""
