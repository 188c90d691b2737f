"""What is judged, what fails a run, and what tells of it."""

from typing import Final

from mcp_proof.options.commands import DIFF, DRIFT, JUDGE, JUDGING, LOAD, VERIFY
from mcp_proof.options.kinds import Choice, File, Flag, Number, ReportFiles, Texts
from mcp_proof.options.option import Option

RULED: Final = (*VERIFY, *JUDGE)
"""The commands whose verdicts are those of rules."""
JUDGED: Final = (
    Option(
        "scenario",
        JUDGE,
        Texts(),
        "play only this scenario besides the ordinary one (repeatable)",
        "NAME",
        configured=(),
    ),
    Option("only", RULED, Texts(), "only rules with this prefix (repeatable)", "PREFIX"),
    Option("skip", RULED, Texts(), "no rules with this prefix (repeatable)", "PREFIX"),
    Option(
        "fail-on",
        (*JUDGING, *JUDGE, *DIFF),
        Choice("must", "should"),
        "the weakest level that fails the run (default: must); of diff, should: what could not be "
        "proved harmless fails it too",
        default="must",
    ),
    Option(
        "min-tested",
        RULED,
        Number(0, 100, "percent"),
        "fail when less of the rules that apply could be tested",
        "PERCENT",
        default=0.0,
    ),
    Option(
        "require",
        RULED,
        Texts(),
        "fail unless every rule with this prefix could be tested (repeatable)",
        "PREFIX",
    ),
    Option(
        "baseline",
        (*RULED, *LOAD),
        File(),
        "YAML list of known findings to excuse; of load the JSON report of a run to compare with",
        "FILE",
    ),
    Option(
        "report",
        (*JUDGING, *JUDGE, *DRIFT, *DIFF, *LOAD),
        ReportFiles(),
        "also write a report: html, json, junit, markdown, and but for load sarif; of verify and "
        "judge also badge or transcript, of fuzz schemathesis, a folder of that one's own, of load "
        "prometheus or otlp (repeatable)",
        "FORMAT=FILE",
        configured=VERIFY,
    ),
    Option(
        "quiet",
        (*JUDGING, *JUDGE, *DRIFT, *DIFF, *LOAD),
        Flag(),
        "print only what is wrong, and counts",
    ),
)
