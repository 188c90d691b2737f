"""Tasks extension, Task Creation: the answer that stands for one that comes later."""

from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.task_story import (
    METHODS,
    STATUSES,
    advertises,
    is_created,
    promised,
    stories,
    task_problem,
)
from mcp_proof_contracts.wire import as_object

SINCE: Final = Revision.R2026_07_28
LIVES: Final = "task-lives"
TASK: Final = "task"


@rule(
    "task26-only-tools-call",
    "MUST NOT",
    "extensions/tasks#supported-methods",
    since=SINCE,
    probes=(LIVES, "task-refusals"),
    otherwise="nothing but tools was asked for by a client that takes tasks",
)
def only_tools_call(read: Reading) -> Observations:
    """Only tools/call is answered with a task.

    Clients take a task in the place of any other result for an invalid response. Looked at:
    lists, resources and prompts, of a client that declares the extension.
    """
    for exchange in promised(read):
        method = exchange.sent.message.method
        if method != "tools/call" and method not in METHODS:
            yield Finding.about(
                exchange,
                message=f"{method} was answered with a task",
                expected="the result of this method",
            )
    for exchange in read.stimuli("task-refusals", "other") if advertises(read) else ():
        if exchange.served and not is_created(exchange):
            yield Kept(exchange.sent.event)


@rule(
    "task26-resulttype",
    "MUST",
    "extensions/tasks#polymorphic-results",
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task"),
)
def result_type(read: Reading) -> Observations:
    """A task that answers a call has `resultType` "task", and nothing else has.

    It alone tells a client whether a result has come or only the promise of one. What tasks/get,
    tasks/update and tasks/cancel answer is "complete". The SEP's two examples of a task that ended
    with an error show "task" there, against its text: such answers are left out.
    """
    for exchange in promised(read):
        if exchange.sent.message.method != "tools/call":
            continue
        if exchange.result.get("resultType") == TASK:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange, message="a task came without its resultType", expected=f'"{TASK}"'
            )
    for method in METHODS:
        for exchange in read.results(method):
            given = exchange.result.get("resultType")
            if given == "complete":
                yield Kept(exchange.sent.event)
            elif given == TASK and not _as_in_the_examples(exchange.result):
                yield Finding.about(
                    exchange,
                    message=f'{method} was answered with resultType "{TASK}"',
                    expected='"complete"',
                )


def _as_in_the_examples(result: JsonObject) -> bool:
    is_error = as_object(result.get("result")).get("isError") is True
    return result.get("status") == "failed" or is_error


@rule(
    "task26-task-members",
    "schema",
    "extensions/tasks#tasks",
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task"),
)
def task_members(read: Reading) -> Observations:
    """A task has `taskId`, `status`, `createdAt`, `lastUpdatedAt` and `ttlMs`, right in the result.

    2025-11-25 had them in a member `task`, with `ttl` and `pollInterval`; a client of the
    extension does not look there. Looked at: what tools/call and tasks/get show; whether the
    status is one of the five only in the former (`task26-get-working` asks for it later).
    """
    for exchange in promised(read):
        if exchange.sent.message.method == "tools/call":
            yield from _members(exchange)
            if exchange.result.get("status", "working") not in STATUSES:
                yield _wrong(exchange, "has a status that there is not")
            elif "status" not in exchange.result and not task_problem(exchange.result):
                yield _wrong(exchange, "has no status")
    for story in stories(read):
        for exchange in story.seen:
            yield from _members(exchange)
            if exchange.result.get("taskId", story.id) != story.id:
                yield _wrong(exchange, "is another one than was asked for")


def _members(exchange: Exchange) -> Observations:
    problem = task_problem(exchange.result)
    if problem:
        yield _wrong(exchange, problem)
    else:
        yield Kept(exchange.sent.event)


def _wrong(exchange: Exchange, what: str) -> Finding:
    return Finding.about(
        exchange,
        message=f"the task {what}",
        expected="taskId, status, createdAt, lastUpdatedAt and ttlMs, as the extension has them",
    )


@rule(
    "task26-durable",
    "MUST NOT",
    "extensions/tasks#task-creation",
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task"),
)
def durable(read: Reading) -> Observations:
    """A call is not answered with a task before tasks/get finds it.

    Otherwise clients would have to guess whether a task is not there yet or never will be. Looked
    at: the first tasks/get after each call. A refusal for another reason is not counted: polls
    may be limited.
    """
    for story in stories(read):
        first = next(story.gets, None)
        if first is None:
            continue
        if first.served:
            yield Kept(first.sent.event)
        elif first.error_code in (INVALID_PARAMS, METHOD_NOT_FOUND) and story.is_young(
            first, story.created.result
        ):
            yield Finding(
                message="tasks/get does not find a task that was just created",
                expected="the task",
                actual=first.outcome,
                events=(*story.created.evidence, *first.evidence),
            )


@rule(
    "task26-mrtr-before-create",
    "SHOULD",
    "extensions/tasks#task-creation",
    since=SINCE,
    probes=(LIVES,),
    otherwise="needs a tool call that asks the client first and then runs as a task: none was "
    "seen; name one in a contract file, under verify.occasions.task",
)
def mrtr_before_create(read: Reading) -> Observations:
    """What a call asks in rounds is asked before it becomes a task.

    Once there is a task, it asks by its own `inputRequests`, which tasks/update answers; a result
    "input_required" would want the request to be sent again, and polls are not. As kept count
    tasks of calls that had asked before.
    """
    for story in stories(read):
        rounds = "inputResponses" in story.created.sent.message.params
        for exchange in story.asked:
            if exchange.result.get("resultType") == "input_required":
                yield Finding(
                    message=f"{exchange.sent.message.method} was answered by a round of questions",
                    expected="all rounds before the task is created",
                    actual=exchange.outcome,
                    events=(*story.created.evidence, *exchange.evidence),
                )
            elif exchange.served and rounds:
                yield Kept(exchange.sent.event)
