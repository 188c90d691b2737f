"""Tasks: how they are cancelled."""

from collections.abc import Iterator

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.tasks.traffic import (
    PAGE,
    TaskSeen,
    came,
    events_of,
    tasks,
)
from mcp_proof_contracts.wire import quote

ONLY = Revision.R2025_11_25
CANCEL = "tasks.cancel"


@rule(
    "task11-cancel",
    "MUST",
    f"{PAGE}#task-cancellation",
    since=ONLY,
    until=ONLY,
    probes=("cancel-task",),
    otherwise=needs("slow_task"),
)
def task_cancel(read: Reading) -> Observations:
    """A task that is cancelled is `cancelled` before the answer, and stays so.

    The work may go on, but nobody may see what comes of it. Looked at: tasks/cancel of a task that
    was at work. A refusal is right where the task has come to its end meanwhile, which a further
    request tells; a cancelled task may be deleted at once.
    """
    for task, exchange in _cancels(read, over=False):
        later = next(task.after(came(exchange)), None)
        if exchange.served and exchange.result.get("status") != "cancelled":
            status = quote(exchange.result.get("status"))
            problem, shown = f"tasks/cancel answers with the status {status}", exchange
        elif exchange.served:
            after = task.after(came(exchange))
            revived = next((each for each in after if each.status != "cancelled"), None)
            if revived is None:
                yield Kept(exchange.sent.event)
                continue
            problem, shown = f"a cancelled task becomes {revived.status}", revived.exchange
        elif later is not None and not later.is_over:
            problem, shown = "tasks/cancel refuses a task that is at work", later.exchange
        else:
            continue
        yield Finding(
            message=problem,
            expected='the status "cancelled", from the answer on',
            actual=shown.outcome,
            events=events_of(exchange, shown),
        )


@rule(
    "task11-cancel-terminal-32602",
    "MUST",
    f"{PAGE}#task-cancellation",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=needs("task"),
)
def task_cancel_terminal(read: Reading) -> Observations:
    """tasks/cancel of a task at its end is refused with -32602.

    The client learns that it came too late. (The extension of 2026-07-28 acknowledges it.)
    """
    for _, exchange in _cancels(read, over=True):
        if exchange.error_code == INVALID_PARAMS:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="a task that is at its end is cancelled",
                expected=f"error {INVALID_PARAMS}",
            )


def _cancels(read: Reading, *, over: bool) -> Iterator[tuple[TaskSeen, Exchange]]:
    """The answered cancellations of tasks that were at their end, or not, as far as was known."""
    for task in tasks(read) if read.declares(CANCEL) else ():
        for exchange in task.cancels:
            before = task.before(exchange.sent.event.seq)
            if exchange.answer is not None and before is not None and before.is_over == over:
                yield task, exchange
