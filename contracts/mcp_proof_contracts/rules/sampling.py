"""Client features, Sampling: what a server asks the client's model, and of which client."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.questions import Question, questions
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import CONTENT_SINCE, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.undeclared import ill_formed, not_declared, only_if_declared
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_list, as_object, quote

PAGE: Final = "client/sampling"
METHOD: Final = "sampling/createMessage"
TOOLS_SINCE: Final = Revision.R2025_11_25
NOT_ASKED: Final = needs("sampling")
ELSEWHERE: Final = ("modelPreferences", "_meta")
"""Members of a request that other rules judge."""
TOOLS: Final = ("tools", "toolChoice")
CONTEXTS: Final = ("thisServer", "allServers")
TEXT: Final[JsonObject] = {"type": "text", "text": ""}


@rule(
    "sampling-server-only-if-declared",
    "MUST NOT",
    f"{PAGE}#capabilities",
    must_since=Revision.R2025_06_18,
    probes=("undeclared",),
    otherwise=NOT_ASKED,
)
def sampling_only_if_declared(read: Reading) -> Observations:
    """A server asks for sampling only where the client declared `sampling`.

    A client without a model can only fail the request, and what led to it with it. Looked at:
    requests known to ask for sampling, from a client that declares nothing; and every other
    sampling request beside what the client had declared.
    Until 2025-11-25 the duty stands under Lifecycle, Operation, and since then under Multi
    Round-Trip Requests.
    """
    yield from only_if_declared(read, METHOD, "sampling")


@rule("sampling-request-members", "schema", f"{PAGE}#creating-messages", otherwise=NOT_ASKED)
def sampling_request_members(read: Reading) -> Observations:
    """A sampling request has `messages` with role and content, `maxTokens`, and its other members.

    A client hands them to a model that refuses anything else. Looked at: the params by the
    revision's schema. Model preferences and `_meta` have rules of their own, and content that only
    a later revision has is for `negotiated-version-respected`.
    """
    for question in questions(read, METHOD):
        params = {n: v for n, v in question.params.items() if n not in ELSEWHERE}
        if "messages" in params and isinstance(params["messages"], list):
            params["messages"] = [_known(read.revision, each) for each in params["messages"]]
        wrong = problems(read.revision, "CreateMessageParams", params)
        for problem in wrong:
            yield ill_formed(question, problem, "the params of the revision's schema")
        if not wrong:
            yield Kept(question.said.event)


@rule(
    "sampling-preferences-range",
    "schema",
    f"{PAGE}#model-preferences",
    otherwise="no model was asked for with preferences",
)
def sampling_preferences_range(read: Reading) -> Observations:
    """The priorities among model preferences are numbers from 0 to 1.

    A client weighs them against each other; 10 on a scale that ends at 1 outweighs all else.
    Looked at: `modelPreferences` by the revision's schema, hints included.
    """
    for question in questions(read, METHOD):
        if "modelPreferences" not in question.params:
            continue
        wrong = problems(read.revision, "ModelPreferences", question.params["modelPreferences"])
        for problem in wrong:
            yield ill_formed(question, problem, "priorities from 0 to 1, hints with names")
        if not wrong:
            yield Kept(question.said.event)


@rule(
    "sampling-tools-only-if-declared",
    "MUST NOT",
    f"{PAGE}#tools-in-sampling",
    since=TOOLS_SINCE,
    otherwise=NOT_ASKED,
)
def sampling_tools_only_if_declared(read: Reading) -> Observations:
    """A sampling request has tools only where the client declared `sampling.tools`.

    A client that does not expect tools must refuse the request, or answers as if there were none.
    Looked at: `tools` and `toolChoice` in requests to clients that declared sampling without
    tools; those to clients without sampling are for `sampling-server-only-if-declared`.
    """
    for question in _to_clients_without(read, "tools"):
        if any(name in question.params for name in TOOLS):
            yield not_declared(question, "sampling.tools")
        else:
            yield Kept(question.said.event)


@rule(
    "sampling-include-context",
    "SHOULD NOT",
    f"{PAGE}#capabilities",
    since=TOOLS_SINCE,
    otherwise=NOT_ASKED,
)
def sampling_include_context(read: Reading) -> Observations:
    """Context of servers is asked for only where the client declared `sampling.context`.

    The values are deprecated, and a client without the capability has nothing to include. Looked
    at: `includeContext` of "thisServer" or "allServers".
    """
    for question in _to_clients_without(read, "context"):
        if question.params.get("includeContext") in CONTEXTS:
            yield not_declared(question, "sampling.context")
        else:
            yield Kept(question.said.event)


@rule(
    "sampling-tool-results-alone",
    "MUST",
    f"{PAGE}#tool-result-messages",
    since=TOOLS_SINCE,
    probes=("form-only",),
    otherwise="no sampling request held results of tools",
)
def sampling_tool_results_alone(read: Reading) -> Observations:
    """A user message with tool results holds nothing else.

    Providers have a role of their own for results, into which no text fits. Looked at: user
    messages in sampling requests that hold at least one `tool_result`.
    """
    for question in questions(read, METHOD):
        for message in as_list(question.params.get("messages")):
            kinds = [block.get("type") for block in _blocks(message)]
            if as_object(message).get("role") != "user" or "tool_result" not in kinds:
                continue
            if set(kinds) == {"tool_result"}:
                yield Kept(question.said.event)
            else:
                yield Finding(
                    message="a user message mixes tool results with other content",
                    expected="tool results alone",
                    actual=", ".join(map(str, kinds)),
                    events=question.evidence,
                )


@rule(
    "sampling-tool-use-balanced",
    "MUST",
    f"{PAGE}#tool-use-and-result-balance",
    since=TOOLS_SINCE,
    probes=("form-only",),
    otherwise="no sampling request held a use of tools",
)
def sampling_tool_use_balanced(read: Reading) -> Observations:
    """Every use of a tool is answered in the very next message, by the user.

    Providers refuse a conversation in which a use is left open. Looked at: assistant messages
    with `tool_use` in sampling requests, and whether the next message is the user's and has a
    `tool_result` for the id of each. What else is in it is for `sampling-tool-results-alone`.
    """
    for question in questions(read, METHOD):
        messages = as_list(question.params.get("messages"))
        for message, following in zip(messages, [*messages[1:], None], strict=True):
            used = _ids(message, "assistant", "tool_use", "id")
            open_ids = [
                each
                for each in used
                if each not in _ids(following, "user", "tool_result", "toolUseId")
            ]
            if open_ids:
                yield Finding(
                    message="a use of a tool is not answered by the next message",
                    expected="a user message with a `tool_result` for each `tool_use`",
                    actual=f"{quote(open_ids)} followed by {quote(following)}",
                    events=question.evidence,
                )
            elif used:
                yield Kept(question.said.event)


def _to_clients_without(read: Reading, part: str) -> Iterator[Question]:
    """The sampling requests to clients that declared sampling, but not this part of it."""
    for question in questions(read, METHOD):
        sampling = question.declared.get("sampling")
        if question.introduced and isinstance(sampling, dict) and part not in sampling:
            yield question


def _blocks(message: Json) -> list[JsonObject]:
    """The content of a message, be it one block or several."""
    content = as_object(message).get("content")
    several = as_list(content) if isinstance(content, list) else [content]
    return [block for block in several if isinstance(block, dict)]


def _ids(message: Json, role: str, kind: str, member: str) -> list[Json]:
    if as_object(message).get("role") != role:
        return []
    return [block.get(member) for block in _blocks(message) if block.get("type") == kind]


def _known(revision: Revision, message: Json) -> Json:
    """The message, with a text in the place of a block that only later revisions have."""
    content = as_object(message).get("content")
    if not isinstance(content, dict | list):
        return message
    if isinstance(content, dict):
        return {**as_object(message), "content": _known_block(revision, content)}
    return {**as_object(message), "content": [_known_block(revision, each) for each in content]}


def _known_block(revision: Revision, block: Json) -> Json:
    kind = as_object(block).get("type")
    since = CONTENT_SINCE.get(kind, revision) if isinstance(kind, str) else revision
    return TEXT if since > revision else block
