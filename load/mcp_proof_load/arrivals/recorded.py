"""The calls of a recording, with their times."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mcp_proof.drift.http_recording import NO_ANSWER
from mcp_proof.drift.recorded import Request
from mcp_proof.drift.recording_of import recording_of
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.transcript import Transcript
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_load.plan import TimedCall

FAILED: Final = "it failed in the recording"
NO_CALL: Final = "it calls no tool"
OWN_WORK: Final = frozenset({"ping", *(method for _, method, _ in LISTS)})
"""What clients say for themselves: nothing is missing where it is not said again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCalls:
    """What of a recording is called."""

    calls: tuple[TimedCall, ...]
    """In order of time; the first at 0."""
    left_out: tuple[str, ...]
    """What is not, each with its reason."""


def recorded_calls(transcript: Transcript, refusal: Callable[[str], str]) -> RecordedCalls:
    """Return the calls of tools that a recording of any dialect holds.

    Args:
        transcript: the recording.
        refusal: returns why a tool is not called; empty where it may be.
    """
    recording = recording_of(transcript)
    left_out: Counter[str] = Counter()
    kept: list[tuple[float, str, str, JsonObject]] = []
    for request in recording.requests:
        if reason := _unusable(request):
            if request.method not in OWN_WORK and not request.method.startswith("GET "):
                left_out[f"{request.operation}: {reason}"] += 1
            continue
        for name, arguments in calls_of(request, recording.dialect):
            if reason := refusal(name):
                left_out[f"tool {name}: {reason}"] += 1
            else:
                kept.append((request.at, request.session, name, arguments))
    kept.sort(key=lambda call: call[0])
    return RecordedCalls(
        calls=_timed(kept),
        left_out=tuple(
            f"of the recording, {_times(count)}: {what}" for what, count in left_out.items()
        ),
    )


def calls_of(request: Request, dialect: Dialect) -> list[tuple[str, JsonObject]]:
    """Return the tools that a request calls, with their arguments."""
    if dialect is Dialect.REST:
        items = map(as_object, as_list(request.params.get("tools")))
        return [(str(each.get("tool_slug")), as_object(each.get("arguments"))) for each in items]
    member = "params" if dialect is Dialect.GATEWAY else "arguments"
    return [(name, as_object(request.params.get(member))) for name in request.tools]


def _unusable(request: Request) -> str:
    if not request.tools:
        return NO_CALL
    if request.why_not not in ("", NO_ANSWER):
        return request.why_not
    return FAILED if request.answer is not None and not request.answer.is_good else ""


def _timed(calls: list[tuple[float, str, str, JsonObject]]) -> tuple[TimedCall, ...]:
    """Return calls with times from the first one on, and with numbers for sessions."""
    sessions = {session: n for n, session in enumerate(dict.fromkeys(each[1] for each in calls))}
    return tuple(
        TimedCall(at=at - calls[0][0], name=name, arguments=arguments, session=sessions[session])
        for at, session, name, arguments in calls
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
