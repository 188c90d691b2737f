"""Tasks: what is told of them while they run, and after."""

from collections.abc import Iterator
from itertools import pairwise
from math import inf
from typing import Final

from mcp_proof_contracts.iso_8601 import is_time
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.tasks.traffic import (
    PAGE,
    STATUSES,
    Account,
    TaskSeen,
    accounts,
    came,
    events_of,
    related_task,
    tasks,
    tasks_by_token,
)
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import PROGRESS, encode, quote

ONLY = Revision.R2025_11_25
STATUS: Final = "notifications/tasks/status"
TIMES: Final = ("createdAt", "lastUpdatedAt")


@rule(
    "task11-members",
    "MUST",
    f"{PAGE}#ttl-and-resource-management",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=needs("task"),
)
def task_members(read: Reading) -> Observations:
    """A task says when it was created, when it was updated, and for how long it is kept.

    `createdAt` and `lastUpdatedAt` are texts of ISO 8601 in any of its forms; `ttl` is a number of
    milliseconds, or null for good, and there in any case. Looked at: every task of a response.
    """
    for account in accounts(read):
        wrong = _ill_formed(account)
        if wrong:
            yield Finding.about(
                account.exchange,
                message=f"a task of {account.method}: {'; '.join(wrong)}",
                expected="createdAt and lastUpdatedAt in ISO 8601, and ttl, a number or null",
            )
        else:
            yield Kept(account.exchange.sent.event)


@rule(
    "task11-transitions",
    "MUST",
    f"{PAGE}#task-status-lifecycle",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=needs("task"),
)
def task_transitions(read: Reading) -> Observations:
    """A task has one of the five statuses, and leaves none of those at its end.

    A client stops to ask when a task is completed, failed or cancelled. Looked at: responses of
    which each was asked for after the one before had come, for only their order is sure; between
    two of them a task may have gone any way. Whether a cancelled one stays so is said by
    `task11-cancel`, and how one begins by `task11-starts-working`.
    """
    for task in tasks(read):
        for earlier, later in _in_turn(task):
            if later.status not in STATUSES:
                problem = f"a task has the status {quote(later.status)}"
            elif earlier.is_over and earlier.status not in (later.status, "cancelled"):
                problem = f"a task goes from {earlier.status} to {later.status}"
            else:
                if earlier.is_over:
                    yield Kept(later.exchange.sent.event)
                continue
            yield Finding(
                message=problem,
                expected="working, input_required, and then completed, failed or cancelled to stay",
                actual=later.exchange.outcome,
                events=events_of(earlier.exchange, later.exchange),
            )


@rule(
    "task11-failed-status-message",
    "SHOULD",
    f"{PAGE}#task-execution-errors",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=needs("task_failure"),
)
def task_failed_status_message(read: Reading) -> Observations:
    """A failed task says in `statusMessage` what went wrong.

    It is all that a client sees which polls, and does not ask for the result of a failure. Looked
    at: responses to tasks/get.
    """
    for exchange in read.results("tasks/get"):
        if exchange.result.get("status") != "failed":
            continue
        message = exchange.result.get("statusMessage")
        if isinstance(message, str) and message.strip():
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="a failed task has no statusMessage",
                expected="a statusMessage about the failure",
            )


@rule(
    "task11-status-notification-full",
    "schema",
    f"{PAGE}#task-status-notification",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise="the server sent no notifications/tasks/status, and need not",
)
def task_status_notification_full(read: Reading) -> Observations:
    """A notification of a task's status holds the whole task.

    It saves the client a tasks/get, so that it has all that this gives.
    """
    for said in read.notifications(STATUS):
        wrong = problems(read.revision, "TaskStatusParams", said.message.members.get("params"))
        if not wrong:
            yield Kept(said.event)
            continue
        first = wrong[0]
        yield Finding(
            message=f"{STATUS}: params{first.pointer}: {first.message}",
            expected="taskId, status, createdAt, lastUpdatedAt and ttl",
            actual=said.message.excerpt,
            events=(said.event,),
        )


@rule(
    "task11-progress-lifetime",
    "MUST",
    "utilities/progress#behavior-requirements",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=f"no task reported progress; {needs('task')}",
)
def task_progress_lifetime(read: Reading) -> Observations:
    """Progress of a task goes by the token of its call, until the task is at its end.

    Looked at: progress that names a task as the one it is related to, which has to have that
    task's token; and, where all messages come on one channel, progress under the token after
    tasks/result has been answered. What comes before may have been held back for that answer, and
    over HTTP streams have no order.
    """
    by_token = read.derived(tasks_by_token)
    by_id = {(task.session, task.id): task for task in tasks(read)}
    silent = {key: _silent_from(task) for key, task in by_id.items()} if read.shared else {}
    for said in read.notifications(PROGRESS) if by_id else ():
        session, token = said.event.session, said.message.params.get("progressToken")
        related = by_id.get((session, str(related_task(said.message.params))))
        task = related or by_token.get((session, encode(token)))
        if task is None or task.created is None or said.event.seq < came(task.created):
            continue
        problem = ""
        if encode(token) != encode(task.token):
            problem = f"goes by another token, {quote(token)}"
        elif said.event.seq > silent.get((session, task.id), inf):
            problem = "comes after its end"
        if problem:
            yield Finding(
                message=f"progress of a task {problem}",
                expected=f"progress under {quote(task.token)} until the task is at its end",
                actual=said.message.excerpt,
                events=(*events_of(task.created), said.event),
            )
        else:
            yield Kept(said.event)


def _ill_formed(account: Account) -> list[str]:
    """What is wrong with the members that say when, and how long."""
    task = account.task
    wrong = [
        f"{name} is {quote(task[name]) if name in task else 'missing'}"
        for name in TIMES
        if not is_time(task.get(name))
    ]
    ttl = task.get("ttl")
    if "ttl" not in task:
        wrong.append("ttl is missing")
    elif ttl is not None and (isinstance(ttl, bool) or not isinstance(ttl, int | float)):
        wrong.append(f"ttl is {quote(ttl)}")
    return wrong


def _in_turn(task: TaskSeen) -> Iterator[tuple[Account, Account]]:
    """The accounts of which each was asked for after the one before had come, by twos."""
    chain: list[Account] = []
    for account in task.accounts:
        if not chain or account.sent > chain[-1].came:
            chain.append(account)
    return pairwise(chain)


def _silent_from(task: TaskSeen) -> float:
    """From where on a task has nothing more to report: its end was told, and its result given."""
    answered = [came(each) for each in task.results if each.answer is not None]
    return max(min(answered), task.end.came) if answered and task.end is not None else inf
