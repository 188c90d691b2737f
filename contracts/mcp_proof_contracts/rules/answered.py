"""What the pages about client features share: who may answer, and with what."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.client_run import ended_by_itself, scripted
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.replies import Reply, declared, replies
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_object

KINDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "sampling/createMessage": ("CreateMessageResult", ("role", "content", "model")),
    "elicitation/create": ("ElicitResult", ("action",)),
    "roots/list": ("ListRootsResult", ("roots",)),
}
"""What answers a question: the schema's definition, and the members by which it is known."""


def is_kind(method: str, value: Json) -> bool:
    """Whether a value can be taken for what answers a method, be it with faults."""
    return not set(KINDS[method][1]).isdisjoint(as_object(value))


def only_where_declared(read: Reading, method: str) -> Observations:
    """Judge that a client answers a method only where it has declared the capability.

    One that answers that its user declined, or that it has no roots, has not done what it takes
    the capability for.
    """
    for reply in replies(read, method):
        question = reply.question
        if not question.introduced:
            continue
        if declared(question, question.capability):
            if reply.event is not None and reply.given:
                yield Kept(reply.event)
        elif _substantial(reply):
            yield reply.finding(
                f"{question.label} was answered by a client that has not declared "
                f"`{question.capability}`",
                f"`{question.capability}` among its capabilities, or no such answer",
            )
        elif refused(read, reply):
            yield Kept(reply.event or question.said.event)


def well_formed(read: Reading, method: str) -> Observations:
    """Judge the results that answer a method by the schema."""
    definition, _ = KINDS[method]
    for reply in replies(read, method):
        if not reply.given or reply.event is None or "task" in reply.question.params:
            continue
        if reply.round is not None and not is_kind(method, reply.value):
            continue  # of which mrtr-client-response-shapes speaks
        if _is_script(read, reply):
            continue
        wrong = problems(read.revision, definition, reply.value)
        for problem in wrong:
            yield reply.finding(
                f"the answer to {reply.question.label} is ill-formed: {problem}",
                f"a {definition} of the revision's schema",
            )
        if not wrong:
            yield Kept(reply.event)


def refused(read: Reading, reply: Reply) -> bool:
    """Whether a client surely did not do what it was asked."""
    if reply.round is None:
        return reply.error is not None
    return not reply.given and ended_by_itself(read)


def error_expected(reply: Reply, code: int, *, why: str) -> Kept | Finding | None:
    """Judge that a question was answered by this error; nothing where no answer came."""
    if reply.event is None:
        return None
    if reply.code == code:
        return Kept(reply.event)
    return reply.finding(
        f"{reply.question.label}, {why}, was answered by "
        f"{'another error' if reply.error is not None else 'a result'}",
        f"error {code}",
    )


def _is_script(read: Reading, reply: Reply) -> bool:
    """Whether a driver passed on a word of the scenario that it did not understand."""
    said = scripted(read, reply.question.capability)
    return isinstance(said, str) and said in (
        reply.value,
        reply.result.get(reply.question.capability),
    )


def _substantial(reply: Reply) -> bool:
    """Whether an answer holds what was asked for."""
    if reply.question.method == "elicitation/create":
        return reply.accepted
    return bool(reply.result.get("roots", reply.given))
