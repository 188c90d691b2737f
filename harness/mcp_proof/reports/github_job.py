"""How a job of GitHub Actions is told of runs: in its summary, and by annotations."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from mcp_proof.reports.last_look import Masked, without_secrets
from mcp_proof.reports.markdown_text import LIMIT

Run_contra = TypeVar("Run_contra", bound=Masked, contravariant=True)
Run = TypeVar("Run", bound=Masked)


class Summary(Protocol[Run_contra]):
    """Tells of runs in Markdown."""

    def __call__(self, runs: Sequence[Run_contra], limit: int) -> bytes:
        """Return at most `limit` bytes."""
        ...


def tell_job(
    runs: Sequence[Run],
    summary: Summary[Run],
    annotations: Callable[[Sequence[Run]], str],
    environment: Mapping[str, str] = os.environ,
) -> None:
    """Add to the summary and print the annotations; outside of a job do nothing."""
    if environment.get("GITHUB_ACTIONS") != "true":
        return
    if file := environment.get("GITHUB_STEP_SUMMARY"):
        try:
            _append(Path(file), runs, summary)
        except OSError as error:
            # Nobody asked for it by an option: the verdicts count, and so does the exit code.
            sys.stderr.write(f"mcp-proof: no summary in {file}: {error.strerror}\n")
    sys.stdout.write(annotations(runs))


def _append(file: Path, runs: Sequence[Run], summary: Summary[Run]) -> None:
    """Add to what earlier commands of the step have written; the limit is for all of it."""
    with file.open("ab") as written:
        left = LIMIT - written.tell() - 1
        if left > 0:
            written.write(b"\n" + without_secrets(summary(runs, left), runs))
