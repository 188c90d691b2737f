"""The reports of load runs, one module per format, loaded when it is written."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from mcp_proof.reports.later import later
from mcp_proof_load.tally import LoadTally

FORMATS: Final[Mapping[str, Callable[[Sequence[LoadTally]], bytes]]] = MappingProxyType(
    {
        "html": later(f"{__name__}.html_report", "html_report"),
        "json": later(f"{__name__}.json_report", "json_report"),
        "junit": later(f"{__name__}.junit", "junit_report"),
        "markdown": later(f"{__name__}.markdown", "markdown_report"),
        "otlp": later(f"{__name__}.otlp", "otlp_report"),
        "prometheus": later(f"{__name__}.prometheus", "prometheus_report"),
    }
)
"""What `--report FORMAT=FILE` can write."""
