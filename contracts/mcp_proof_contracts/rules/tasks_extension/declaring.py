"""Tasks extension, Capability Negotiation: who takes tasks says so on each request."""

from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS, METHOD_NOT_FOUND, MISSING_CAPABILITY
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.headers import TASKS
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.task_story import (
    METHODS,
    advertises,
    becoming_tasks,
    called,
    declares,
    is_created,
    knows_tasks,
    promised,
    stories,
)
from mcp_proof_contracts.wire import as_object

PAGE: Final = "extensions/tasks#capability-negotiation"
SINCE: Final = Revision.R2026_07_28
PROBE: Final = "task-refusals"
LIVES: Final = "task-lives"
LEGACY: Final = ("legacy-parameter", "legacy-capability")
"""The cases of calls with what 2025-11-25 had: rules of their own are about these."""
REQUIRED: Final = f"error {MISSING_CAPABILITY} with data.requiredCapabilities.extensions of {TASKS}"


@rule(
    "task26-only-if-declared",
    "MUST NOT",
    PAGE,
    since=SINCE,
    probes=(LIVES, PROBE),
    otherwise=needs("task"),
)
def only_if_declared(read: Reading) -> Observations:
    """A call of a client that does not declare the extension is not answered with a task.

    Such a client takes the handle for the result of the tool. The request itself must declare
    it, whatever earlier ones did: looked at are all answers without the declaration, and as kept
    count calls that had become a task with it.
    """
    for exchange in promised(read):
        judged_elsewhere = exchange.case in LEGACY or exchange.sent.message.method in METHODS
        if not declares(exchange) and not judged_elsewhere:
            yield Finding.about(
                exchange,
                message="a client that does not declare the extension was answered with a task",
                expected="the result itself, or an error",
            )
    for exchange in read.stimuli(PROBE, "undeclared"):
        answered = exchange.answer is not None and not is_created(exchange)
        if answered and called(exchange) in becoming_tasks(read):
            yield Kept(exchange.sent.event)


@rule(
    "task26-required-error",
    "MUST",
    PAGE,
    since=SINCE,
    probes=(LIVES, PROBE),
    otherwise=needs("task_required"),
)
def required_error(read: Reading) -> Observations:
    """A call that can only be a task is refused with -32021 when the client takes none.

    The error names the extension in `data.requiredCapabilities`, so that the client knows what to
    declare. Looked at: calls without the declaration that had become a task with it; only where
    the user says that the tool runs in no other way is another error a finding.
    """
    for case in ("required", "undeclared"):
        for exchange in read.stimuli(PROBE, case):
            if called(exchange) not in becoming_tasks(read) or is_created(exchange):
                continue
            if exchange.error_code == MISSING_CAPABILITY:
                yield from _names_extension(exchange)
            elif case == "required" and exchange.served:
                yield Untested("the tool that was named runs without a task as well")
            elif case == "required" and exchange.answered_by_error:
                yield Finding.about(
                    exchange,
                    message="a call that takes a task was refused with another error",
                    expected=REQUIRED,
                )


def _names_extension(exchange: Exchange) -> Observations:
    assert exchange.reply is not None
    data = as_object(exchange.reply.message.error.get("data"))
    required = as_object(data.get("requiredCapabilities"))
    if TASKS in as_object(required.get("extensions")):
        yield Kept(exchange.sent.event)
    else:
        yield Finding.about(
            exchange,
            message="the refusal does not name the extension that the client lacks",
            expected=REQUIRED,
        )


@rule(
    "task26-advertised",
    "implied",
    PAGE,
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task"),
)
def advertised(read: Reading) -> Observations:
    """A server that answers with tasks declares the extension in `server/discover`.

    Client and server declare it both; a client that looks there first would never ask.
    """
    if read.introduction is None:
        return
    for story in stories(read)[:1]:
        if advertises(read):
            yield Kept(story.created.sent.event)
        else:
            yield Finding(
                message="a server that runs tasks does not declare the extension",
                expected=f"{TASKS} in capabilities.extensions",
                actual=read.introduction.outcome,
                events=(*read.introduction.evidence, *story.created.evidence),
            )


@rule(
    "task26-methods-need-capability",
    "MUST",
    "extensions/tasks#protocol-errors",
    since=SINCE,
    probes=(LIVES, PROBE),
    otherwise="the server does not have the extension, or did not answer",
)
def methods_need_capability(read: Reading) -> Observations:
    """tasks/get, update and cancel without the declared extension are refused with -32021.

    Looked at: requests about a task that is there, where one could be made. About an unknown one
    -32602 is as good, so that it shows nothing.
    """
    known = {story.id for story in stories(read) if story.seen}
    for method in METHODS if knows_tasks(read) else ():
        for exchange in read.stimuli(PROBE, f"undeclared-{method}"):
            real = exchange.sent.message.params.get("taskId") in known
            if exchange.error_code == MISSING_CAPABILITY:
                yield Kept(exchange.sent.event)
            elif exchange.served or (real and exchange.answered_by_error):
                yield Finding.about(
                    exchange,
                    message=f"{method} of a client without the extension was not refused for that",
                    expected=f"error {MISSING_CAPABILITY}",
                )
            elif exchange.error_code in (INVALID_PARAMS, METHOD_NOT_FOUND):
                yield Untested(f"{method} was refused for a task that is not there")
