"""Reports: consumers of a run's events, one module per format."""

from collections.abc import Callable
from typing import Final

from mcp_proof.reports.json_report import json_report
from mcp_proof.reports.junit import junit_report
from mcp_proof.tally import Tally

Report = Callable[[Tally], bytes]

FORMATS: Final[dict[str, Report]] = {"json": json_report, "junit": junit_report}
"""What `--report FORMAT=FILE` can write."""
