"""Tasks extension, Task Cancellation: a request that is only acknowledged."""

from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS, METHOD_NOT_FOUND
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.tasks_extension.updating import is_bare
from mcp_proof_contracts.task_story import CANCEL, UPDATE, knows_tasks, stories

SINCE: Final = Revision.R2026_07_28
LIVES: Final = "task-lives"
PROBE: Final = "task-refusals"


@rule(
    "task26-cancel-ack",
    "MUST",
    "extensions/tasks#task-cancellation",
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task"),
)
def cancel_ack(read: Reading) -> Observations:
    """tasks/cancel is acknowledged by an empty result, also when the task is over.

    It tells an intention and asks for no state; a client that comes too late need not care. (In
    2025-11-25 it was refused then.) Looked at: the first tasks/cancel of tasks that were seen
    just before, within their time to live.
    """
    for story in stories(read):
        was_seen = False
        for exchange, before in story.moments:
            if exchange.sent.message.method != CANCEL:
                was_seen |= exchange.served
                continue
            if exchange.served and is_bare(exchange):
                yield Kept(exchange.sent.event)
            elif exchange.served:
                yield Finding.about(
                    exchange,
                    message="tasks/cancel was answered with more than an acknowledgement",
                    expected="a result without members of its own",
                )
            elif exchange.error_code in (INVALID_PARAMS, METHOD_NOT_FOUND) and (
                was_seen and story.is_young(exchange, before)
            ):
                yield Finding.about(
                    exchange,
                    message="tasks/cancel of a task that is there was refused",
                    expected="an empty result",
                )
            break


@rule(
    "task26-unknown-id-update-cancel",
    "SHOULD",
    "extensions/tasks#protocol-errors",
    since=SINCE,
    probes=(LIVES, PROBE),
    otherwise="the server does not have the extension, or did not answer",
)
def unknown_id_update_cancel(read: Reading) -> Observations:
    """tasks/update and tasks/cancel with an id that no task has are refused with -32602.

    An acknowledgement would let a client believe that its answers, or its wish, have come.
    """
    for method in (UPDATE, CANCEL) if knows_tasks(read) else ():
        for exchange in read.stimuli(PROBE, f"unknown-{method}"):
            if exchange.error_code == INVALID_PARAMS:
                yield Kept(exchange.sent.event)
            elif exchange.served or exchange.answered_by_error:
                yield Finding.about(
                    exchange,
                    message=f"{method} of a task that there is not is not refused as such",
                    expected=f"error {INVALID_PARAMS}",
                )
