"""The server is gone, or drops the connection, instead of answering (JSON-RPC 2.0, section 5).

Looked at is how the wait for an answer ended: the process has ended, or the connection closed. An
error of the protocol, a refusal and a result that says it failed are answers.
"""

from collections.abc import Iterator, Sequence

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.observation import Ending, Observation, telling
from mcp_proof.fuzz.oracles.signature import signature
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.transcript import EventKind


def judge(seen: Sequence[Observation]) -> Iterator[Complaint]:
    """Complain where no answer came because the server or its connection ended."""
    last = telling(seen)
    if last.ending in (Ending.CRASHED, Ending.DROPPED):
        crashed = last.ending is Ending.CRASHED
        yield Complaint(
            oracle="crash",
            level=Level.MUST,
            detail=signature(last.printed[-1]) if crashed and last.printed else last.ending,
            message=(
                "the server ended instead of answering"
                if crashed
                else "the connection ended without an answer"
            ),
            expected="an answer to every request, and a server that goes on",
            actual=_how(last),
        )


def _how(last: Observation) -> str:
    codes = [e.data.get("exit_code") for e in last.events if e.kind is EventKind.CLOSE]
    parts = [_exit(code) for code in codes if isinstance(code, int)]
    if last.printed:
        parts.append(f"its last line on stderr: {excerpt(last.printed[-1])}")
    why = last.outcome.failure.text if last.outcome.failure is not None else ""
    return "; ".join(parts) or why or "no answer"


def _exit(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
