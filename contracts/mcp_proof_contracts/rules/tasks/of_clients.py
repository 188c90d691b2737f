"""What the rules about tasks that hold for both sides look at in clients."""

from typing import Final

from mcp_proof_contracts.headers import META_RELATED_TASK
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.rules.tasks.traffic import events_of, names_task, related_task
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_object, quote

ASKED_BY_ID: Final = ("tasks/get", "tasks/result", "tasks/cancel")
"""Requests whose `taskId` says which task is meant."""


def declared(read: Reading) -> Observations:
    """Judge the capability `tasks` that the client declares."""
    for exchange in read.counterpart.exchanges("initialize"):
        capabilities = as_object(exchange.sent.message.params.get("capabilities"))
        if "tasks" not in capabilities:
            continue
        wrong = problems(read.revision, "ClientTasks", capabilities["tasks"])
        for problem in wrong:
            yield Finding(
                message=f"the capability tasks{problem.pointer}: {problem.message}",
                expected="an object for each member of `tasks`",
                actual=quote(capabilities["tasks"]),
                events=(exchange.sent.event,),
            )
        if not wrong:
            yield Kept(exchange.sent.event)


def processed(read: Reading) -> Observations:
    """Judge how the client answers what asks for a task that it does not run."""
    of_client = [
        as_object(as_object(each.sent.message.params.get("capabilities")).get("tasks"))
        for each in read.counterpart.exchanges("initialize")
    ]
    for exchange in read.exchanges() if of_client else ():
        method = exchange.sent.message.method
        if "task" not in exchange.sent.message.params or _runs(of_client, method):
            continue
        plain = [e for e in read.results(method) if "task" not in e.sent.message.params]
        if not plain:
            continue
        if exchange.served and ("task" not in exchange.result or "task" in plain[0].result):
            yield Kept(exchange.sent.event)
        elif exchange.served or exchange.answered_by_error:
            yield Finding(
                message=f"{method} with `task` is not processed as one without",
                expected="the same as without `task`: the client declares no tasks for it",
                actual=exchange.outcome,
                events=events_of(plain[0], exchange),
            )


def answers_named(read: Reading) -> Observations:
    """Judge whether the client's answers to a task's questions name the task."""
    for exchange in read.exchanges():
        task_id = related_task(exchange.sent.message.params)
        if task_id is None or not exchange.served:
            continue
        if related_task(exchange.result) == task_id:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"the answer to {exchange.sent.message.method} does not name the task that "
                "asks",
                expected=f"_meta[{quote(META_RELATED_TASK)}].taskId {quote(task_id)}",
            )


def requests_unnamed(read: Reading) -> Observations:
    """Judge whether requests for a task name it by `taskId` alone."""
    for method in ASKED_BY_ID:
        for exchange in read.counterpart.exchanges(method):
            said = exchange.sent
            if names_task(said.message.params):
                yield Finding(
                    message=f"{method} names a related task in `_meta`",
                    expected=f"no {META_RELATED_TASK}",
                    actual=said.message.excerpt,
                    events=(said.event,),
                )
            else:
                yield Kept(said.event)


def _runs(of_clients: list[JsonObject], method: str) -> bool:
    """Whether a client declares that it runs this as a task."""
    kind, _, action = method.partition("/")
    return any(
        action in as_object(as_object(tasks.get("requests")).get(kind)) for tasks in of_clients
    )
