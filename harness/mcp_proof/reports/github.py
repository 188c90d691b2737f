"""Tell a job of GitHub Actions what verifications found."""

import os
from collections.abc import Mapping, Sequence

from mcp_proof.reports.annotations import annotations
from mcp_proof.reports.github_job import tell_job
from mcp_proof.reports.markdown import markdown_report
from mcp_proof.tally import Tally


def tell_github(runs: Sequence[Tally], environment: Mapping[str, str] = os.environ) -> None:
    """Add to the summary and print the annotations; outside of a job do nothing."""
    tell_job(runs, markdown_report, annotations, environment)
