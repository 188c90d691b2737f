"""Tasks extension, Task Status Notifications: tasks that tell where they stand."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS, METHOD_NOT_FOUND, MISSING_CAPABILITY
from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.headers import META
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.task_story import (
    STATUSES,
    declares,
    detail_problem,
    knows_tasks,
    task_problem,
)
from mcp_proof_contracts.wire import PROGRESS, as_object, id_key

PAGE: Final = "extensions/tasks#task-status-notifications"
SINCE: Final = Revision.R2026_07_28
PROBE: Final = "task-listening"
LISTEN: Final = "subscriptions/listen"
TOLD: Final = "notifications/tasks"
ACKNOWLEDGED: Final = "notifications/subscriptions/acknowledged"
NOT_FOR_TASKS: Final = (PROGRESS, "notifications/message")
OTHERWISE: Final = (METHOD_NOT_FOUND, INVALID_PARAMS)
"""What a server without subscriptions, or one that misses the task, may say."""
SUBSCRIPTION: Final = f"{META}subscriptionId"


@rule(
    "task26-listen-needs-capability",
    "MUST",
    PAGE,
    since=SINCE,
    probes=("task-lives", PROBE),
    otherwise="the server does not have the extension, or does not take subscriptions",
)
def listen_needs_capability(read: Reading) -> Observations:
    """A subscription to tasks of a client that does not declare the extension is refused.

    The error is -32021: an acknowledgement without the tasks would leave the client waiting.
    """
    for exchange in read.stimuli(PROBE, "undeclared") if knows_tasks(read) else ():
        if exchange.error_code == MISSING_CAPABILITY:
            yield Kept(exchange.sent.event)
        elif exchange.served or any(True for _ in _notified(read, exchange, ACKNOWLEDGED)):
            yield Finding(
                message="a client without the extension could subscribe to a task",
                expected=f"error {MISSING_CAPABILITY}",
                actual="the subscription was acknowledged",
                events=(
                    *exchange.evidence,
                    *(said.event for said in _notified(read, exchange, ACKNOWLEDGED)),
                ),
            )
        elif exchange.answered_by_error and exchange.error_code not in OTHERWISE:
            yield Finding.about(
                exchange,
                message="a subscription without the extension was refused with another error",
                expected=f"error {MISSING_CAPABILITY}",
            )


@rule(
    "task26-notification-full-state",
    "schema",
    PAGE,
    since=SINCE,
    probes=("task-lives", PROBE),
    otherwise="no task told of a change to a client that had subscribed to it",
)
def notification_full_state(read: Reading) -> Observations:
    """`notifications/tasks` has the whole task, as tasks/get would show it.

    So a client that listens need not poll: with the result, the error or what is asked.
    """
    for said in read.notifications(TOLD):
        state = said.message.params
        problem = task_problem(state) or detail_problem(state)
        if not problem and state.get("status") not in STATUSES:
            problem = "has a status that there is not"
        if problem:
            yield Finding(
                message=f"the task in a notification {problem}",
                expected="the task as tasks/get shows it",
                actual=said.message.excerpt,
                events=(said.event,),
            )
        else:
            yield Kept(said.event)


@rule(
    "task26-no-progress-or-log-on-listen",
    "MUST NOT",
    PAGE,
    since=SINCE,
    probes=("task-lives", PROBE),
    otherwise=needs("slow_task"),
)
def no_progress_or_log_on_listen(read: Reading) -> Observations:
    """A subscription to a task carries neither progress nor log messages.

    They belong to the response of a request, which a task no longer has; it says by its status
    where it stands. Looked at: subscriptions on which a task told of a change, whose call had
    asked for progress and for log messages.
    """
    for exchange in read.exchanges(LISTEN):
        wanted = as_object(exchange.sent.message.params.get("notifications"))
        if "taskIds" not in wanted or not declares(exchange):
            continue
        wrong = [s for method in NOT_FOR_TASKS for s in _notified(read, exchange, method)]
        for said in wrong:
            yield Finding(
                message=f"{said.message.method} came on a subscription to a task",
                expected=f"only {TOLD}",
                actual=said.message.excerpt,
                events=(exchange.sent.event, said.event),
            )
        if not wrong:
            yield from (Kept(said.event) for said in _notified(read, exchange, TOLD))


def _notified(read: Reading, listen: Exchange, method: str) -> Iterator[Said]:
    """The notifications of a method that came on a subscription."""
    for said in read.derived(_by_subscription).get(listen.sent.key, ()):
        if said.message.method == method:
            yield said


def _by_subscription(read: Reading) -> dict[tuple[str, tuple[str, str]], list[Said]]:
    """The notifications by what they came on: the response over HTTP, what they say elsewhere."""
    found: dict[tuple[str, tuple[str, str]], list[Said]] = {}
    for method in (ACKNOWLEDGED, TOLD, *NOT_FOR_TASKS):
        for said in read.notifications(method):
            http = read.http_of(said.event)
            if http is not None and http.sent is not None:
                key = http.sent.sent.key
            else:
                meta = as_object(said.message.params.get("_meta"))
                key = (said.event.session, id_key(meta.get(SUBSCRIPTION)))
            found.setdefault(key, []).append(said)
    return found
