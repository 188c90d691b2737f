"""What a live answer has become, measured by all recorded answers to the same request."""

from collections.abc import Sequence
from typing import Final

from mcp_proof.drift.answer import Answer, comparable
from mcp_proof.drift.comparison import ALWAYS, Comparison
from mcp_proof.drift.difference import Change, Difference
from mcp_proof.drift.json_rpc_recording import EXPECTED
from mcp_proof.drift.matcher import Matcher, Matchers
from mcp_proof.drift.recorded import Request
from mcp_proof.drift.shape import Shape
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import quote

STRUCTURED: Final = "/structuredContent"
IN_TEXT: Final = "/content/*/text"


def judged(
    recorded: Sequence[Request], live: Answer, asked: set[str], matchers: Sequence[Matcher]
) -> list[Difference]:
    """Return how an answer differs from those of the recording.

    Args:
        recorded: the same request, each time that it was recorded with an answer.
        live: what came now.
        asked: what the server asked of its client now.
        matchers: what the user wants to be compared, of whatever request.
    """
    first = recorded[0]
    own = [each for each in matchers if each.is_of(first.method, first.tools)]
    answers = [each.answer for each in recorded if each.answer is not None]
    before = [comparable(answer, first.method, live.revision) for answer in answers]
    now = comparable(live, first.method, answers[0].revision)
    alike = [answer.value for answer in before if answer.outcome == now.outcome]
    if not alike:
        return [_other_outcome(before[0], now)]
    found = _once(compared(alike, now.value, own))
    return [*found, *_questions(recorded, asked)]


def compared(
    recorded: Sequence[Json], live: Json, matchers: Sequence[Matcher] = ()
) -> list[Difference]:
    """Return how a value differs from recorded ones."""
    comparison = Comparison(Matchers(matchers))
    comparison.compare(Shape(recorded), live)
    return comparison.differences


def gone(tool: str) -> Difference:
    """Return what is told of a tool that is not listed any more."""
    return Difference(
        path=f"/tools/{tool.replace('~', '~0').replace('/', '~1')}",
        change=Change.GONE,
        recorded="a tool",
        actual="not there",
        why=ALWAYS,
    )


def vanished(method: str) -> Difference:
    """Return what is told of notifications that do not come at all any more."""
    return Difference(
        path="",
        change=Change.GONE,
        recorded="sent while requests were answered",
        actual="never sent",
        why=f"not one {method} came, though the same was asked as in the recording",
    )


def _once(found: list[Difference]) -> list[Difference]:
    """Leave out what a block of text says again of structured content (server/tools)."""
    structured = {
        (each.path.removeprefix(STRUCTURED), each.change)
        for each in found
        if each.path.startswith(STRUCTURED)
    }
    return [
        each
        for each in found
        if not each.path.startswith(IN_TEXT)
        or (each.path.removeprefix(IN_TEXT), each.change) not in structured
    ]


def _other_outcome(before: Answer, now: Answer) -> Difference:
    return Difference(
        path="",
        change=Change.OUTCOME,
        recorded=_told(before),
        actual=_told(now),
        why="another kind of answer",
    )


def _told(answer: Answer) -> str:
    text = excerpt(answer.told) if answer.told else quote(answer.value)
    return f"{answer.outcome}: {text}" if answer.told or answer.value else answer.outcome


def _questions(recorded: Sequence[Request], asked: set[str]) -> list[Difference]:
    """Tell what the server asks of its client now and did not, and the other way round."""
    always = set(EXPECTED).intersection(*(each.asked for each in recorded))
    ever = {method for each in recorded for method in each.asked}
    told: list[Difference] = []
    for method in EXPECTED:
        if method in always - asked:
            told.append(_question(method, Change.GONE, "asked", "not asked"))
        elif method in asked - ever:
            told.append(_question(method, Change.NEW, "not asked", "asked"))
    return told


def _question(method: str, change: Change, recorded: str, actual: str) -> Difference:
    why = f"what the server asks of its client on the way: {method}"
    return Difference(path="", change=change, recorded=recorded, actual=actual, why=why)
