"""Tell a job of GitHub Actions what load runs found."""

import os
from collections.abc import Mapping, Sequence

from mcp_proof.reports.github_job import tell_job
from mcp_proof_load.reports.annotations import annotations
from mcp_proof_load.reports.markdown import markdown_report
from mcp_proof_load.tally import LoadTally


def tell_github(runs: Sequence[LoadTally], environment: Mapping[str, str] = os.environ) -> None:
    """Add to the summary and print the annotations; outside of a job do nothing."""
    tell_job(runs, markdown_report, annotations, environment)
