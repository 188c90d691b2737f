"""What servers do to users: failures that look like success."""

import re
from typing import Final

import orjson

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.tools.called import called_as, failed_in_tool, succeeded, uncalled
from mcp_proof_contracts.rules.tools.calls import INVALID
from mcp_proof_contracts.wire import as_list, as_object, encode

ASKED_FOR: Final = re.compile(rb"error|exception|fail|crash", re.IGNORECASE)
"""What arguments hold that ask for an error: a tool that shows one has done what it was asked."""
LONGEST: Final = 20_000
"""Characters of a text that can be nothing but the message of an error."""
SENTENCE: Final = re.compile(
    r"""
      (internal[ ])?(server[ ])?error([ ](executing|calling|running|invoking)[ ][^\n:]+)?:[ ]
    | (unhandled[ ])?exception:[ ]
    | ([a-z_]\w*\.)*[a-z]\w*(error|exception):[ ]
    | an?[ ](internal[ ]|unexpected[ ]|unknown[ ])?(error|exception)[ ](has[ ])?occurred\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""How a sentence begins that says that something failed."""
TRACEBACK: Final = re.compile(
    r"Traceback \(most recent call last\):\n.+\n(\w+\.)*\w+(:[^\n]*)?", re.DOTALL
)
"""A traceback of Python, from its first line to its last."""
BESIDE: Final = frozenset(
    {
        *("error", "message", "code", "status", "success", "ok", "detail", "details", "type"),
        *("statuscode", "errorcode", "errortype", "timestamp", "iserror"),
    }
)
"""What stands in an object that is an error and nothing besides: in lower case, letters alone."""
WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
OF_OTHERS: Final = frozenset(
    {
        *("error", "errors", "exception", "exceptions", "trace", "traces", "log", "logs", "debug"),
        *("echo", "show", "read", "file", "files", "cat", "tail", "document", "resource", "output"),
        *("fetch", "http", "request", "url", "curl", "query", "sql", "search", "run", "exec"),
        *("execute", "shell", "command", "eval", "test", "tests", "call", "status", "history"),
        *("message", "messages", "text", "say", "sample", "example", "mock"),
    }
)
"""Words in the names of tools that give out what others wrote: an error of theirs is no failure."""


@rule(
    "conduct-failure-not-success",
    "implied",
    "server/tools#error-handling",
    otherwise="no call of a tool failed",
)
def failure_not_success(read: Reading) -> Observations:
    """A call that failed does not come back as a success.

    Programs go by `isError`, and so do models: a failure without it is believed, kept and passed
    on as what was asked for. Looked at: calls with good arguments whose result does not say
    `isError`, where all that it says is an error: a traceback of Python, one line such as
    `ValueError: ...`, or a JSON object with `error` and nothing of substance besides. Not looked
    at: tools that by their name give out what others wrote (files, logs, pages, output of
    programs), calls whose arguments ask for an error, and tools whose `outputSchema` foresees one.
    """
    yield from uncalled(read)
    for exchange in read.exchanges("tools/call"):
        if exchange.probe == INVALID:
            continue  # whether wrong arguments are refused is for `tools-inputs-validated`
        if failed_in_tool(exchange):
            yield Kept(exchange.sent.event)
        elif succeeded(exchange) and (error := _error(exchange)) and _is_own(read, exchange, error):
            yield Finding(
                message=f"{called_as(exchange)} failed, and its result does not say so",
                expected='`"isError": true` beside the message',
                actual=excerpt(error),
                events=exchange.evidence,
            )


def _error(exchange: Exchange) -> str:
    """Return the one text of a result, where it is an error and nothing else."""
    blocks = as_list(exchange.result.get("content"))
    text = as_object(blocks[0]).get("text") if len(blocks) == 1 else None
    if not isinstance(text, str) or len(text) > LONGEST:
        return ""
    text = text.strip()
    one_line = "\n" not in text and SENTENCE.match(text) is not None
    return text if one_line or TRACEBACK.fullmatch(text) or _is_error_object(text) else ""


def _is_error_object(text: str) -> bool:
    if not text.startswith("{"):
        return False
    try:
        members = as_object(orjson.loads(text))
    except orjson.JSONDecodeError:
        return False
    error = members.get("error")
    says = bool(error) and isinstance(error, str | dict)
    return says and {re.sub("[^a-z]", "", name.lower()) for name in members} <= BESIDE


def _is_own(read: Reading, exchange: Exchange, error: str) -> bool:
    """Whether an error is surely that of the call, and not what was asked for."""
    params = exchange.sent.message.params
    listed = read.tool_by_name.get(str(params.get("name")))
    given = encode(params.get("arguments"))
    if listed is None or ASKED_FOR.search(given) or encode(error)[1:-1] in given:
        return False
    words = {word.lower() for word in WORDS.findall(str(listed.get("name")))}
    foreseen = as_object(as_object(listed.get("outputSchema")).get("properties"))
    return not words & OF_OTHERS and "error" not in foreseen
