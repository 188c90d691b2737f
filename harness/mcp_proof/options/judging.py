"""What is judged, what fails a run, and what tells of it."""

from typing import Final

from mcp_proof.options.commands import DIFF, DRIFT, JUDGING, LOAD, VERIFY
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
    Option(
        "baseline",
        (*VERIFY, *LOAD),
        File(),
        "YAML list of known findings to excuse; of load the JSON report of a run to compare with",
        "FILE",
    ),
    Option(
        "report",
        (*JUDGING, *DRIFT, *DIFF, *LOAD),
        ReportFiles(),
        "also write a report: html, json, junit, markdown, and but for load sarif; of verify also "
        "badge or transcript, of fuzz schemathesis, a folder of that one's own, of load prometheus "
        "or otlp (repeatable)",
        "FORMAT=FILE",
        configured=VERIFY,
    ),
    Option(
        "quiet", (*JUDGING, *DRIFT, *DIFF, *LOAD), Flag(), "print only what is wrong, and counts"
    ),
)
