"""Whether what came back shows the inside of the server."""

import html
from collections.abc import Iterator

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.protocol.observation import ProtocolObservation
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.internals import STACK_TRACE
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.secrets.known import known_secrets, masked
from mcp_proof_contracts.wire import Message

EXPECTED = "one concise sentence"


def judge_leaks(observation: ProtocolObservation) -> Iterator[Complaint]:
    """Yield each kind of leak once.

    A stack trace is advice, as the rule `errors-no-internals` has it; a secret weighs more. A path
    alone is no fault.
    """
    texts = [_error_text(message) for message in observation.messages]
    texts += [_as_lines(reply.body) for reply in observation.replies]
    for text in texts:
        if trace := STACK_TRACE.search(text):
            yield Complaint(
                oracle="leak",
                level=Level.ADVICE,
                message="the refusal holds a stack trace",
                expected=EXPECTED,
                actual=excerpt(trace[0].strip()),
            )
            break
    for text in texts:
        for kind, secret in known_secrets(text):
            yield Complaint(
                oracle="leak",
                level=Level.SHOULD,
                message=f"the refusal gives out {kind}",
                expected=EXPECTED,
                actual=masked(secret),
            )


def _error_text(message: Message) -> str:
    text = message.error.get("message")
    return text if isinstance(text, str) else ""


def _as_lines(body: str) -> str:
    """A page as the lines that a reader sees."""
    return html.unescape(body.replace("<br>", "\n")).replace("\xa0", " ")
