"""Tasks: what they come to, and what belongs to them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from math import inf
from typing import Final, TypeAlias

from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.headers import META_RELATED_TASK
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.questions import Question, questions
from mcp_proof_contracts.reading import BARRIER, Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.tasks.of_clients import answers_named, requests_unnamed
from mcp_proof_contracts.rules.tasks.traffic import (
    PAGE,
    came,
    events_of,
    names_task,
    related_task,
    tasks,
    tasks_by_token,
    tasks_seen,
)
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import PROGRESS, Kind, as_object, encode, quote

ONLY = Revision.R2025_11_25
ASKING: Final = ("sampling/createMessage", "elicitation/create")
"""What a server asks for the sake of a request that is under way, and never else."""
OF_TASKS: Final = frozenset({"tasks/get", "tasks/result", "tasks/list", "tasks/cancel", "ping"})
"""Requests for whose own sake a server asks nothing."""
UNRELATED: Final = ("tasks/get", "tasks/list", "tasks/cancel")
STATUS: Final = "notifications/tasks/status"
Busy: TypeAlias = Mapping[str, tuple[list[int], list[float]]]


@rule(
    "task11-result-blocks",
    "MUST",
    f"{PAGE}#result-retrieval",
    since=ONLY,
    until=ONLY,
    probes=("tasks", "cancel-task"),
    otherwise=needs("slow_task"),
)
def task_result_blocks(read: Reading) -> Observations:
    """tasks/result is answered when the task has come to its end, and not before.

    A client that waits would take an early answer for the outcome. A finding is an answer after
    which a further request shows the task still at work: that it was at work before is no doubt.
    """
    for task in tasks(read):
        for exchange in task.results:
            if exchange.answer is None:
                continue
            before = task.before(exchange.sent.event.seq)
            after = next(task.after(came(exchange)), None)
            if after is not None and after.status in ("working", "input_required"):
                yield Finding(
                    message=f"tasks/result is answered for a task that is {after.status}",
                    expected="no answer before the task is completed, failed or cancelled",
                    actual=exchange.outcome,
                    events=events_of(exchange, after.exchange),
                )
            elif after is not None and after.is_over and before is not None and not before.is_over:
                yield Kept(exchange.sent.event)


@rule(
    "task11-result-equals-underlying",
    "MUST",
    f"{PAGE}#result-retrieval",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=f"no task came to an end whose call is answered alike each time; {needs('task')}",
)
def task_result_equals_underlying(read: Reading) -> Observations:
    """tasks/result gives what the call would have given: its result, or its JSON-RPC error.

    Looked at: tasks that were at their end when they were asked for. The result of a tool has
    `content`, and a completed task has one. Where the same call without a task was answered alike
    before and after, the task is answered so as well, but for the `_meta` that relates it.
    """
    plain = _plain_answers(read)
    for task in tasks(read):
        for exchange in task.results:
            before = task.before(exchange.sent.event.seq)
            if before is None or before.status not in ("completed", "failed"):
                continue
            if not (exchange.served or exchange.answered_by_error):
                continue
            expected = plain.get(_call(task.created)) if task.created is not None else None
            problem = _difference(exchange, expected)
            still_there = any(each.is_over for each in task.after(exchange.sent.event.seq))
            if exchange.answered_by_error and before.status == "completed" and still_there:
                problem = "a completed task is answered with an error"
            if problem:
                yield Finding(
                    message=f"tasks/result: {problem}",
                    expected="what the call itself is answered with",
                    actual=exchange.outcome,
                    events=events_of(expected, exchange),
                )
            elif expected is not None or exchange.served:
                yield Kept(exchange.sent.event)


@rule(
    "task11-iserror-is-failed",
    "SHOULD",
    f"{PAGE}#task-execution-errors",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=needs("task_failure"),
)
def task_iserror_is_failed(read: Reading) -> Observations:
    """A task whose tool reports an error has failed.

    In this revision a result with `isError` does not complete a task (the extension of 2026-07-28
    has it the other way round). Looked at: tasks whose result has it, once they are at their end.
    """
    for task in tasks(read):
        if task.end is None or task.end.status not in ("completed", "failed"):
            continue
        for exchange in task.results:
            if exchange.result.get("isError") is not True:
                continue
            if task.end.status == "failed":
                yield Kept(exchange.sent.event)
                continue
            yield Finding(
                message="a task is completed though its tool reports an error",
                expected='the status "failed"',
                actual=task.end.exchange.outcome,
                events=events_of(task.end.exchange, exchange),
            )


@rule(
    "task11-related-task-meta",
    "MUST",
    f"{PAGE}#associating-task-related-messages",
    side="both",
    since=ONLY,
    until=ONLY,
    probes=("tasks", "cancel-task"),
    otherwise=needs("task"),
)
def task_related_meta(read: Reading) -> Observations:
    """What belongs to a task names it in `_meta`, by the key of related tasks.

    Nothing else ties a question or a result to the task. Looked at: results of tasks/result,
    questions to the user or the model that come while tasks/result waits and nothing else is under
    way, and progress under the token of a task's call after the task was created; of a client, its
    results for questions that name a task. Errors have no `_meta`, and the answer that creates a
    task holds its id anyway.
    """
    if read.peer is Sender.CLIENT:
        yield from list(answers_named(read)) or [
            Untested("no task asked the client for anything that it gave")
        ]
        return
    for task in tasks(read):
        for exchange in task.results:
            if not exchange.served:
                continue
            if related_task(exchange.result) == task.id:
                yield Kept(exchange.sent.event)
            else:
                yield Finding.about(
                    exchange,
                    message=_unnamed("the result of tasks/result", exchange.result),
                    expected=f"_meta[{quote(META_RELATED_TASK)}].taskId {quote(task.id)}",
                )
    for said, ids in _belonging(read):
        if related_task(said.message.params) in ids:
            yield Kept(said.event)
        else:
            yield Finding(
                message=_unnamed(f"{said.message.method} of a task", said.message.params),
                expected=f"_meta[{quote(META_RELATED_TASK)}] with the id of the task",
                actual=said.message.excerpt,
                events=(said.event,),
            )


@rule(
    "task11-related-task-not-on-get",
    "SHOULD NOT",
    f"{PAGE}#associating-task-related-messages",
    side="both",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=needs("task"),
)
def task_related_not_on_get(read: Reading) -> Observations:
    """What holds the id of a task does not name it in `_meta` once more.

    The two could contradict each other. Looked at: results of tasks/get, tasks/list and
    tasks/cancel, and notifications of a task's status; of a client, its requests for a task.
    """
    if read.peer is Sender.CLIENT:
        yield from list(requests_unnamed(read)) or [Untested("the client asked nothing of a task")]
        return
    for method in UNRELATED:
        for exchange in read.results(method):
            if names_task(exchange.result):
                yield Finding.about(
                    exchange,
                    message=f"the result of {method} names a related task in `_meta`",
                    expected=f"no {META_RELATED_TASK}",
                )
            else:
                yield Kept(exchange.sent.event)
    for said in read.notifications(STATUS):
        if names_task(said.message.params):
            yield Finding(
                message=f"{STATUS} names a related task in `_meta`",
                expected=f"no {META_RELATED_TASK}",
                actual=said.message.excerpt,
                events=(said.event,),
            )
        else:
            yield Kept(said.event)


@rule(
    "task11-param-authoritative",
    "MUST",
    f"{PAGE}#associating-task-related-messages",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=needs("task"),
)
def task_param_authoritative(read: Reading) -> Observations:
    """`taskId` alone says which task is meant, whatever `_meta` says.

    Looked at: tasks/get of a task that is there before and after, with another one in `_meta`.
    """
    seen = read.derived(tasks_seen)
    for exchange in read.stimuli("tasks", "contradiction"):
        wanted = str(exchange.sent.message.params.get("taskId"))
        if exchange.served and exchange.result.get("taskId") == wanted:
            yield Kept(exchange.sent.event)
            continue
        task = seen.get((exchange.sent.event.session, wanted))
        if exchange.answer is None:
            yield Untested("tasks/get with another task in `_meta` was not answered at all")
            continue
        if task is None:
            continue
        there_after = any(each.method == "tasks/get" for each in task.after(came(exchange)))
        if exchange.served or there_after:
            yield Finding.about(
                exchange,
                message="tasks/get goes by the task that `_meta` names, and not by taskId",
                expected=f"the task {quote(wanted)}",
            )


def _plain_answers(read: Reading) -> dict[bytes, Exchange]:
    """The calls without a task that were answered alike before and after, by what they call."""
    before = {_call(each): each for each in read.stimuli("tasks", "before")}
    alike: dict[bytes, Exchange] = {}
    for after in read.stimuli("tasks", "after"):
        earlier = before.get(_call(after))
        if earlier is None or earlier.answer is None or after.answer is None:
            continue
        if _answer(earlier) == _answer(after):
            alike[_call(after)] = earlier
    return alike


def _call(exchange: Exchange) -> bytes:
    params = exchange.sent.message.params
    return encode([params.get("name"), params.get("arguments")])


def _answer(exchange: Exchange) -> tuple[str, JsonObject]:
    """What a request was answered with, but for the task that it is related to."""
    if exchange.answered_by_error and exchange.reply is not None:
        return "error", exchange.reply.message.error
    meta = as_object(exchange.result.get("_meta"))
    kept: dict[str, Json] = {n: meta[n] for n in meta if n != META_RELATED_TASK}
    rest = {name: value for name, value in exchange.result.items() if name != "_meta"}
    return "result", {**rest, "_meta": kept}


def _difference(exchange: Exchange, expected: Exchange | None) -> str:
    if expected is not None and _answer(exchange) != _answer(expected):
        return "the task is answered otherwise than the call"
    if exchange.served and not isinstance(exchange.result.get("content"), list):
        return "what a tool call came to has no `content`"
    return ""


def _unnamed(what: str, value: JsonObject) -> str:
    named = related_task(value)
    return f"{what} does not name its task" if named is None else f"{what} names {quote(named)}"


def _belonging(read: Reading) -> Iterator[tuple[Said, set[str]]]:
    """Questions and progress that surely belong to a task, with the tasks that it can be."""
    by_token = read.derived(tasks_by_token)
    ids: dict[str, set[str]] = defaultdict(set)
    for task in tasks(read):
        ids[task.session].add(task.id)
    for question in questions(read, *ASKING) if ids else ():
        if _waits_alone(read, question):
            yield question.said, ids[question.said.event.session]
    for said in read.notifications(PROGRESS) if by_token else ():
        token = encode(said.message.params.get("progressToken"))
        owner = by_token.get((said.event.session, token))
        if owner is not None and owner.created is not None and said.event.seq > came(owner.created):
            yield said, {owner.id}


def _waits_alone(read: Reading, question: Question) -> bool:
    """Whether a question came while tasks/result waited, and can be about nothing else."""
    event = question.said.event
    if question.exchange is not None:
        return question.exchange.sent.message.method == "tasks/result"
    waiting = read.derived(_waiting).get(event.session)
    others = read.derived(_under_way).get(event.session)
    return _covers(waiting, event.seq) and not _covers(others, event.seq)


def _waiting(read: Reading) -> Busy:
    return _spans(read.exchanges("tasks/result"))


def _under_way(read: Reading) -> Busy:
    return _spans(
        each
        for each in read.exchanges()
        if each.sent.message.kind is Kind.REQUEST
        and each.sent.message.method not in OF_TASKS
        and each.probe != BARRIER
    )


def _spans(exchanges: Iterable[Exchange]) -> Busy:
    """By session: when requests were sent, and until when any of those so far was under way."""
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for exchange in exchanges:
        end = came(exchange) if exchange.answer is not None else inf
        found[exchange.sent.event.session].append((exchange.sent.event.seq, end))
    return {
        session: ([start for start, _ in spans], list(accumulate((end for _, end in spans), max)))
        for session, spans in found.items()
    }


def _covers(spans: tuple[list[int], list[float]] | None, seq: int) -> bool:
    """Whether a request of these was sent before, and not answered yet."""
    if spans is None:
        return False
    starts, ends = spans
    at = bisect_right(starts, seq)
    return at > 0 and ends[at - 1] > seq
