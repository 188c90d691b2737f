"""Resources: how clients read them."""

from typing import Final

from mcp_proof_contracts.client_run import told
from mcp_proof_contracts.error_codes import RESOURCE_NOT_FOUND
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.wire import quote

METHODS: Final = ("resources/read", "resources/subscribe", "resources/unsubscribe")


@rule(
    "resources-client-read-shape",
    "schema",
    "server/resources#reading-resources",
    side="client",
    otherwise="the client read no resource",
)
def read_shape(read: Reading) -> Observations:
    """Requests for one resource name it by its `uri`, a text.

    Without it nobody can tell which resource is meant. Looked at: the params of resources/read,
    resources/subscribe and resources/unsubscribe.
    """
    for method in METHODS:
        for exchange in read.counterpart.exchanges(method):
            if isinstance(exchange.sent.message.params.get("uri"), str):
                yield Kept(exchange.sent.event)
            else:
                yield Finding(
                    message=f"{method} names no resource",
                    expected="{uri: text}",
                    actual=quote(exchange.sent.message.params),
                    events=(exchange.sent.event,),
                )


@rule(
    "resources-client-accepts-both-codes",
    "SHOULD",
    "server/resources#error-handling",
    side="client",
    since=Revision.R2026_07_28,
    otherwise="no reading was refused with -32002, or the client did not tell what became of it",
)
def accepts_both_codes(read: Reading) -> Observations:
    """The error -32002, too, is taken to say that there is no such resource.

    Servers of earlier revisions say it so. Looked at: what the client's user is told of a reading
    that was refused with it: an error, and nothing that could be taken for a resource. In what
    words is the client's own affair.
    """
    refused = {
        exchange.sent.message.params.get("uri"): exchange
        for exchange in read.counterpart.exchanges("resources/read")
        if exchange.error_code == RESOURCE_NOT_FOUND
    }
    for each in told(read, "read"):
        exchange = refused.get(each.asked.get("uri"))
        if exchange is None:
            continue
        if not each.ok:
            yield Kept(each.event)
        else:
            yield Finding(
                message="a resource that is not there was told to be read",
                expected="an error: there is no such resource",
                actual=quote(each.value),
                events=(*exchange.evidence, each.event),
            )
