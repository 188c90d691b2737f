"""Basic, JSON Schema Usage: what is done with schemas that somebody else gives."""

from typing import Final

from mcp_proof_contracts.client_schemas import (
    references_left_alone,
    unresolved_references_refused,
)
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.tools.called import called_as, failed_in_tool, succeeded
from mcp_proof_contracts.transcript import Sender

PROBE: Final = "schema-argument"
REFERENCES: Final = "basic#ref-resolution"
BLIND: Final = "the tool takes an ill-formed schema too, so that it does not look at schemas"


@rule(
    "schema-no-network-ref",
    "MUST NOT",
    REFERENCES,
    side="both",
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=needs("schema_argument"),
)
def no_network_ref(read: Reading) -> Observations:
    """Nobody fetches what a `$ref` of a schema points to in the network.

    Whoever may give out a schema could make others send requests into their own network. Looked at:
    a schema that refers to a URL of ours on this machine, given to a server as an argument, or to a
    client in a tool that it calls; of a client that fetches nothing, only one that was seen to
    validate structured content. Fetching is allowed only as a mode that somebody has switched on.
    """
    if read.peer is Sender.CLIENT:
        yield from references_left_alone(read)
        return
    fetched = read.fetched(f"{PROBE}/network")
    for exchange in read.stimuli(PROBE, "network"):
        if fetched:
            yield Finding(
                message=f"{called_as(exchange)} fetched what a `$ref` of its argument points to",
                expected="no request for a `$ref`",
                actual=f"{fetched[0].data.get('method')} of the URL in `$ref`",
                events=(*exchange.evidence, *fetched[:3]),
            )
        elif not looks_at_schemas(read):
            yield Untested(BLIND)
        elif exchange.served or exchange.refused:
            yield Kept(exchange.sent.event)


@rule(
    "schema-unresolved-ref-rejected",
    "SHOULD",
    REFERENCES,
    side="both",
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=needs("schema_argument"),
)
def unresolved_ref_rejected(read: Reading) -> Observations:
    """A schema that cannot be used because of an external `$ref` is rejected.

    Taken as if the reference allowed everything, it validates nothing. Looked at: a schema that
    refers to a host which cannot exist. It counts for a tool that rejects a reference to nowhere in
    the schema itself, and so follows references at all; and for a client that was seen to validate
    structured content, which gets some under an outputSchema with such a reference.
    """
    if read.peer is Sender.CLIENT:
        yield from unresolved_references_refused(read)
        return
    follows = any(_rejected(each) for each in read.stimuli(PROBE, "dangling"))
    for exchange in read.stimuli(PROBE, "external"):
        if not looks_at_schemas(read):
            yield Untested(BLIND)
        elif not follows:
            yield Untested("the tool takes a reference to nowhere: it does not follow references")
        elif _rejected(exchange):
            yield Kept(exchange.sent.event)
        elif succeeded(exchange):
            yield Finding.about(
                exchange,
                message=f"{called_as(exchange)} took a schema with an external `$ref` that nobody"
                " has resolved",
                expected="a JSON-RPC error, or a result with `isError`",
            )


@rule(
    "schema-composition-bounds",
    "SHOULD",
    "basic#composition-keyword-resource-use",
    since=Revision.R2026_07_28,
    probes=(PROBE,),
    otherwise=needs("schema_argument"),
)
def composition_bounds(read: Reading) -> Observations:
    """A schema whose composition is costly to validate neither stops nor kills the server.

    Keywords that combine schemas multiply: a few lines can keep a validator busy for years. Looked
    at: a short schema that takes a few hundred thousand steps. A refusal is right, and so is an
    answer however late; a finding is a server that dies of it, or answers nobody meanwhile.
    """
    for exchange in read.stimuli(PROBE, "costly"):
        silence = exchange.silence
        if exchange.answer is None and silence is not None and silence.data.get("alive") is True:
            yield Untested("not answered in time, by a server that answers others meanwhile")
        elif silence is not None:
            yield Finding.about(
                exchange,
                message=f"{called_as(exchange)} stopped the server with a schema that combines"
                " many others",
                expected="an answer, or answers to others meanwhile",
            )
        elif exchange.answer is not None and looks_at_schemas(read):
            yield Kept(exchange.sent.event)
        elif exchange.answer is not None:
            yield Untested(BLIND)


def looks_at_schemas(read: Reading) -> bool:
    """Whether a good schema was taken and an ill-formed one was not."""
    good = any(succeeded(each) for each in read.stimuli(PROBE, "good"))
    return good and any(map(_rejected, read.stimuli(PROBE, "ill-formed")))


def _rejected(exchange: Exchange) -> bool:
    return exchange.refused or failed_in_tool(exchange)
