"""Patterns, Multi Round-Trip Requests: a retry with the answers leads on."""

from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS, JSON_RPC
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.mrtr.chains import Chain, chains
from mcp_proof_contracts.rules.mrtr.traffic import PROBE, completed, varied

WORKFLOW: Final = "patterns/mrtr#basic-workflow"
SINCE: Final = Revision.R2026_07_28
SEVERAL: Final = 2
CERTAIN: Final = 6
"""Rounds after which a server that asks the same by turns can be said to forget."""
ASKED_ON: Final = "the server asks again and again, as it may"


@rule(
    "mrtr-works-on-tools",
    "implied",
    WORKFLOW,
    since=SINCE,
    otherwise=needs("elicitation"),
)
def mrtr_works_on_tools(read: Reading) -> Observations:
    """A tool call that asked for input completes when it is retried with valid answers.

    Looked at: tool calls whose every question got an answer of the right form, accepted by the
    user. A refusal with one of the codes of JSON-RPC is a finding: what a tool finds wrong with
    an answer it says by `isError`, or by asking again, which it may do without end.
    """
    for chain in chains(read, "tools/call"):
        yield from _led_on(chain)


@rule(
    "mrtr-works-on-prompts-resources",
    "implied",
    "patterns/mrtr#supported-requests",
    since=SINCE,
    otherwise="needs a prompt or a resource that asks the user by a form: none was seen; name one "
    "in a contract file, under verify.occasions.elicitation",
)
def mrtr_works_on_prompts_resources(read: Reading) -> Observations:
    """A prompt or a reading that asked for input completes when it is retried with valid answers.

    The three methods work alike. A refusal with -32602 is not judged: here it may be about what
    was answered, for which tools have `isError`.
    """
    for chain in chains(read, "prompts/get", "resources/read"):
        if chain.last.error_code == INVALID_PARAMS:
            yield Untested("the retry was refused with -32602, which may be about the answers")
        else:
            yield from _led_on(chain)


@rule(
    "mrtr-multi-round",
    "implied",
    "patterns/mrtr#server-requirements-basic-workflow",
    since=SINCE,
    otherwise=needs("rounds"),
)
def mrtr_multi_round(read: Reading) -> Observations:
    """A request that asks in several rounds remembers the earlier ones, and comes to an end.

    Each retry carries the newest answers alone; the earlier ones have to travel in
    `requestState`. Looked at: calls that asked at least twice and got good answers each time. One
    that is refused after its second round is a finding, and one that has asked the same questions
    by turns for six rounds.
    """
    for chain in chains(read, "tools/call", "prompts/get", "resources/read"):
        asked = chain.questions
        if len(asked) < SEVERAL:
            continue
        by_turns = asked[0] != asked[1] and asked[SEVERAL:] == asked[:-SEVERAL]
        if completed(chain.last):
            yield Kept(chain.last.sent.event)
        elif _refused(chain) or (by_turns and len(asked) >= CERTAIN):
            done = "refused" if _refused(chain) else "asked for the answers of the first again"
            yield Finding(
                message=f"{chain.last.sent.message.method} was {done} after its second round",
                expected="a result made of the answers of all rounds, or further questions",
                actual=chain.last.outcome,
                events=chain.evidence,
            )
        else:
            yield Untested(ASKED_ON)


@rule(
    "mrtr-retry-self-contained",
    "MUST",
    WORKFLOW,
    since=SINCE,
    transport="http",
    probes=(PROBE,),
    otherwise=needs("elicitation"),
)
def mrtr_retry_self_contained(read: Reading) -> Observations:
    """A retry is completed on another connection than the request that it repeats.

    All that the server needs is in the retry: a client may reconnect between the rounds, and a
    balancer may choose another server. Looked at: a retry on a new connection, with other requests
    in between, where the same retry was completed on the first connection. Over stdio a new
    connection is a new process, which may have another key; that is not judged here.
    """
    for exchange in varied(read, "elsewhere"):
        if completed(exchange):
            yield Kept(exchange.sent.event)
        elif exchange.refused:
            yield Finding.about(
                exchange,
                message=f"the retry of {exchange.sent.message.method} is refused on another "
                "connection",
                expected="the result that it has on the connection of the first request",
            )
        else:
            yield Untested("the retry on another connection was answered in another way")


def _led_on(chain: Chain) -> Observations:
    if completed(chain.last):
        yield Kept(chain.last.sent.event)
    elif _refused(chain) and chain.rounds == 1:
        yield Finding(
            message=f"the retry of {chain.last.sent.message.method} with valid answers is refused",
            expected="a complete result, or further questions",
            actual=chain.last.outcome,
            events=chain.evidence,
        )
    else:
        yield Untested(ASKED_ON)


def _refused(chain: Chain) -> bool:
    return chain.last.refused and chain.last.error_code in JSON_RPC
