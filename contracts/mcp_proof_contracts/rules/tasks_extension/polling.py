"""Tasks extension, Task Polling: what tasks/get shows of a task."""

from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.task_story import (
    CANCEL,
    GET,
    ODD,
    STATUSES,
    detail_problem,
    is_over,
    knows_tasks,
    stories,
)
from mcp_proof_contracts.wire import as_object, quote

PAGE: Final = "extensions/tasks#task-polling"
ERRORS: Final = "extensions/tasks#task-execution-errors"
SINCE: Final = Revision.R2026_07_28
LIVES: Final = "task-lives"
PROBE: Final = "task-refusals"


@rule(
    "task26-get-working",
    "MUST",
    PAGE,
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("slow_task"),
)
def get_working(read: Reading) -> Observations:
    """tasks/get of a task that runs shows the status "working".

    A client polls on until it knows the status as terminal; one of another name it cannot place.
    Looked at: the status of every tasks/get, which is one of the five; as kept count those of
    tasks at work.
    """
    for story in stories(read):
        for exchange in story.seen:
            status = exchange.result.get("status")
            if status == "working":
                yield Kept(exchange.sent.event)
            elif status not in STATUSES:
                yield Finding.about(
                    exchange,
                    message=f"tasks/get shows the status {quote(status)}",
                    expected="one of " + ", ".join(STATUSES),
                )


@rule(
    "task26-get-input-required",
    "MUST",
    PAGE,
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task_input"),
)
def get_input_required(read: Reading) -> Observations:
    """tasks/get of a task that waits for input shows what it asks, in `inputRequests`.

    The client knows of the questions from nowhere else. Looked at: that the member is there, that
    it holds requests, and that it holds any before an answer was sent; afterwards the status may
    be behind.
    """
    for story in stories(read):
        answered = False
        for exchange in story.asked:
            answered |= exchange.sent.message.method not in (GET, CANCEL)
            if exchange.sent.message.method == GET and _shows(exchange, "input_required"):
                empty = exchange.result.get("inputRequests") == {} and not answered
                problem = detail_problem(exchange.result) or (empty and "asks for nothing")
                yield from _judged(exchange, problem or "", "all that the task asks")


@rule(
    "task26-get-completed",
    "MUST",
    PAGE,
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task"),
)
def get_completed(read: Reading) -> Observations:
    """tasks/get of a completed task has the tool's result in `result`.

    There is no other way to the result. It has the form that the call's own answer would have
    had; what it says is not compared, for tools may answer otherwise each time.
    """
    for story in stories(read):
        for exchange in story.seen:
            if _shows(exchange, "completed"):
                problem = detail_problem(exchange.result)
                yield from _judged(exchange, problem, "the result of the tool call in `result`")


@rule(
    "task26-get-failed",
    "MUST",
    PAGE,
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task_error"),
)
def get_failed(read: Reading) -> Observations:
    """tasks/get of a failed task has the JSON-RPC error in `error`.

    That is what the call itself would have been refused with: a `code` and a `message`. A task
    that failed because it got too old is left out.
    """
    for story in stories(read):
        for exchange, before in story.moments:
            if _shows(exchange, "failed") and story.is_young(exchange, before):
                problem = detail_problem(exchange.result)
                yield from _judged(exchange, problem, "a JSON-RPC error in `error`")


@rule(
    "task26-iserror-completed",
    "MUST",
    ERRORS,
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task_failure"),
)
def iserror_completed(read: Reading) -> Observations:
    """A tool that reports an error by `isError` leaves its task "completed", not "failed".

    "failed" is for errors of the protocol; the tool's own are results, which the model should
    see. (In 2025-11-25 it was the other way round.) Looked at: failed tasks that have such a
    result, those of calls of which the user says that they end so, and completed ones.
    """
    for story in stories(read):
        named = story.created.case == "task_failure"
        for exchange, before in story.moments:
            is_error = as_object(exchange.result.get("result")).get("isError") is True
            young = story.is_young(exchange, before)
            if _shows(exchange, "failed") and (is_error or (named and young)):
                yield Finding.about(
                    exchange,
                    message="a task whose tool reports an error by isError is shown as failed",
                    expected='status "completed", with the tool\'s result in `result`',
                )
            elif _shows(exchange, "completed") and is_error:
                yield Kept(exchange.sent.event)


@rule(
    "task26-failed-status-message",
    "SHOULD",
    ERRORS,
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task_error"),
)
def failed_status_message(read: Reading) -> Observations:
    """A failed task says why in `statusMessage`.

    It is what a client shows of a task without knowing error codes.
    """
    for story in stories(read):
        for exchange in story.seen:
            if _shows(exchange, "failed"):
                message = exchange.result.get("statusMessage")
                problem = "has failed without a statusMessage" if message in (None, "") else ""
                yield from _judged(exchange, problem, "what went wrong, in words")


@rule(
    "task26-terminal-final",
    "implied",
    "extensions/tasks/overview#task-lifecycle",
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task"),
)
def terminal_final(read: Reading) -> Observations:
    """A task that is completed, failed or cancelled stays so.

    Clients stop to poll then. Looked at: status, and what the result says or the error's code, in
    later answers to tasks/get, also after the task was asked to be cancelled.
    """
    for story in stories(read):
        final: Exchange | None = None
        for exchange in story.seen:
            if final is None:
                final = exchange if is_over(exchange.result) else None
            elif _end(exchange.result) == _end(final.result):
                yield Kept(exchange.sent.event)
            else:
                yield Finding(
                    message="a task changed after it was over",
                    expected=f"{quote(final.result.get('status'))}, as before",
                    actual=exchange.outcome,
                    events=(*final.evidence, *exchange.evidence),
                )


@rule(
    "task26-no-early-expiry",
    "implied",
    PAGE,
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task"),
)
def no_early_expiry(read: Reading) -> Observations:
    """A task is there until its time to live is over.

    `ttlMs` counts from the creation; a client that asks within that time gets its result. Looked
    at: a later tasks/get of a task that was seen before. One that was asked to be cancelled may
    be thrown away.
    """
    for story in stories(read):
        was_seen = False
        for exchange, before in story.moments:
            if exchange.sent.message.method == CANCEL:
                break
            if exchange.sent.message.method != GET:
                continue
            young = story.is_young(exchange, before)
            if exchange.served and was_seen:
                yield Kept(exchange.sent.event)
            elif exchange.error_code == INVALID_PARAMS and was_seen and young:
                yield Finding.about(
                    exchange,
                    message="a task is gone before its time to live is over",
                    expected=f"the task, for {quote(before.get('ttlMs'))} ms from its creation",
                )
            was_seen |= exchange.served


@rule(
    "task26-unknown-id-get",
    "MUST",
    "extensions/tasks#protocol-errors",
    since=SINCE,
    probes=(LIVES, PROBE),
    otherwise="the server does not have the extension, or did not answer",
)
def unknown_id_get(read: Reading) -> Observations:
    """tasks/get with an id that no task has is refused with -32602.

    So a client tells a task that is gone from a server in trouble.
    """
    for exchange in read.stimuli(PROBE, f"unknown-{GET}") if knows_tasks(read) else ():
        if exchange.error_code == INVALID_PARAMS:
            yield Kept(exchange.sent.event)
        elif exchange.served or exchange.answered_by_error:
            yield Finding.about(
                exchange,
                message="tasks/get of a task that there is not is not refused as such",
                expected=f"error {INVALID_PARAMS}",
            )


@rule(
    "task26-server-name-header",
    "MUST",
    "extensions/tasks#streamable-http-routing-headers",
    since=SINCE,
    transport="http",
    probes=(LIVES, PROBE),
    otherwise=needs("task"),
)
def server_name_header(read: Reading) -> Observations:
    """A tasks/get whose `Mcp-Name` is not its `taskId` is refused.

    Intermediaries route by the header: served by the body, it would reach what another instance
    holds. Headers that do not match the body are rejected in general (Server Validation). Looked
    at: a tasks/get of a task that is served with the right header.
    """
    known = {story.id for story in stories(read) if story.seen}
    for exchange in read.stimuli(PROBE, ODD):
        if exchange.sent.message.params.get("taskId") not in known:
            continue
        if exchange.served:
            yield Finding.about(
                exchange,
                message="a tasks/get whose Mcp-Name differs from its taskId was served",
                expected="HTTP 400 with error -32020 (HeaderMismatch)",
            )
        elif exchange.refused:
            yield Kept(exchange.sent.event)


def _shows(exchange: Exchange, status: str) -> bool:
    is_get = exchange.sent.message.method == GET
    return is_get and exchange.served and exchange.result.get("status") == status


def _judged(exchange: Exchange, problem: str, expected: str) -> Observations:
    if problem:
        yield Finding.about(exchange, message=f"the task {problem}", expected=expected)
    else:
        yield Kept(exchange.sent.event)


def _end(state: JsonObject) -> tuple[Json, ...]:
    result, error = as_object(state.get("result")), as_object(state.get("error"))
    return state.get("status"), result.get("content"), error.get("code")
