"""Tasks extension, Backward Compatibility: what 2025-11-25 had means nothing here."""

from typing import Final

from mcp_proof_contracts.error_codes import HEADER_MISMATCH, INTERNAL_ERROR, METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.task_story import advertises, called, is_created, knows_tasks
from mcp_proof_contracts.wire import as_object

PAGE: Final = "extensions/tasks#backward-compatibility"
SINCE: Final = Revision.R2026_07_28
PROBE: Final = "task-refusals"
UNDER_2511: Final = "task-extension-2511"


@rule(
    "task26-removed-methods",
    "MUST",
    PAGE,
    since=SINCE,
    probes=("task-lives", PROBE),
    otherwise="the server does not have the extension, or did not answer",
)
def removed_methods(read: Reading) -> Observations:
    """tasks/result and tasks/list do not exist: they are refused with -32601.

    The one blocked until the task was over, the other showed tasks of other clients.
    """
    for exchange in read.stimuli(PROBE, "removed") if knows_tasks(read) else ():
        if exchange.error_code == METHOD_NOT_FOUND:
            yield Kept(exchange.sent.event)
        elif exchange.error_code == HEADER_MISMATCH:
            continue  # taken for one of the methods that name a task in a header
        elif exchange.served or exchange.answered_by_error:
            yield Finding.about(
                exchange,
                message=f"{exchange.sent.message.method} is not refused as unknown",
                expected=f"error {METHOD_NOT_FOUND}",
            )


@rule(
    "task26-legacy-param-ignored",
    "MUST",
    PAGE,
    since=SINCE,
    probes=("task-lives", PROBE),
    otherwise=needs("task"),
)
def legacy_param_ignored(read: Reading) -> Observations:
    """The `task` parameter of tools/call changes nothing.

    In 2025-11-25 it asked for a task; here the server alone decides, for clients that declare
    the extension. Looked at: a call without the declaration, once as it should be and once with
    the parameter. What the tool says may differ from call to call; what must not is whether it is
    served, refused or becomes a task.
    """
    for plain, exchange in _pairs(read, "legacy-parameter"):
        if _kind(exchange) == _kind(plain):
            yield Kept(exchange.sent.event)
        elif exchange.error_code != INTERNAL_ERROR:
            yield Finding(
                message="the parameter `task` changes how a call is answered",
                expected=f"the same as without it: {plain.outcome}",
                actual=exchange.outcome,
                events=(*plain.evidence, *exchange.evidence),
            )


@rule(
    "task26-legacy-capability-void",
    "MUST",
    PAGE,
    since=SINCE,
    probes=("task-lives", PROBE),
    otherwise=needs("task"),
)
def legacy_capability_void(read: Reading) -> Observations:
    """The capability `tasks` of 2025-11-25 does not stand for the extension, on either side.

    A client that declares only that one is as one that declares nothing, and a server no longer
    declares it. Looked at: a call of such a client that is no task without the capability, and
    what `server/discover` says.
    """
    if read.introduction is not None and "tasks" in read.capabilities:
        yield Finding.about(
            read.introduction,
            message="the server declares the capability `tasks` of 2025-11-25",
            expected="only the extension, in capabilities.extensions",
        )
    for _, exchange in _pairs(read, "legacy-capability"):
        if is_created(exchange):
            yield Finding.about(
                exchange,
                message="a client with the capability of 2025-11-25 was answered with a task",
                expected="an answer as for a client that declares nothing",
            )
        else:
            yield Kept(exchange.sent.event)


@rule(
    "task26-not-under-2511",
    "MUST NOT",
    PAGE,
    since=LATEST_STATEFUL,
    until=LATEST_STATEFUL,
    probes=(UNDER_2511,),
    otherwise="no server with tasks answered a call of a client that declares the extension",
)
def not_under_2511(read: Reading) -> Observations:
    """Under 2025-11-25 the extension switches no tasks on.

    There a client asks for a task by the parameter `task`; one that does not waits for a result,
    whatever else it declares. Looked at: calls without the parameter in a session that declares
    the extension, of a server that has tasks.
    """
    for exchange in read.stimuli(UNDER_2511, "call"):
        shown = as_object(exchange.result.get("task")).get("taskId") is not None
        if exchange.served and (shown or is_created(exchange)):
            yield Finding.about(
                exchange,
                message="a call without `task` was answered with a task",
                expected="the result of the tool, as without the extension",
            )
        elif exchange.answer is not None and (read.declares("tasks") or advertises(read)):
            yield Kept(exchange.sent.event)


def _pairs(read: Reading, case: str) -> list[tuple[Exchange, Exchange]]:
    """Each call of a case with the one that shows how it is answered otherwise: not by a task."""
    plain = {called(each): each for each in read.stimuli(PROBE, "undeclared")}
    return [
        (plain[called(each)], each)
        for each in read.stimuli(PROBE, case)
        if called(each) in plain
        and each.answer is not None
        and _kind(plain[called(each)]) not in ("task", "")
    ]


def _kind(exchange: Exchange) -> str:
    """How a call was answered; "" for not at all."""
    if is_created(exchange):
        return "task"
    if exchange.served:
        return str(exchange.result.get("resultType", "complete"))
    return f"error {exchange.error_code}" if exchange.answered_by_error else ""
