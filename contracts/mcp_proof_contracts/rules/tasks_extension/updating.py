"""Tasks extension, Task Update Requests: how a task is told what it asks."""

from typing import Final

from mcp_proof_contracts.error_codes import METHOD_NOT_FOUND
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.task_story import GET, UPDATE, TaskStory, is_over, stories
from mcp_proof_contracts.wire import as_object

PAGE: Final = "extensions/tasks#task-update-requests"
SINCE: Final = Revision.R2026_07_28
LIVES: Final = "task-lives"
BARE: Final = frozenset({"resultType", "_meta"})
"""What an empty result may hold."""


@rule(
    "task26-update-ack",
    "MUST",
    PAGE,
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task_input"),
)
def update_ack(read: Reading) -> Observations:
    """A good tasks/update is acknowledged by an empty result.

    What becomes of the task shows in tasks/get, and maybe later: an answer with the state would
    look as if it were settled. Looked at: answers by the schema to all that is asked. That a
    server refuses what we made up is no finding; that it has no tasks/update is one.
    """
    for story in stories(read):
        for exchange, before in story.moments:
            if exchange.sent.message.method == UPDATE and _is_good(exchange, before):
                yield from _acknowledged(exchange)


def _acknowledged(exchange: Exchange) -> Observations:
    if exchange.error_code == METHOD_NOT_FOUND or (exchange.served and not is_bare(exchange)):
        yield Finding.about(
            exchange,
            message="tasks/update was not acknowledged by an empty result",
            expected="a result without members of its own",
        )
    elif exchange.served:
        yield Kept(exchange.sent.event)
    elif exchange.answered_by_error:
        yield Untested("the server did not take the answers that were made up for it")


@rule(
    "task26-update-ignores-unknown-keys",
    "SHOULD",
    PAGE,
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task_input"),
)
def update_ignores_unknown_keys(read: Reading) -> Observations:
    """Answers to what is not asked, or no longer, do not make tasks/update fail.

    A client may answer twice when it does not know whether its answer has come. Looked at: a key
    that was never issued, while the task asks something, and the same answers once more while it
    is not over.
    """
    for story in stories(read):
        moments = list(story.moments)
        for index, (exchange, before) in enumerate(moments):
            if exchange.sent.message.method != UPDATE or _is_good(exchange, before):
                continue
            if exchange.served:
                yield Kept(exchange.sent.event)
            elif exchange.answered_by_error and _goes_on(story, index):
                yield Finding.about(
                    exchange,
                    message="tasks/update fails for answers to what is not asked",
                    expected="an empty result, and the answers passed over",
                )


@rule(
    "task26-input-keys-unique",
    "MUST",
    PAGE,
    since=SINCE,
    probes=(LIVES,),
    otherwise=needs("task_input"),
)
def input_keys_unique(read: Reading) -> Observations:
    """A key of `inputRequests` stands for one request as long as the task lives.

    Clients show a request once for each key, and answer by the key: a second request under it is
    taken for the first. Looked at: what stands under the same key in one tasks/get after another.
    Until an answer was sent, another wording of the same request is no finding.
    """
    for story in stories(read):
        first: dict[str, Json] = {}
        answered: set[str] = set()
        for exchange in story.asked:
            if exchange.sent.message.method == UPDATE and exchange.served:
                answered |= set(as_object(exchange.sent.message.params.get("inputResponses")))
            if exchange.sent.message.method != GET:
                continue
            for key, request in as_object(exchange.result.get("inputRequests")).items():
                if key not in first:
                    first[key] = request
                elif _same(first[key], request, exact=key in answered):
                    yield Kept(exchange.sent.event)
                else:
                    yield Finding.about(
                        exchange,
                        message=f"the key {key!r} stands for another request than before",
                        expected="a key for each request",
                    )


def is_bare(exchange: Exchange) -> bool:
    """Whether a result holds nothing of its own."""
    return set(exchange.result) <= BARE


def _is_good(exchange: Exchange, before: JsonObject) -> bool:
    """Whether an update answers what the task was seen to ask, and nothing else."""
    given = set(as_object(exchange.sent.message.params.get("inputResponses")))
    asked = set(as_object(before.get("inputRequests")))
    return bool(given) and given <= asked and exchange.case != "answered-key"


def _goes_on(story: TaskStory, index: int) -> bool:
    """Whether the task was not over after this request: seen so by the next tasks/get."""
    for exchange in story.asked[index + 1 :]:
        if exchange.sent.message.method == GET and exchange.served:
            return not is_over(exchange.result)
    return False


def _same(one: Json, other: Json, *, exact: bool) -> bool:
    return one == other if exact else _core(one) == _core(other)


def _core(request: Json) -> Json:
    """A request without its wording."""
    params = as_object(as_object(request).get("params"))
    kept = {name: value for name, value in params.items() if name not in ("message", "_meta")}
    return [as_object(request).get("method"), kept]
