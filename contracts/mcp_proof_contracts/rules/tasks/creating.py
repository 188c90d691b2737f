"""Tasks: what a server declares, which calls become tasks, and how these begin."""

from collections.abc import Iterator

from mcp_proof_contracts.error_codes import INVALID_REQUEST, METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import ORDINARY, Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.tasks.of_clients import declared, processed
from mcp_proof_contracts.rules.tasks.traffic import (
    PAGE,
    STATUSES,
    TOOL_CALLS,
    Account,
    creations,
    events_of,
    task_support,
)
from mcp_proof_contracts.rules.tools.called import failed_in_tool
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.transcript import Sender
from mcp_proof_contracts.wire import encode, quote

ONLY = Revision.R2025_11_25
TAKES = ("optional", "required")


@rule(
    "task11-capability-shape",
    "schema",
    f"{PAGE}#capabilities",
    side="both",
    since=ONLY,
    until=ONLY,
    otherwise="no tasks are declared",
)
def task_capability_shape(read: Reading) -> Observations:
    """What the `tasks` capability holds are objects.

    `list`, `cancel` and each kind of request are told by an object, also where it is empty; who
    looks for one does not understand `true`. Looked at: the capabilities of the server, or what a
    client declares in `initialize`.
    """
    if read.peer is Sender.CLIENT:
        yield from declared(read)
        return
    opening = read.introduction
    if opening is None or "tasks" not in read.capabilities:
        return
    wrong = problems(read.revision, "ServerTasks", read.capabilities["tasks"])
    for problem in wrong:
        yield Finding.about(
            opening,
            message=f"the capability tasks{problem.pointer}: {problem.message}",
            expected="an object for each member of `tasks`",
        )
    if not wrong:
        yield Kept(opening.sent.event)


@rule(
    "task11-undeclared-ignored",
    "MUST",
    f"{PAGE}#task-support-and-handling",
    side="both",
    since=ONLY,
    until=ONLY,
    probes=("task-undeclared",),
    otherwise="the server has no request that changes nothing and does not run as a task",
)
def task_undeclared_ignored(read: Reading) -> Observations:
    """`params.task` is passed over where the receiver declares no tasks for that method.

    Who asks for a task where there is none gets the answer at once. Looked at: a list, and a call
    where the server's tools do not run as tasks, between two such requests without `task` that the
    server served alike. Of clients: what a server asks with `task`, beside the same without it.
    Where those fail too, nothing is told.
    """
    if read.peer is Sender.CLIENT:
        yield from list(processed(read)) or [
            Untested("nothing with `task` was asked of the client that it answers without")
        ]
        return
    plain = list(read.stimuli("task-undeclared", "plain"))
    again = list(read.stimuli("task-undeclared", "plain again"))
    asked = list(read.stimuli("task-undeclared", "task"))
    for before, exchange, after in zip(plain, asked, again, strict=False):
        if not (before.served and after.served) or failed_in_tool(before) or failed_in_tool(after):
            continue
        ignored = exchange.served and not failed_in_tool(exchange)
        if ignored and not ("task" in exchange.result and "task" not in before.result):
            yield Kept(exchange.sent.event)
        elif exchange.served or exchange.answered_by_error:
            method = exchange.sent.message.method
            yield Finding(
                message=f"{method} with `task` is not processed as one without",
                expected="the same as without `task`: the server declares no tasks for it",
                actual=exchange.outcome,
                events=events_of(before, exchange),
            )


@rule(
    "task11-forbidden-tool-32601",
    "SHOULD",
    f"{PAGE}#tool-level-negotiation",
    since=ONLY,
    until=ONLY,
    probes=("task-forbidden",),
    otherwise="no tool that may be called runs only without a task, on a server that has tasks",
)
def task_forbidden_tool(read: Reading) -> Observations:
    """A tool that does not run as a task refuses `task` with -32601.

    Without the refusal a client waits for a task that is none. Looked at: a call with `task` of a
    tool whose `execution.taskSupport` is missing or "forbidden", where tools/call takes tasks.
    """
    for exchange in read.stimuli("task-forbidden"):
        if exchange.error_code == METHOD_NOT_FOUND:
            yield Kept(exchange.sent.event)
        elif exchange.served or exchange.answered_by_error:
            name = exchange.sent.message.params.get("name")
            yield Finding.about(
                exchange,
                message=f"the tool {quote(name)} does not run as a task, and is called as one",
                expected=f"error {METHOD_NOT_FOUND}",
            )


@rule(
    "task11-required-tool-32601",
    "MUST",
    f"{PAGE}#tool-level-negotiation",
    since=ONLY,
    until=ONLY,
    probes=("task-required",),
    otherwise=needs("task_required"),
)
def task_required_tool(read: Reading) -> Observations:
    """A tool that runs only as a task refuses a call without `task` with -32601.

    The code tells the client that the call exists only in the other way. -32600 is tolerated where
    no call at all is served without `task`: the page has it for a method that takes only tasks.
    """
    for exchange in _plain_calls(read):
        code = exchange.error_code
        if code == METHOD_NOT_FOUND:
            yield Kept(exchange.sent.event)
        elif code == INVALID_REQUEST and not read.derived(_serves_plain_calls):
            continue
        elif exchange.served or exchange.answered_by_error:
            name = exchange.sent.message.params.get("name")
            yield Finding.about(
                exchange,
                message=f"the tool {quote(name)} runs only as a task, and is called without one",
                expected=f"error {METHOD_NOT_FOUND}",
            )


@rule(
    "task11-create-result",
    "MUST",
    f"{PAGE}#result-retrieval",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=needs("task"),
)
def task_create_result(read: Reading) -> Observations:
    """A call that the server takes as a task is answered by the task.

    The client reads `result.task` and asks for the outcome later. A result of the tool in its
    place is a breach; an error, or a result with `isError`, says that the call was not taken.
    """
    for exchange in read.results("tools/call"):
        if "task" not in exchange.sent.message.params or task_support(read, exchange) not in TAKES:
            continue
        if not read.declares(TOOL_CALLS):
            continue
        if isinstance(exchange.result.get("task"), dict):
            yield Kept(exchange.sent.event)
        elif exchange.result.get("isError") is not True:
            yield Finding.about(
                exchange,
                message="a call that asks for a task is not answered by one",
                expected="a result with `task`",
            )


@rule(
    "task11-starts-working",
    "MUST",
    f"{PAGE}#task-status-lifecycle",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=needs("task"),
)
def task_starts_working(read: Reading) -> Observations:
    """A task begins with the status `working`.

    Looked at: the task that answers the call. Where it stands elsewhere already, and says that it
    was updated after its creation, it may have begun rightly; without such an update it has not.
    """
    for account in creations(read):
        if account.status == "working":
            yield Kept(account.exchange.sent.event)
        elif account.status not in STATUSES or not _was_updated(account):
            yield Finding.about(
                account.exchange,
                message=f"a task begins with the status {quote(account.status)}",
                expected='"working"',
            )


@rule(
    "task11-id-unique-string",
    "MUST",
    f"{PAGE}#task-id-requirements",
    since=ONLY,
    until=ONLY,
    probes=("tasks",),
    otherwise=needs("task"),
)
def task_id_unique_string(read: Reading) -> Observations:
    """Each task has an id of its own, which is a string.

    Everything that is asked later of a task goes by its id. Looked at: the tasks that calls were
    answered with. An id may come again when its task was cancelled or has outlived its `ttl`.
    """
    taken: dict[tuple[str, str], Account] = {}
    for account in creations(read):
        task_id = account.task.get("taskId")
        if not isinstance(task_id, str):
            yield Finding.about(
                account.exchange,
                message=f"taskId is {encode(task_id).decode()}",
                expected="a string",
            )
            continue
        key = (account.exchange.sent.event.session, task_id)
        earlier = taken.get(key)
        if earlier is not None and _lives(read, earlier, account):
            yield Finding(
                message=f"two tasks have the id {quote(task_id)}",
                expected="an id that no other task has",
                actual=account.exchange.outcome,
                events=events_of(earlier.exchange, account.exchange),
            )
        else:
            yield Kept(account.exchange.sent.event)
        taken[key] = account


def _plain_calls(read: Reading) -> Iterator[Exchange]:
    """Good calls without `task` of tools that run only as tasks."""
    if not read.declares(TOOL_CALLS):
        return
    for exchange in read.exchanges("tools/call"):
        if exchange.probe in (*ORDINARY, "task-required"):
            plain = "task" not in exchange.sent.message.params
            if plain and task_support(read, exchange) == "required":
                yield exchange


def _serves_plain_calls(read: Reading) -> bool:
    return any("task" not in e.sent.message.params for e in read.results("tools/call"))


def _was_updated(account: Account) -> bool:
    created, updated = account.task.get("createdAt"), account.task.get("lastUpdatedAt")
    return created is None or updated is None or created != updated


def _lives(read: Reading, earlier: Account, later: Account) -> bool:
    """Whether a task must still have been there when a later one was created."""
    ttl = earlier.task.get("ttl", 0)
    seconds = later.exchange.sent.event.at - earlier.exchange.sent.event.at
    forever = ttl is None
    lasts = isinstance(ttl, int | float) and seconds < ttl / 1000
    session = earlier.exchange.sent.event.session
    cancelled = read.derived(_cancelled)
    return (forever or lasts) and (session, str(earlier.task.get("taskId"))) not in cancelled


def _cancelled(read: Reading) -> frozenset[tuple[str, str]]:
    return frozenset(
        (exchange.sent.event.session, str(exchange.sent.message.params.get("taskId")))
        for exchange in read.exchanges("tasks/cancel")
    )
