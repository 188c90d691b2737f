"""Tasks: the list of them."""

from collections.abc import Iterator

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.tasks.traffic import PAGE, came, events_of, listed_ids, tasks
from mcp_proof_contracts.wire import quote

ONLY = Revision.R2025_11_25
PROBE = "task-list"


@rule(
    "task11-list-complete",
    "MUST",
    f"{PAGE}#task-listing",
    since=ONLY,
    until=ONLY,
    probes=(PROBE,),
    otherwise=f"the server declares no tasks.list, or no task was seen; {needs('task')}",
)
def task_list_complete(read: Reading) -> Observations:
    """Every task that tasks/get shows is in tasks/list, on one of its pages.

    A client that has lost its ids finds its tasks there. Looked at: tasks that tasks/get shows
    before and after the list was walked to its end, where the server declares `tasks.list`; and a
    cursor that no server gave, which is refused with -32602.
    """
    if not read.declares("tasks.list"):
        return
    walk = list(read.stimuli(PROBE, "list"))
    if walk and walk[-1].answered_by_error:
        yield Finding.about(
            walk[-1], message="tasks/list is refused", expected="the client's tasks"
        )
    elif walk and all(page.served for page in walk) and _is_whole(walk):
        yield from _missing(read, walk)
    for exchange in read.stimuli(PROBE, "garbage"):
        if exchange.error_code == INVALID_PARAMS:
            yield Kept(exchange.sent.event)
        elif exchange.served or exchange.answered_by_error:
            yield Finding.about(
                exchange,
                message="tasks/list does not refuse an invalid cursor",
                expected=f"error {INVALID_PARAMS}",
            )


def _missing(read: Reading, walk: list[Exchange]) -> Iterator[Finding | Kept]:
    listed = {task_id for page in walk for task_id in listed_ids(page)}
    first, last = walk[0].sent.event, came(walk[-1])
    for task in tasks(read):
        shown = [each for each in task.accounts if each.method == "tasks/get"]
        before = [each for each in shown if each.came < first.seq]
        after = [each for each in shown if each.sent > last]
        if task.session != first.session or not before or not after:
            continue
        if task.id in listed:
            yield Kept(first)
        else:
            yield Finding(
                message=f"the task {quote(task.id)} is in no page of tasks/list",
                expected="every task that tasks/get shows",
                actual=walk[-1].outcome,
                events=events_of(before[-1].exchange, *walk[-2:], after[0].exchange),
            )


def _is_whole(walk: list[Exchange]) -> bool:
    return not isinstance(walk[-1].result.get("nextCursor"), str)
