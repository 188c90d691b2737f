"""Tools, Security Considerations: servers sanitize what their tools give out."""

import re
from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.tools.called import uncalled
from mcp_proof_contracts.secrets.known import known_secrets, masked
from mcp_proof_contracts.wire import as_list, as_object, encode

LINES: Final = 1000
LINE: Final = 400
"""Lines, and characters of each, in which a stack trace is looked for."""
STACK_TRACES: Final = {
    "a Python traceback": re.compile(
        r"Traceback \(most recent call last\):\s+File \"[^\"\n]+\", line \d+"
    ),
    "a JavaScript stack trace": re.compile(
        r"^[ \t]+at [^\n]*?(?:node:[\w/]+|[\\/][^\n()]*\.[cm]?[jt]sx?):\d+:\d+\)?[ \t]*$",
        re.MULTILINE,
    ),
    "a Java stack trace": re.compile(
        r"^[ \t]+at [\w.$/<>]+\([\w$]+\.(?:java|kt|scala|groovy):\d+\)", re.MULTILINE
    ),
    "a .NET stack trace": re.compile(
        r"^[ \t]+at [^\n]+\) in [^\n]+\.(?:cs|fs|vb):line \d+", re.MULTILINE
    ),
    "a Go stack trace": re.compile(r"^goroutine \d+ \[[^\]\n]+\]:\n\S+\(", re.MULTILINE),
    "a Rust panic": re.compile(r"^thread '[^'\n]+' .*panicked at [^\n]+\.rs:\d+:\d+", re.MULTILINE),
}


@rule(
    "tools-output-sanitized",
    "MUST",
    "server/tools#security-considerations",
    otherwise="no tool gave text",
)
def output_sanitized(read: Reading) -> Observations:
    """What a tool gives out holds neither a stack trace nor a secret.

    It goes into a model's context and often to a third party; a trace shows an attacker the
    inside of the server. Looked at: the text of every tool result. A stack trace is a
    finding only in a result that says `isError`: elsewhere it may be the very thing asked for, as
    in a log file. A secret is one that begins as its issuer's keys do, and that was not among the
    arguments. A path alone is never a fault.
    """
    yield from uncalled(read)
    for exchange in read.results("tools/call"):
        assert exchange.answer is not None
        result = exchange.result
        given = encode(exchange.sent.message.params.get("arguments")).decode(errors="replace")
        texts = list(_texts(result))
        found = [leak for text in texts for leak in _leaks(text, given, result)]
        if texts and not found:
            yield Kept(exchange.answer.event)
        name = exchange.sent.message.params.get("name")
        for leak, shown in found:
            yield Finding(
                message=f"the tool {name!r} gave out {leak}",
                expected="a message about the failure, without the inside of the server",
                actual=shown,
                events=exchange.evidence,
            )


def _leaks(text: str, given: str, result: JsonObject) -> Iterator[tuple[str, str]]:
    """Each kind of leak in a text, with as much of it as may be shown."""
    if result.get("isError") is True:
        beginning = "\n".join(line[:LINE] for line in text.splitlines()[:LINES])
        for leak, pattern in STACK_TRACES.items():
            if (match := pattern.search(beginning)) is not None:
                yield leak, excerpt(match[0].strip())
    for leak, secret in known_secrets(text):
        if secret not in given:
            yield leak, masked(secret)


def _texts(result: JsonObject) -> Iterator[str]:
    for block in map(as_object, as_list(result.get("content"))):
        for text in (block.get("text"), as_object(block.get("resource")).get("text")):
            if isinstance(text, str):
                yield text
