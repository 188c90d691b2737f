"""The JSON report; `verify.schema.json` beside it is its schema."""

from collections.abc import Sequence
from typing import Final

import orjson

from mcp_proof.events import VerdictReached
from mcp_proof.gate import Breach
from mcp_proof.reports.clean import clean
from mcp_proof.reports.envelope import about, head
from mcp_proof.reports.evidence import evidence_rows
from mcp_proof.reports.matrix import total_counts
from mcp_proof.tally import Tally
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Finding
from mcp_proof_contracts.transcript import Sender

COMMANDS: Final = {Sender.SERVER: "verify", Sender.CLIENT: "judge"}
"""The command that judges each side."""
MAX_FINDINGS: Final = 20
"""Findings per rule that are written out; `omitted` counts the rest."""


def json_report(runs: Sequence[Tally]) -> bytes:
    """Return the envelope of a run, or one around those of several."""
    envelopes = [_envelope(tally) for tally in runs]
    report = envelopes[0] if len(runs) == 1 else _around(runs, envelopes)
    return orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n"


def _around(runs: Sequence[Tally], envelopes: Sequence[Json]) -> Json:
    """What several runs came to together, and each of them."""
    return {
        **head(COMMANDS[runs[0].side]),
        "interrupted": any(tally.interrupted for tally in runs),
        "counts": total_counts(runs),
        "runs": list(envelopes),
    }


def _envelope(tally: Tally) -> Json:
    finished = tally.finished
    report: dict[str, Json] = {
        **head(COMMANDS[tally.side]),
        **about(tally.started, tally.peer, tally.spoken),
        "asked": tally.asked.value if tally.asked is not None else None,
        "seconds": round(finished.seconds, 3) if finished is not None else None,
        "interrupted": tally.interrupted,
        "lost": tally.lost or None,
        "not_spoken": tally.not_spoken or None,
        "faults": list[Json](tally.faults),
        "counts": tally.counts,
        "stale": list[Json](tally.stale),
        "breaches": [_breach(breach) for breach in tally.breaches],
        "verdicts": [_verdict(tally, reached) for reached in tally.verdicts],
    }
    return clean(report, tally.mask)


def _breach(breach: Breach) -> Json:
    return {"name": breach.name, "subject": breach.subject, "message": breach.message}


def _verdict(tally: Tally, reached: VerdictReached) -> dict[str, Json]:
    verdict = reached.verdict
    entry: dict[str, Json] = {
        "rule": verdict.rule.id,
        "level": verdict.level.value,
        "verdict": verdict.outcome.value,
        "requirement": verdict.rule.requirement,
        "observed": verdict.observed,
    }
    if tally.peer is not None:
        entry["source"] = verdict.rule.source(tally.peer.spoken)
    if verdict.reason:
        entry["reason"] = verdict.reason
    if verdict.findings:
        shown = verdict.findings[:MAX_FINDINGS]
        entry["findings"] = [_finding(finding, reached.reproduce) for finding in shown]
        entry["omitted"] = len(verdict.findings) + verdict.further - len(shown)
        if (excuse := tally.excuse(reached)) is not None:
            entry["excused"] = excuse
    return entry


def _finding(finding: Finding, reproduce: str) -> dict[str, Json]:
    return {
        "message": finding.message,
        "expected": finding.expected,
        "actual": finding.actual,
        "events": list[Json](evidence_rows(finding.events)),
        "reproduce": reproduce,
    }
