"""Client features, Sampling: what clients let their models say."""

import re
from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.replies import Reply, blocks, declared, replies
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Kept, Observations, rule
from mcp_proof_contracts.rules.answered import (
    error_expected,
    only_where_declared,
    refused,
    well_formed,
)
from mcp_proof_contracts.wire import as_list, as_object, is_integer

PAGE: Final = "client/sampling"
METHOD: Final = "sampling/createMessage"
TOOLS_SINCE: Final = Revision.R2025_11_25
LAST: Final = Revision.R2025_11_25
"""The last revision in which sampling is asked for by requests."""
NOT_ASKED: Final = "the client was not asked to sample, or did not answer"
REJECTED: Final = -1
REJECTION: Final = re.compile(
    r"\buser\b.*\b(reject|refus|declin|den(y|ied)|disapprov)", re.IGNORECASE | re.DOTALL
)
"""The text of an error that tells of the user's refusal."""
MOST_WORDS: Final = 2
"""How many words for each token are surely too many: tokens are words, or parts of words."""
SLACK: Final = 20


@rule(
    "sampling-client-declares", "MUST", f"{PAGE}#capabilities", side="client", otherwise=NOT_ASKED
)
def declares(read: Reading) -> Observations:
    """A client that samples has declared `sampling`.

    A server that keeps to what was declared never asks a client that hides what it can do. Looked
    at: results, beside what the client declared at `initialize`, in 2026-07-28 in the request that
    led to the question.
    """
    yield from only_where_declared(read, METHOD)


@rule(
    "sampling-result-members",
    "schema",
    f"{PAGE}#creating-messages",
    side="client",
    otherwise=NOT_ASKED,
)
def result_members(read: Reading) -> Observations:
    """The result of sampling has `role`, `content` and `model`, each of its type.

    Servers hand on what they get as a message of a conversation. Looked at: the result by the
    revision's schema; that of a task is judged where the task ends.
    """
    yield from well_formed(read, METHOD)


@rule(
    "sampling-rejection-is-error",
    "SHOULD",
    f"{PAGE}#error-handling",
    side="client",
    until=LAST,
    otherwise="no error of the client said that its user had rejected the request",
)
def rejection_is_error(read: Reading) -> Observations:
    """A sampling request that the user has rejected is answered with the error -1.

    By any other code a server takes a decision for a failure, and tries again. Looked at: errors
    that say that the user has rejected, refused, declined or denied. Until 2025-06-18 the code
    stands in the example of the page alone.
    """
    for reply in replies(read, METHOD):
        text = str((reply.error or {}).get("message", ""))
        if declared(reply.question, "sampling") and REJECTION.search(text):
            found = error_expected(reply, REJECTED, why="which the user rejected")
            if found is not None:
                yield found


@rule(
    "sampling-client-tools-error",
    "MUST",
    f"{PAGE}#tools-in-sampling",
    side="client",
    since=TOOLS_SINCE,
    otherwise="no client without `sampling.tools` was asked to sample with tools",
)
def tools_error(read: Reading) -> Observations:
    """A client that has not declared `sampling.tools` does not sample with tools.

    Its answer would be one of a model that knows of no tools, which nobody asked for. Looked at:
    requests with `tools` or `toolChoice` to clients without the capability: an error is right, in
    2026-07-28 also that the request is not retried. The clause stands in the schema, at `tools` and
    `toolChoice`.
    """
    for reply in replies(read, METHOD):
        question = reply.question
        if not (question.introduced and declared(question, "sampling")):
            continue
        if declared(question, "sampling.tools") or not {"tools", "toolChoice"} & {*question.params}:
            continue
        if reply.given:
            yield reply.finding(
                "a request with tools was answered though `sampling.tools` is not declared",
                "an error",
            )
        elif refused(read, reply):
            yield Kept(reply.event or question.said.event)


@rule(
    "sampling-client-rejects-unbalanced",
    "SHOULD",
    f"{PAGE}#error-handling",
    side="client",
    since=TOOLS_SINCE,
    until=LAST,
    otherwise="no client that samples with tools was asked with results missing, or mixed",
)
def rejects_unbalanced(read: Reading) -> Observations:
    """A request with a tool's result missing, or mixed with other content, is answered with -32602.

    Providers refuse such a conversation, and the server should learn why. Looked at: clients that
    have declared `sampling.tools`, and have answered another request with a result.
    """
    able = {reply.event.session for reply in replies(read, METHOD) if reply.given and reply.event}
    for reply in replies(read, METHOD):
        wrong = _unbalanced(reply.question.params)
        if not wrong or not declared(reply.question, "sampling.tools") or reply.event is None:
            continue
        if reply.given or reply.event.session in able:
            found = error_expected(reply, INVALID_PARAMS, why=f"in which {wrong}")
            if found is not None:
                yield found


@rule(
    "sampling-client-tool-choice",
    "MUST",
    f"{PAGE}#tool-choice-modes",
    side="client",
    since=TOOLS_SINCE,
    otherwise="no model was asked with tools in the mode none or required",
)
def tool_choice(read: Reading) -> Observations:
    """With the tool choice `none` the model uses no tool, with `required` it uses one.

    A server that needs a text, or a use of a tool, gets no further with the other. Looked at:
    results for requests with tools, of clients that have declared `sampling.tools`. A model that
    was cut short by its limit of tokens need not have come to a tool.
    """
    for reply in replies(read, METHOD):
        params = reply.question.params
        mode = as_object(params.get("toolChoice")).get("mode")
        tools = params.get("tools")
        if not (reply.given and reply.event is not None and isinstance(tools, list) and tools):
            continue
        if mode not in ("none", "required") or not declared(reply.question, "sampling.tools"):
            continue
        used = any(block.get("type") == "tool_use" for block in blocks(reply.result))
        if used == (mode == "required"):
            yield Kept(reply.event)
        elif reply.result.get("stopReason") != "maxTokens":
            yield reply.finding(
                f"the model {'used a tool' if used else 'used no tool'}, with the tool choice "
                f"`{mode}`",
                "a use of a tool" if mode == "required" else "no use of a tool",
            )


@rule(
    "sampling-client-max-tokens",
    "MUST",
    f"{PAGE}#sampling-parameters",
    side="client",
    since=Revision.R2026_07_28,
    otherwise="no model answered with a text",
)
def max_tokens(read: Reading) -> Observations:
    """A model's text is no longer than `maxTokens`.

    The server has room, or means to pay, for so much. Looked at: the words of a result's texts.
    What a token is differs from model to model, so that only a text with more than twice as many
    words, and 20 besides, is surely too long.
    """
    for reply in replies(read, METHOD):
        limit = reply.question.params.get("maxTokens")
        if not (reply.given and reply.event is not None and is_integer(limit)):
            continue
        assert isinstance(limit, int)
        words = sum(len(text.split()) for text in _texts(reply))
        if words > MOST_WORDS * limit + SLACK:
            yield reply.finding(
                f"the model's text has {words} words", f"no more than {limit} tokens"
            )
        elif words:
            yield Kept(reply.event)


def _texts(reply: Reply) -> Iterator[str]:
    for block in blocks(reply.result):
        text = block.get("text")
        if block.get("type") == "text" and isinstance(text, str):
            yield text


def _unbalanced(params: JsonObject) -> str:
    """What is wrong with the uses of tools and their results in a request; "" if nothing is."""
    messages = [as_object(each) for each in as_list(params.get("messages"))]
    for message, following in zip(messages, [*messages[1:], {}], strict=True):
        kinds = {str(block.get("type")) for block in blocks(message)}
        if "tool_result" in kinds and kinds != {"tool_result"}:
            return "results of tools are mixed with other content"
        used = _ids(message, "assistant", "tool_use", "id")
        answered = _ids(following, "user", "tool_result", "toolUseId")
        if any(each not in answered for each in used):
            return "the result of a tool is missing"
    return ""


def _ids(message: JsonObject, role: str, kind: str, member: str) -> list[Json]:
    if message.get("role") != role:
        return []
    return [block.get(member) for block in blocks(message) if block.get("type") == kind]
