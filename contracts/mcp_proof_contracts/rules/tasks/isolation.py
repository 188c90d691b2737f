"""Tasks: whose they are, and what others see of them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise, takewhile
from math import log2
from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.tasks.traffic import (
    PAGE,
    TOOL_CALLS,
    TaskSeen,
    asked_for,
    events_of,
    listed_ids,
    tasks,
)
from mcp_proof_contracts.wire import quote

ONLY = Revision.R2025_11_25
OTHER: Final = "task-of-another"
NUMBER: Final = re.compile(r"\d+")
STEP: Final = 1000
"""How far apart the numbers of a counter are at most."""
PRECISIONS: Final = {10: 1.0, 13: 1e3, 16: 1e6, 19: 1e9}
"""Units in a second of a time since 1970, by how many digits it has."""
DRIFT: Final = 2.0
"""Seconds by which the times of two ids may differ from the time between them."""
ENOUGH: Final = 64
"""Bits that an id can hold from which on nobody can guess it by trying."""
LONGEST: Final = 256
"""Characters of an id that are looked at."""


@rule(
    "task11-unknown-id-32602",
    "MUST",
    f"{PAGE}#protocol-errors",
    since=ONLY,
    until=ONLY,
    probes=("unknown-task",),
    otherwise="the server's tools do not run as tasks",
)
def task_unknown_id(read: Reading) -> Observations:
    """A task that there is not is refused with -32602 by tasks/get, tasks/result and tasks/cancel.

    By the code a client knows that its task is gone, and not that the server lacks the method.
    """
    for exchange in read.stimuli("unknown-task"):
        if exchange.error_code == INVALID_PARAMS:
            yield Kept(exchange.sent.event)
        elif exchange.served or exchange.answered_by_error:
            method = exchange.sent.message.method
            yield Finding.about(
                exchange,
                message=f"{method} of a task that there is not",
                expected=f"error {INVALID_PARAMS}",
            )


@rule(
    "task11-context-binding",
    "MUST",
    f"{PAGE}#task-isolation-and-access-control",
    since=ONLY,
    until=ONLY,
    transport="http",
    probes=(OTHER,),
    otherwise=(
        f"{needs('task')}, and the token of another user: verify.tokens.other_user names the "
        "environment variable that holds it"
    ),
)
def task_context_binding(read: Reading) -> Observations:
    """A task is there only for the user who had it created.

    Looked at: a task that its owner sees before and after, asked for and listed by another user
    whom the server knows, in a session of that user's own. Any refusal will do; that of
    tasks/cancel proves nothing, for a task at its end is not cancelled for its owner either.
    """
    own = {asked_for(each) for each in read.stimuli(OTHER, "own") if each.served}
    kept = own & {asked_for(each) for each in read.stimuli(OTHER, "own again") if each.served}
    for exchange in read.stimuli(OTHER, "other"):
        if asked_for(exchange) not in kept:
            continue
        method = exchange.sent.message.method
        if exchange.served:
            yield Finding.about(
                exchange, message=f"{method} serves the task of another user", expected="a refusal"
            )
        elif exchange.refused and method != "tasks/cancel":
            yield Kept(exchange.sent.event)
    for exchange in read.stimuli(OTHER, "list") if kept else ():
        if exchange.served and not kept.isdisjoint(listed_ids(exchange)):
            yield Finding.about(
                exchange,
                message="tasks/list shows the task of another user",
                expected="only tasks of the user who asks",
            )
        elif exchange.served:
            yield Kept(exchange.sent.event)


@rule(
    "task11-id-entropy",
    "MUST",
    f"{PAGE}#task-isolation-and-access-control",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=f"fewer than two tasks were seen that belong to nobody; {needs('task')}",
)
def task_id_entropy(read: Reading) -> Observations:
    """Where no authorization binds tasks to users, nobody can guess their ids.

    Whoever knows an id has the task. Looked at: ids that follow each other in one session without
    authorization. Those that differ by the steps of a counter, or by the time that has passed, can
    be guessed; those with room for 64 bits that do not are well made, as far as that can be seen.
    """
    if not read.declares(TOOL_CALLS):
        return
    for earlier, later in _unguarded(read):
        assert later.created is not None
        why = _guessed(earlier, later)
        if why:
            yield Finding(
                message=f"the id {quote(later.id)} can be guessed: {why} {quote(earlier.id)}",
                expected="ids of cryptographically secure randomness",
                actual=later.created.outcome,
                events=events_of(earlier.created, later.created),
            )
        elif _room(earlier.id, later.id) >= ENOUGH:
            yield Kept(later.created.sent.event)


def _unguarded(read: Reading) -> Iterator[tuple[TaskSeen, TaskSeen]]:
    """Tasks that were created one after the other, by requests without authorization."""
    by_session: dict[str, list[TaskSeen]] = defaultdict(list)
    for task in tasks(read):
        assert task.created is not None
        http = task.created.http
        if http is None or "authorization" not in http.request_headers:
            by_session[task.session].append(task)
    for found in by_session.values():
        yield from pairwise(found)


def _guessed(earlier: TaskSeen, later: TaskSeen) -> str:
    """How one id follows from another, or ""."""
    one, other = earlier.id[:LONGEST], later.id[:LONGEST]
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return ""
    numbers = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    changed = [(first, second) for first, second in numbers if first != second]
    if len(changed) != 1:
        return ""
    [(first, second)] = changed
    step = int(second) - int(first)
    if 0 < step <= STEP and len(second) - len(first) in (0, 1):
        return f"it is {step} after"
    unit = PRECISIONS.get(len(second)) if len(first) == len(second) else None
    assert earlier.created is not None
    assert later.created is not None
    passed = later.created.sent.event.at - earlier.created.sent.event.at
    if unit is not None and step > 0 and abs(step / unit - passed) < DRIFT:
        return "it is as much after in time as its task is, than"
    return ""


def _room(one: str, other: str) -> float:
    """How many bits an id can hold behind what two have in common."""
    pairs = zip(one, other, strict=False)
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    varying = other[common:][:LONGEST]
    alphabet = 10 if varying.isdigit() else 16 if _is_hex(varying) else 36
    return len(varying) * log2(alphabet)


def _is_hex(text: str) -> bool:
    return re.fullmatch(r"[0-9a-fA-F-]*", text) is not None
