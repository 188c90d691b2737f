"""What is judged, what fails a run, and what tells of it."""

from typing import Final

from mcp_proof.options.commands import DIFF, DRIFT, JUDGING, VERIFY
from mcp_proof.options.kinds import Choice, File, Flag, Number, ReportFiles, Texts
from mcp_proof.options.option import Option

JUDGED: Final = (
    Option("only", VERIFY, Texts(), "only rules with this prefix (repeatable)", "PREFIX"),
    Option("skip", VERIFY, Texts(), "no rules with this prefix (repeatable)", "PREFIX"),
    Option(
        "fail-on",
        (*JUDGING, *DIFF),
        Choice("must", "should"),
        "the weakest level that fails the run (default: must); of diff, should: what could not be "
        "proved harmless fails it too",
        default="must",
    ),
    Option(
        "min-tested",
        VERIFY,
        Number(0, 100, "percent"),
        "fail when less of the rules that apply could be tested",
        "PERCENT",
        default=0.0,
    ),
    Option(
        "require",
        VERIFY,
        Texts(),
        "fail unless every rule with this prefix could be tested (repeatable)",
        "PREFIX",
    ),
    Option("baseline", VERIFY, File(), "YAML list of known findings to excuse", "FILE"),
    Option(
        "report",
        (*JUDGING, *DRIFT, *DIFF),
        ReportFiles(),
        "also write a report: html, json, junit, sarif, markdown; of verify also badge or "
        "transcript, of fuzz schemathesis, a folder of that one's own (repeatable)",
        "FORMAT=FILE",
        configured=VERIFY,
    ),
    Option("quiet", (*JUDGING, *DRIFT, *DIFF), Flag(), "print only what is wrong, and counts"),
)
