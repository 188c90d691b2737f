"""Tell a job of GitHub Actions what campaigns found."""

import os
from collections.abc import Mapping, Sequence

from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof.reports.fuzz.annotations import annotations
from mcp_proof.reports.fuzz.markdown import markdown_report
from mcp_proof.reports.github_job import tell_job


def tell_github(runs: Sequence[FuzzTally], environment: Mapping[str, str] = os.environ) -> None:
    """Add to the summary and print the annotations; outside of a job do nothing."""
    tell_job(runs, markdown_report, annotations, environment)
