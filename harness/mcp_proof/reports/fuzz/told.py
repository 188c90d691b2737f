"""How failures are told in texts: what is the same in every format."""

import json
from collections.abc import Iterator, Mapping
from typing import Final, TypeGuard

from mcp_proof.fuzz.failure import Failure
from mcp_proof.fuzz.operation import OperationKind
from mcp_proof.fuzz.tally import FuzzTally
from mcp_proof_contracts.excerpt import excerpt, printable
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object

SEEN_ONCE: Final = "seen once: it did not show again on a new session"


ARGUMENTS: Final = "arguments"


def input_lines(case: Json, limit: int) -> list[str]:
    """Return the steps of an input, each on a line: of a single one the arguments alone.

    There are none where only the command has it.

    What is longer than `limit` is cut, and says where it is whole.
    """
    match case:
        case None:
            texts = []
        case {"name": str(name), "steps": [*steps]}:  # of malformed messages
            texts = [f"{name}: {_raw(step)}" for step in steps]
        case [*steps]:
            texts = [_step(step, alone=len(steps) == 1) for step in steps]
        case step:
            texts = [_step(step, alone=True)]
    return [
        text if len(text) <= limit else f"{excerpt(text, limit)}; the reproduction has it whole"
        for text in map(printable, texts)
    ]


def _step(step: Json, *, alone: bool) -> str:
    kind = next((kind for kind in OperationKind if kind in step), None) if _is_step(step) else None
    if kind is None:
        return _written(step)
    members = as_object(step)
    text = _written(members["arguments"])
    told = text if alone else f"{kind} {members[kind]} {text}"
    besides = [
        f"{name}: {_written(members[name])}" for name in members if name not in (kind, ARGUMENTS)
    ]
    return f"{told} ({', '.join(besides)})" if besides else told


def _is_step(step: Json) -> TypeGuard[JsonObject]:
    return isinstance(step, Mapping) and ARGUMENTS in step


def _raw(step: Json) -> str:
    match step:
        case {"raw": str(raw)}:
            return raw
        case _:
            return _written(step)


def _written(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False).encode(errors="backslashreplace").decode()


def details(failure: Failure, limit: int) -> Iterator[str]:
    """Yield what there is to say of a failure, a line each, besides what is wrong."""
    complaint = failure.complaint
    for step in input_lines(failure.case, limit):
        yield f"input: {step}"
    yield f"expected: {excerpt(complaint.expected, limit)}"
    yield f"actual: {excerpt(complaint.actual, limit)}"
    if not failure.reproduced:
        yield SEEN_ONCE
    if failure.reproduce:
        yield f"reproduce: {failure.reproduce}"


def by_reason(run: FuzzTally) -> dict[str, list[str]]:
    """Return the labels of what was not tried to its end by the reason, the most frequent first."""
    found: dict[str, list[str]] = {}
    for result in run.results:
        for reason in result.reasons:
            found.setdefault(reason, []).append(result.label)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))
