"""How differences are told in texts: what is the same in every format."""

import json
from collections.abc import Iterator
from typing import Final

from mcp_proof.drift.difference import Change, Difference
from mcp_proof.drift.events import Compared, Verdict
from mcp_proof.drift.tally import Drift, DriftTally
from mcp_proof.reports.headline import counted
from mcp_proof_contracts.excerpt import excerpt, printable

CALLS: Final = ("tool ", "prompt ")
"""What operations begin with whose name is told already."""
WHOLE: Final = "the answer"
"""What an empty path stands for."""
VERBS: Final = {
    Change.OUTCOME: "is of another kind",
    Change.GONE: "is gone",
    Change.NEW: "is new",
    Change.TYPE: "has another type",
    Change.VALUE: "has another value",
}
ABOUT: Final = {
    Change.OUTCOME: "The server gives another kind of answer: an error, a failed call, or none.",
    Change.GONE: "What every recorded answer has is not there any more.",
    Change.NEW: "What no recorded answer has is there now.",
    Change.TYPE: "A value is of another type than in the recording.",
    Change.VALUE: "A value that must stay, for MCP or for a matcher, has changed.",
}
"""What each kind of difference is, in a sentence."""


def title(drift: Drift) -> str:
    """Say what differs, in a line."""
    return f"{drift.operation}: {message(drift.difference)}"


def message(difference: Difference) -> str:
    """Say what has become of a place."""
    return f"{difference.path or WHOLE} {VERBS[difference.change]}"


def details(drift: Drift, limit: int) -> Iterator[str]:
    """Yield what there is to say of a difference, a line each, besides what differs."""
    yield f"recorded: {excerpt(drift.difference.recorded, limit)}"
    yield f"actual: {excerpt(drift.difference.actual, limit)}"
    yield f"because: {excerpt(drift.difference.why, limit)}"
    if drift.params:
        yield f"asked with: {asked_with(drift, limit)}"
    if drift.seen > 1:
        yield f"seen in the answers to {counted(drift.seen, 'request')}"


def asked_with(told: Drift | Compared, limit: int) -> str:
    """Return the parameters of a request as one line of JSON; of a call the arguments alone."""
    called = told.operation.startswith(CALLS) and "arguments" in told.params
    shown = told.params["arguments"] if called else told.params
    text = json.dumps(shown, ensure_ascii=False)
    return excerpt(printable(text.encode(errors="backslashreplace").decode()), limit)


def by_reason(run: DriftTally) -> dict[str, list[str]]:
    """Return what was not sent by the reason, the most frequent first."""
    found: dict[str, list[str]] = {}
    for result in run.of(Verdict.UNTESTED):
        names = found.setdefault(result.reason, [])
        if result.operation not in names:
            names.append(result.operation)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))
