"""Prompts, Error Handling: requests that cannot be served."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, INVALID_PARAMS
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule

ERRORS: Final = "server/prompts#error-handling"
INPUT_REQUIRED: Final = "input_required"


@rule(
    "prompts-unknown-name-32602",
    "SHOULD",
    ERRORS,
    probes=("unknown-prompt",),
    otherwise="the `prompts` capability was not declared, or the request was not answered",
)
def unknown_name(read: Reading) -> Observations:
    """A prompt that does not exist is refused with -32602.

    By the code a client tells a name that is gone from a server that is broken.
    """
    for exchange in _gets(read, "unknown-prompt"):
        yield from _refused(exchange, INVALID_PARAMS, "an unknown prompt")


@rule(
    "prompts-missing-argument-32602",
    "SHOULD",
    ERRORS,
    probes=("missing-prompt-argument",),
    otherwise="no prompt with a required argument is listed, or the request was not answered",
)
def missing_argument(read: Reading) -> Observations:
    """A prompt that is got without a required argument is refused with -32602.

    Served all the same, it leads a model with a hole in its instructions. Looked at: prompts that
    list a required argument, got without any. A server of 2026-07-28 may also ask for what is
    missing.
    """
    for exchange in _gets(read, "missing-prompt-argument"):
        if exchange.result.get("resultType") == INPUT_REQUIRED:
            yield Untested("the server asks for what is missing")
        else:
            yield from _refused(exchange, INVALID_PARAMS, "a missing required argument")


@rule(
    "prompts-internal-error-code",
    "SHOULD",
    ERRORS,
    probes=("prompt-failure",),
    otherwise=needs("prompt_failure"),
)
def internal_error_code(read: Reading) -> Observations:
    """A prompt that fails inside the server is refused with -32603.

    Another code blames the client, which then corrects what was right. Looked at: a prompt that
    the user has named as one that fails.
    """
    for exchange in _gets(read, "prompt-failure"):
        if exchange.served:
            yield Untested("the prompt that was to fail in the server did not fail")
        else:
            yield from _refused(exchange, INTERNAL_ERROR, "a failure inside the server")


def _gets(read: Reading, probe: str) -> Iterator[Exchange]:
    """The probe's requests; a session that it had to begin anew bears its name too."""
    return (e for e in read.stimuli(probe) if e.sent.message.method == "prompts/get")


def _refused(exchange: Exchange, code: int, what: str) -> Observations:
    """Judge the code; what was not answered at all is for the rules of JSON-RPC."""
    if exchange.error_code == code:
        yield Kept(exchange.sent.event)
    elif exchange.served or exchange.error_code is not None:
        yield Finding.about(
            exchange,
            message=f"{what} was not refused with {code}",
            expected=f"error {code}",
        )
