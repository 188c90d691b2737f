"""Tasks of 2025-11-25: what clients do with them."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof_contracts.client_course import cancellations_of
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.handshakes import message_of
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.tasks.traffic import PAGE, asked_for, creations, tasks
from mcp_proof_contracts.task_polls import judged
from mcp_proof_contracts.wire import as_list, as_object, quote

ONLY = Revision.R2025_11_25
STATUS: Final = "notifications/tasks/status"
METHODS: Final = ("tasks/get", "tasks/result", "tasks/list", "tasks/cancel")
NOTICED: Final = 0.05
"""Seconds within which a client has read an answer."""


@rule(
    "task11-client-honours-tasksupport",
    "MUST",
    f"{PAGE}#tool-level-negotiation",
    side="client",
    since=ONLY,
    until=ONLY,
    otherwise="no tool was called of which the client knew that it demands a task, or takes none",
)
def honours_task_support(read: Reading) -> Observations:
    """A tool is called as a task where it demands one, and only where it takes one.

    What a tool says counts only where the server declares tasks for tools/call. Looked at: calls
    with `task` on a server without them, and calls of tools that the client had listed before.
    That a client calls a tool plainly which demands a task is no finding where nothing shows that
    it knows of tasks at all.
    """
    knows = _knows_tasks(read)
    for exchange in read.counterpart.exchanges("tools/call"):
        declared = _declared(read, exchange)
        if declared is None:
            continue
        support = _support(read, exchange)
        takes = support in ("optional", "required") if declared else False
        as_task = "task" in exchange.sent.message.params
        if as_task and not takes and (support or not declared):
            yield _misjudged(exchange, "is called as a task, and takes none", "a call without task")
        elif not as_task and declared and support == "required" and knows:
            yield _misjudged(exchange, "is not called as a task, and demands it", "`params.task`")
        elif not as_task and declared and support == "required":
            yield Untested("nothing shows that the client knows of tasks")
        elif knows and support and (support != "optional" or not declared):
            yield Kept(exchange.sent.event)


@rule(
    "task11-client-cancel-method",
    "MUST",
    "utilities/cancellation#behavior-requirements",
    side="client",
    since=ONLY,
    until=ONLY,
    otherwise="the client cancelled no task",
)
def cancel_method(read: Reading) -> Observations:
    """A task is cancelled by tasks/cancel, and not by a notification.

    The request that made the task is answered long since: the notification means nothing any
    more, and the task goes on. Looked at: notifications/cancelled for a request that a task had
    answered, and that not just now. A client may well stop to wait for tasks/result in that way.
    """
    ids = {task.id for task in tasks(read.counterpart)}
    for exchange in read.counterpart.exchanges("tasks/cancel"):
        if asked_for(exchange) in ids:
            yield Kept(exchange.sent.event)
    for account in creations(read.counterpart):
        yield from cancelled_by_notification(read, account.exchange)


@rule(
    "task11-client-poll-interval",
    "SHOULD",
    f"{PAGE}#getting-tasks",
    side="client",
    since=ONLY,
    until=ONLY,
    otherwise="no task was polled twice while it was at work",
)
def poll_interval(read: Reading) -> Observations:
    """A task is polled no more often than its `pollInterval` says.

    The server knows how long the work takes, and has other clients. Looked at: tasks/get after
    tasks/get. Three in a row that come after less than half of the interval are a finding; an
    interval of less than 20 ms is not judged, nor what follows a notification about tasks.
    """
    notified = read.counterpart.notifications(STATUS)
    for task in tasks(read.counterpart):
        polls = [each.exchange for each in task.accounts if each.method == "tasks/get"]
        yield from judged(polls, "pollInterval", notified)


def cancelled_by_notification(read: Reading, created: Exchange) -> Iterator[Finding]:
    """Yield the notifications that cancel a request which a task has answered."""
    answer = created.answer
    for event in cancellations_of(read, created):
        if answer is not None and event.at >= answer.event.at + NOTICED:
            yield Finding(
                message="a task is cancelled by notifications/cancelled for the call that made it",
                expected="tasks/cancel",
                actual=message_of(event).excerpt,
                events=(*created.evidence, event),
            )


def _knows_tasks(read: Reading) -> bool:
    """Whether the client shows that it can ask for tasks; what it declares is what it runs."""
    client = read.counterpart
    asks = any("task" in e.sent.message.params for e in client.exchanges("tools/call"))
    return asks or any(client.exchanges(method) for method in METHODS)


def _declared(read: Reading, call: Exchange) -> bool | None:
    """Whether the server declares tasks for tools/call; `None` where it was not introduced."""
    session = call.sent.event.session
    for exchange in read.counterpart.results("initialize"):
        if exchange.sent.event.session == session:
            capabilities = as_object(exchange.result.get("capabilities"))
            requests = as_object(as_object(capabilities.get("tasks")).get("requests"))
            return "call" in as_object(requests.get("tools"))
    return None


def _support(read: Reading, call: Exchange) -> str:
    """What the tool said of tasks when it was listed last before; "" where it was not."""
    name, support = call.sent.message.params.get("name"), ""
    for exchange in read.counterpart.results("tools/list"):
        if exchange.answer is None or exchange.answer.event.seq > call.sent.event.seq:
            continue
        for tool in map(as_object, as_list(exchange.result.get("tools"))):
            if tool.get("name") == name:
                support = _said(tool)
    return support


def _said(tool: JsonObject) -> str:
    execution: Mapping[str, object] = as_object(tool.get("execution"))
    return str(execution.get("taskSupport", "forbidden"))


def _misjudged(exchange: Exchange, what: str, expected: str) -> Finding:
    name = exchange.sent.message.params.get("name")
    return Finding.about(exchange, message=f"the tool {quote(name)} {what}", expected=expected)
