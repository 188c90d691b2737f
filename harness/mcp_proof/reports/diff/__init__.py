"""The reports of comparisons, one module per format, loaded when it is written.

They say nothing of when they were made: the same comparison gives the same bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from mcp_proof.diff.comparison import Comparison
from mcp_proof.reports.later import later

FORMATS: Final[Mapping[str, Callable[[Sequence[Comparison]], bytes]]] = MappingProxyType(
    {
        "html": later(f"{__name__}.html_report", "html_report"),
        "json": later(f"{__name__}.json_report", "json_report"),
        "junit": later(f"{__name__}.junit", "junit_report"),
        "sarif": later(f"{__name__}.sarif", "sarif_report"),
        "markdown": later(f"{__name__}.markdown", "markdown_report"),
    }
)
"""What `--report FORMAT=FILE` can write."""
