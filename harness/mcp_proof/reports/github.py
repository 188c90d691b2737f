"""Tell a job of GitHub Actions what was found: in its summary, and as annotations."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from mcp_proof.reports.annotations import annotations
from mcp_proof.reports.last_look import without_secrets
from mcp_proof.reports.markdown import LIMIT, markdown_report
from mcp_proof.tally import Tally


def tell_github(runs: Sequence[Tally], environment: Mapping[str, str] = os.environ) -> None:
    """Add to the summary and print the annotations; outside of a job do nothing."""
    if environment.get("GITHUB_ACTIONS") != "true":
        return
    if file := environment.get("GITHUB_STEP_SUMMARY"):
        try:
            _append(Path(file), runs)
        except OSError as error:
            # Nobody asked for it by an option: the verdicts count, and so does the exit code.
            sys.stderr.write(f"mcp-proof: no summary in {file}: {error.strerror}\n")
    sys.stdout.write(annotations(runs))


def _append(file: Path, runs: Sequence[Tally]) -> None:
    """Add to what earlier commands of the step have written; the limit is for all of it."""
    with file.open("ab") as summary:
        left = LIMIT - summary.tell() - 1
        if left > 0:
            summary.write(b"\n" + without_secrets(markdown_report(runs, left), runs))
