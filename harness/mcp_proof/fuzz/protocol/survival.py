"""Whether the server survived a case: as it was, or by closing cleanly.

After each malformed message a good request is sent, on the same session and on a fresh one
(JSON-RPC 2.0, section 5; basic, Messages). Tolerated are any error, silence to what is no request,
a session that is ended, over HTTP by refusing it, and a process that ends with 0.
"""

from collections.abc import Iterator
from typing import Final

from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.protocol.case import ProtocolCase
from mcp_proof.fuzz.protocol.observation import Control, Ending, ProtocolObservation
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.internals import STACK_TRACE
from mcp_proof_contracts.rule import Level

INTERNAL: Final = 1011
CUT_OFF: Final = 1006
"""Codes of a WebSocket (RFC 6455, section 7.4.1): the server's own fault, and no close at all."""
DUE: Final = "an error or silence, and the next good request answered; or a clean close"
PANIC: Final = ("panic: ", "panicked at", "Segmentation fault", "core dumped")


def judge_survival(case: ProtocolCase, observation: ProtocolObservation) -> Iterator[Complaint]:
    """Yield what is wrong with the life of the server after a case."""
    ending = observation.ending
    if ending is not None:
        yield from _judge_ending(ending)
    if observation.control is Control.SILENT:
        # JSON-RPC 2.0, section 5: a call is answered; binding by basic, Messages.
        yield Complaint(
            oracle="hang",
            level=Level.MUST,
            message="after it a good request is not answered any more, though the session is open",
            expected=DUE,
            actual="no answer to a good request",
        )
    elif observation.control is Control.REFUSED and _is_stuck(case, observation):
        yield _dead("after it every good request is refused", "an error where a result came before")
    elif observation.afresh in (Control.GONE, Control.SILENT):
        yield _dead(
            "after it the server cannot be reached any more",
            "neither the same session nor a fresh one answers a good request",
        )


def _is_stuck(case: ProtocolCase, observation: ProtocolObservation) -> bool:
    """Whether a session that is open is of no use: over HTTP refusing one is how it is ended."""
    return observation.afresh is Control.REFUSED or case.transport != "http"


def _dead(message: str, actual: str) -> Complaint:
    return Complaint(
        oracle="dead-after", level=Level.MUST, message=message, expected=DUE, actual=actual
    )


def _judge_ending(ending: Ending) -> Iterator[Complaint]:
    """A process that ends with 0 has closed cleanly, and so has a WebSocket with its code.

    No clause lets one malformed message end the service for all others (JSON-RPC 2.0, section 5.1
    has errors for it), and a signal or an uncaught exception is nobody's choice. An exit with a
    code and without a trace is one: the server said no, though not in the protocol.
    """
    code, told = ending.exit_code, _last_words(ending.stderr)
    if code is not None and code < 0:
        yield _crash(f"it ends the process by signal {-code}", told)
    elif code is not None and _is_trace(ending.stderr):
        yield _crash(f"it ends the process by an uncaught error (exit code {code})", told)
    elif code:
        yield _crash(f"it ends the process with exit code {code}", told, Level.SHOULD)
    elif ending.close_code == CUT_OFF:
        yield _crash("it ends the WebSocket without a close", "1006")
    elif ending.close_code == INTERNAL:
        yield _crash("it closes the WebSocket with 1011, an internal error", "1011", Level.SHOULD)


def _crash(message: str, told: str, level: Level = Level.MUST) -> Complaint:
    return Complaint(oracle="crash", level=level, message=message, expected=DUE, actual=told)


def _is_trace(stderr: str) -> bool:
    return STACK_TRACE.search(stderr) is not None or any(word in stderr for word in PANIC)


def _last_words(stderr: str) -> str:
    lines = [line for line in stderr.splitlines() if line.strip()]
    return excerpt(" / ".join(lines[-3:])) if lines else "nothing on stderr"
