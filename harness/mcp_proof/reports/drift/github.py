"""Tell a job of GitHub Actions what has drifted."""

import os
from collections.abc import Mapping, Sequence

from mcp_proof.drift.tally import DriftTally
from mcp_proof.reports.drift.annotations import annotations
from mcp_proof.reports.drift.markdown import markdown_report
from mcp_proof.reports.github_job import tell_job


def tell_github(runs: Sequence[DriftTally], environment: Mapping[str, str] = os.environ) -> None:
    """Add to the summary and print the annotations; outside of a job do nothing."""
    tell_job(runs, markdown_report, annotations, environment)
