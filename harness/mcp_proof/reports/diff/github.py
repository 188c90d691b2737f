"""Tell a job of GitHub Actions what a comparison found."""

import os
from collections.abc import Mapping, Sequence

from mcp_proof.diff.comparison import Comparison
from mcp_proof.reports.diff.annotations import annotations
from mcp_proof.reports.diff.markdown import markdown_report
from mcp_proof.reports.github_job import tell_job


def tell_github(runs: Sequence[Comparison], environment: Mapping[str, str] = os.environ) -> None:
    """Add to the summary and print the annotations; outside of a job do nothing."""
    tell_job(runs, markdown_report, annotations, environment)
