"""The HTML report: one file that a browser shows without asking anybody for anything."""

from collections.abc import Sequence
from typing import Final

from mcp_proof.reports.html.file import html_file
from mcp_proof.reports.html.page import page
from mcp_proof.tally import Tally

STYLES: Final = ("page", "run", "charts", "matrix", "toolbar", "rules")
SCRIPTS: Final = ("copy", "filters")


def html_report(runs: Sequence[Tally]) -> bytes:
    """Return the report of one or more runs: each is one server at one revision."""
    return html_file(page(runs), runs, styles=STYLES, scripts=SCRIPTS)
