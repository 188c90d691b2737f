"""Tasks of the extension `io.modelcontextprotocol/tasks`: what clients do with them."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.client_run import Told, ended_by_itself, told
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.headers import META_CAPABILITIES, decode_value
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.client.tasks import cancelled_by_notification
from mcp_proof_contracts.task_polls import judged
from mcp_proof_contracts.task_story import (
    CANCEL,
    METHODS,
    UPDATE,
    TaskStory,
    declares,
    promised,
    stories,
)
from mcp_proof_contracts.wire import as_list, as_object, quote

PAGE: Final = "extensions/tasks"
SINCE: Final = Revision.R2026_07_28
NAMED: Final = {
    "get-prompt": ("prompts/get", "name", "prompt"),
    "read": ("resources/read", "uri", "uri"),
}
"""Wishes that a request belongs to: its method and parameter, and the member of the wish."""


@rule(
    "task26-client-name-header",
    "MUST",
    f"{PAGE}#streamable-http-routing-headers",
    side="client",
    since=SINCE,
    transport="http",
    otherwise="the client asked nothing of a task",
)
def name_header(read: Reading) -> Observations:
    """What is asked of a task names it in `Mcp-Name`.

    Intermediaries route by the header to the instance that holds the task. Looked at: tasks/get,
    tasks/update and tasks/cancel with a `taskId`; the header may be in the encoded form.
    """
    for method in METHODS:
        for exchange in read.counterpart.exchanges(method):
            task_id = exchange.sent.message.params.get("taskId")
            if exchange.http is None or not isinstance(task_id, str):
                continue
            header = exchange.http.request_headers.get("mcp-name")
            if isinstance(header, str) and decode_value(header) == task_id:
                yield Kept(exchange.sent.event)
            else:
                yield Finding(
                    message=f"{method} has {_shown(header)}",
                    expected=f"Mcp-Name: {task_id}",
                    actual=exchange.outcome,
                    events=(exchange.http.request, exchange.sent.event),
                )


@rule(
    "task26-client-handles-both",
    "MUST",
    f"{PAGE}#capability-negotiation",
    side="client",
    since=SINCE,
    otherwise="the client did not declare the extension, called nothing, or nothing tells what its "
    "user got",
)
def handles_both(read: Reading) -> Observations:
    """A client that declares the extension takes a task, or the result itself, for any call.

    The server alone decides which of them it is. Looked at: what the user was told of calls. A
    finding is a failure although there was a plain text as the result, or the task came to one; or
    when nobody ever asked for the task. Calls that were cancelled, or timed, are passed over.
    """
    by_call = {story.created.sent.event.seq: story for story in stories(read.counterpart)}
    for each, exchange in _told_of_calls(read):
        story = by_call.get(exchange.sent.event.seq)
        if story is None:
            good = _is_plain(exchange.result)
            gave_up = False
        else:
            good = any(_is_plain(as_object(get.result.get("result"))) for get in story.seen)
            gave_up = not story.asked and ended_by_itself(read)
        if each.ok and good:
            yield Kept(exchange.sent.event)
        elif not each.ok and (good or gave_up):
            yield Finding(
                message="a call failed for the user that "
                + ("a task had answered" if story else "had a result"),
                expected="the result of the call" if good else "tasks/get, until the task is over",
                actual=each.error or "a failure",
                events=(*exchange.evidence, each.event),
            )


@rule(
    "task26-client-rejects-elsewhere",
    "MUST",
    f"{PAGE}#capability-negotiation",
    side="client",
    since=SINCE,
    otherwise="nothing but calls of tools was answered by a task, or nothing tells what the user "
    "got",
)
def rejects_elsewhere(read: Reading) -> Observations:
    """A task that answers anything but a call of a tool is an invalid answer.

    Only tools/call runs as a task: a client that goes along waits for what will never come. Looked
    at: what the user was told of prompts and resources, and whether the task was asked for.
    """
    for exchange in promised(read.counterpart):
        sent = exchange.sent
        if sent.message.method == "tools/call" or not declares(exchange):
            continue
        task_id = exchange.result.get("taskId")
        asked = [
            each
            for method in METHODS
            for each in read.counterpart.exchanges(method)
            if each.sent.message.params.get("taskId") == task_id
        ]
        heard = [t for t in _told_of(read, exchange) if t.event.seq > sent.event.seq]
        accepted = [t.event for t in heard if t.ok] + [e.sent.event for e in asked]
        if accepted:
            yield Finding(
                message=f"{sent.message.method} was answered by a task, and the client took it",
                expected="the answer is treated as invalid",
                actual=exchange.outcome,
                events=(*exchange.evidence, accepted[0]),
            )
        elif heard:
            yield Kept(sent.event)


@rule(
    "task26-client-cancel-method",
    "MUST NOT",
    f"{PAGE}#task-cancellation",
    side="client",
    since=SINCE,
    otherwise="the client cancelled no task",
)
def cancel_method(read: Reading) -> Observations:
    """A task is cancelled by tasks/cancel, and not by a notification.

    The call that became the task is answered: the notification reaches nothing. Looked at:
    notifications/cancelled for a call that a task had answered, and that not just now.
    """
    for story in stories(read.counterpart):
        for exchange in story.asked:
            if exchange.sent.message.method == CANCEL:
                yield Kept(exchange.sent.event)
        yield from cancelled_by_notification(read, story.created)


@rule(
    "task26-client-poll-interval",
    "SHOULD",
    f"{PAGE}#task-polling",
    side="client",
    since=SINCE,
    otherwise="no task was polled twice while it was at work",
)
def poll_interval(read: Reading) -> Observations:
    """A task is polled no more often than its `pollIntervalMs` says.

    The server may limit clients that ask more often. Looked at: tasks/get after tasks/get. Three
    in a row that come after less than half of the interval are a finding; an interval of less than
    20 ms is not judged, nor what follows a notification about tasks.
    """
    notified = read.counterpart.notifications("notifications/tasks")
    for story in stories(read.counterpart):
        yield from judged(list(story.gets), "pollIntervalMs", notified)


@rule(
    "task26-client-answers-input",
    "SHOULD",
    f"{PAGE}#task-update-requests",
    side="client",
    since=SINCE,
    otherwise="no task asked the client for what it had declared",
)
def answers_input(read: Reading) -> Observations:
    """What a task asks for is given by tasks/update, and only once.

    A task waits until it is given; a user who is asked twice may answer otherwise. Looked at: what
    tasks/get shows under `inputRequests`, as far as the client declares that it can do it. That
    nothing is given counts where the client followed the task to its own end, and did not cancel
    it; that it is given twice, where the first was acknowledged.
    """
    for story in stories(read.counterpart):
        for key, shown in _asked_by(story).items():
            updates = [e for e in story.asked if _gives(e, key)]
            if not updates:
                if ended_by_itself(read) and _is_left(story, key):
                    yield Finding.about(
                        shown,
                        message=f"a task asks for {quote(key)}, and nothing was given",
                        expected="tasks/update with an answer",
                    )
            elif len(updates) > 1 and updates[0].served:
                yield Finding.about(
                    updates[1],
                    message=f"what a task asks for by {quote(key)} was given twice",
                    expected="one answer for each key",
                )
            else:
                yield Kept(updates[0].sent.event)


def _asked_by(story: TaskStory) -> dict[str, Exchange]:
    """What the client was asked for that it declares, each with where it was shown first."""
    found: dict[str, Exchange] = {}
    for exchange in story.seen:
        meta = as_object(exchange.sent.message.params.get("_meta"))
        capabilities = as_object(meta.get(META_CAPABILITIES))
        for key, request in as_object(exchange.result.get("inputRequests")).items():
            method = str(as_object(request).get("method"))
            if method.partition("/")[0] in capabilities:
                found.setdefault(key, exchange)
    return found


def _gives(exchange: Exchange, key: str) -> bool:
    given = as_object(exchange.sent.message.params.get("inputResponses"))
    return exchange.sent.message.method == UPDATE and key in given


def _is_left(story: TaskStory, key: str) -> bool:
    """Whether the client saw the task ask once more, and then left it alone."""
    shown = [e for e in story.seen if key in as_object(e.result.get("inputRequests"))]
    cancelled = any(e.sent.message.method == CANCEL for e in story.asked)
    return len(shown) > 1 and shown[-1] is story.seen[-1] and not cancelled


def _told_of_calls(read: Reading) -> Iterator[tuple[Told, Exchange]]:
    """What the user was told of calls, each with the last request for it."""
    calls = [e for e in read.counterpart.exchanges("tools/call") if declares(e)]
    for each in told(read, "call"):
        if "cancel_after" in each.asked or "timeout" in each.asked:
            continue
        own = [
            e
            for e in calls
            if e.sent.message.params.get("name") == each.asked.get("tool")
            and e.sent.event.seq < each.event.seq
        ]
        if own and not read.counterpart.cancelled(own[-1]):
            yield each, own[-1]


def _told_of(read: Reading, exchange: Exchange) -> Iterator[Told]:
    """What the user was told of what this was asked for."""
    for do, (method, parameter, member) in NAMED.items():
        if exchange.sent.message.method != method:
            continue
        wanted = exchange.sent.message.params.get(parameter)
        yield from (each for each in told(read, do) if each.asked.get(member) == wanted)


def _is_plain(result: Json) -> bool:
    """Whether a result is of text alone, so that nothing about it can be refused."""
    content = as_list(as_object(result).get("content"))
    others = {"isError", "structuredContent"} & set(as_object(result))
    texts = all(isinstance(as_object(block).get("text"), str) for block in content)
    return (
        bool(content)
        and texts
        and as_object(result).get("isError") is not True
        and others <= {"isError"}
    )


def _shown(header: Json) -> str:
    return "no Mcp-Name" if header is None else f"Mcp-Name {quote(header)}"
