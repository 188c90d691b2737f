"""Which kinds of violation a run could not show, and why: none of them is a pass."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof_load.events import Kind
from mcp_proof_load.tally import LoadTally

NO_CALL: Final = "no call came to an end"
NO_RULES: Final = "no exchange was kept for the rules: --check 0.01 keeps one of a hundred"
NO_SAMPLES: Final = "nothing of the server's resources was sampled after the warm-up"
CUT_SHORT: Final = "the run did not come to its end"
TRENDS: Final = (Kind.GROWTH, Kind.SLOWING)
"""What only shows over a whole run."""
_NAMED: Final = re.compile(
    rf"(?P<kinds>(?:{'|'.join(Kind)})(?:, (?:{'|'.join(Kind)}))*): (?P<reason>.*)", re.DOTALL
)


def unjudged(run: LoadTally) -> dict[Kind, str]:
    """Return the kinds that were not judged, with the reason; what was seen was judged."""
    found = {violation.kind for violation in run.violations}
    reasons: dict[Kind, str] = {}
    for kind, reason in (*_without_calls(run), *_told(run), *_without_data(run)):
        if kind not in found:
            reasons.setdefault(kind, reason)
    return {kind: reasons[kind] for kind in Kind if kind in reasons}


def narrowed(run: LoadTally) -> list[str]:
    """Return what else is untested: of a kind that is judged, a part."""
    return [text for text in run.untested if _NAMED.fullmatch(text) is None]


def by_reason(run: LoadTally) -> Mapping[str, list[str]]:
    """Return the kinds that were not judged, by the reason."""
    found: dict[str, list[str]] = {}
    for kind, reason in unjudged(run).items():
        found.setdefault(reason, []).append(kind.value)
    return found


def _without_calls(run: LoadTally) -> Iterator[tuple[Kind, str]]:
    if not run.total.counts.ended:
        yield from ((kind, NO_CALL) for kind in Kind)


def _told(run: LoadTally) -> Iterator[tuple[Kind, str]]:
    for text in run.untested:
        if (told := _NAMED.fullmatch(text)) is not None:
            yield from ((Kind(kind), told["reason"]) for kind in told["kinds"].split(", "))


def _without_data(run: LoadTally) -> Iterator[tuple[Kind, str]]:
    planned = run.planned
    if planned is not None and not planned.check:
        yield Kind.RULE, NO_RULES
    begin = planned.warm_up if planned is not None else 0.0
    if not any(sample.at >= begin for sample in run.samples):
        yield Kind.GROWTH, NO_SAMPLES
    if run.lost or run.interrupted or run.finished is None:
        yield from ((kind, CUT_SHORT) for kind in TRENDS)
