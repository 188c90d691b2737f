"""How what a load run found is told in texts: what is the same in every format."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from mcp_proof.reports.html.latency_chart import duration
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_load.budget.limit import Checked
from mcp_proof_load.events import Disturbed, Kind, Planned, Violated, WorkerLost
from mcp_proof_load.measuring.measured import Counts, Deliveries
from mcp_proof_load.reports.figures import (
    amount,
    many,
    number,
    percent,
    resource,
    told_apart,
    whole,
)
from mcp_proof_load.reports.percentiles import SHOWN, percentiles
from mcp_proof_load.reports.trend import Trend

NOUNS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.CROSSED: "crossed answer",
        Kind.BLEEDING: "bleeding answer",
        Kind.DUPLICATED: "duplicated answer",
        Kind.LOST: "lost answer",
        Kind.ALTERED: "altered answer",
        Kind.RULE: "broken rule",
        Kind.GROWTH: "growing resource",
        Kind.SLOWING: "slowing",
    }
)
"""What there is one of, or several."""
KEPT: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.CROSSED: "every answer comes to who asked",
        Kind.BLEEDING: "no answer holds what another session sent",
        Kind.DUPLICATED: "no call is answered twice",
        Kind.LOST: "no call stays without an answer while later ones are answered",
        Kind.ALTERED: "answers under load are those from before it",
        Kind.RULE: "the rules object to no sampled exchange",
        Kind.GROWTH: "the server's resources do not keep growing",
        Kind.SLOWING: "answers do not get ever slower under the same load",
    }
)
"""What is demanded, in a sentence."""


def violation_counts(violations: Iterable[Violated]) -> dict[Kind, int]:
    """Return how many there are of each kind that was seen; of rules, how many rules."""
    found: dict[Kind, int] = {}
    for violation in violations:
        times = 1 if violation.kind is Kind.RULE else violation.times
        found[violation.kind] = found.get(violation.kind, 0) + times
    return {kind: found[kind] for kind in Kind if kind in found}


def violations_in_words(violations: Iterable[Violated]) -> str:
    """Return "3 crossed answers and 1 lost answer"."""
    found = violation_counts(violations)
    parts = [many(times, NOUNS[kind]) for kind, times in found.items()]
    return joined(parts)


def joined(parts: list[str]) -> str:
    """Return "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def place(violation: Violated) -> str:
    """Say of what kind a violation is, and where it was seen."""
    return " ".join(filter(None, (violation.kind.value, violation.operation or violation.rule)))


def details(violation: Violated, limit: int) -> Iterator[tuple[str, str]]:
    """Yield what else there is to say of a violation, as name and text."""
    if violation.expected:
        yield "expected", excerpt(violation.expected, limit)
    if violation.actual:
        yield "actual", excerpt(violation.actual, limit)
    if violation.rule:
        yield "rule", f"{violation.rule}; read it with: mcp-proof explain {violation.rule}"
    if violation.times > 1:
        yield "seen", many(violation.times, "time")
    if violation.at is not None:
        yield "first at", duration(violation.at)


def limit_cells(checked: Checked) -> tuple[str, str]:
    """Return what was measured, and the limit."""
    if checked.value is None:
        return amount(None, checked.unit), amount(checked.limit, checked.unit)
    return told_apart(checked.value, checked.limit, checked.unit)


def verdict_of(checked: Checked) -> str:
    """Say in words what became of a limit."""
    if not checked.judged:
        return "not judged"
    return "kept" if checked.ok else "not kept"


def limit_reason(checked: Checked) -> str:
    """Say why a limit is kept, is not, or is not judged, beyond the figures."""
    before = checked.relative_to
    against = "" if before is None else f"the saved run has {amount(before, checked.unit)}"
    return "; ".join(filter(None, (against, checked.why)))


def endings(counts: Counts) -> str:
    """Say what became of all calls."""
    told = [
        f"{whole(counts.sent)} sent: {whole(counts.answered)} answered",
        f"{whole(counts.failed)} failed",
        f"{whole(counts.broken)} broken",
        f"{whole(counts.silent)} silent",
    ]
    if counts.unended:
        told.append(f"{whole(counts.unended)} unended")
    text = f"{', '.join(told)} ({percent(counts.error_rate)} errors)"
    if counts.late:
        text += f"; {whole(counts.late)} began more than 1 ms late"
    return text


def deliveries_line(deliveries: Deliveries) -> str:
    """Say what came on streams, and how late; empty where there were none."""
    if not deliveries.streams:
        return ""
    begun = f"streams were begun {many(deliveries.streams, 'time')}"
    told = f"{many(deliveries.messages, 'message')}; {begun}"
    if not deliveries.latency.count:
        return told
    shown = percentiles(deliveries.latency)
    late = ", ".join(f"{name} {amount(shown[name], 'ms')}" for name in SHOWN)
    return f"{told}; {whole(deliveries.latency.count)} timed from when their call was sent: {late}"


def plan_line(planned: Planned) -> str:
    """Say what was sent, by whom and for how long."""
    load = many(planned.users, "user")
    if planned.rate is not None:
        load = f"{number(planned.rate)} calls/s by at most {load}"
    warm_up = f", {number(planned.warm_up)} s of it warm-up" if planned.warm_up else ""
    return f"{planned.profile}: {load} for {number(planned.duration)} s{warm_up}"


def complaint_lines(complaints: Mapping[str, int], most: int, limit: int) -> Iterator[str]:
    """Yield what went wrong with calls, the most frequent first."""
    ordered = sorted(complaints.items(), key=lambda item: -item[1])
    for text, times in ordered[:most]:
        yield f"{many(times, 'time')}: {excerpt(text, limit)}"
    if (more := len(ordered) - most) > 0:
        yield f"and {more} more: the JSON report has them all"


def shortened(text: str, limit: int) -> str:
    """Return a text whose middle is left out where it is too long: its end is the reason.

    It must be masked already: half a secret is recognised by nobody.
    """
    if len(text) <= limit:
        return text
    return f"{text[: limit // 3]} … {text[-(limit - limit // 3) :]}"


def recovery(disturbed: Disturbed) -> str:
    """Say how long it took until all was as before."""
    if disturbed.recovered is None:
        return "never recovered"
    return f"recovered after {duration(disturbed.recovered)}"


def during(figures: Mapping[str, float]) -> str:
    """Say how it was while a server was disturbed, or before."""
    rate, p95, errors = (figures.get(name) for name in ("rate", "p95", "error_rate"))
    told = [
        amount(rate, "calls/s") if rate is not None else "",
        f"p95 {duration(p95)}" if p95 is not None else "",
        f"{percent(errors)} errors" if errors is not None else "",
    ]
    return ", ".join(filter(None, told))


A_LINE: Final = 10
"""Samples below which a line through them is not shown, for it says nothing."""


def trend_line(trend: Trend) -> str:
    """Say how much of a resource there was."""
    first, last = (resource(trend.resource, value) for value in (trend.first, trend.last))
    text = f"{first} at first, {last} at last, at most {resource(trend.resource, trend.highest)}"
    if trend.per_call is not None and trend.samples >= A_LINE:
        more = 1000 * trend.per_call
        text += f"; {'-' if more < 0 else '+'}{resource(trend.resource, abs(more))} per 1,000 calls"
    return text


def worker_line(lost: WorkerLost) -> str:
    """Say what the loss of a load process means for the counts."""
    if lost.counted:
        text = "all that it had counted is known"
    else:
        text = "what it did since its last report is not counted"
    if lost.uncertain:
        text += f"; of at most {many(lost.uncertain, 'call')} nobody knows whether they were sent"
    return text
