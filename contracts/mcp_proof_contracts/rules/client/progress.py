"""Progress: that clients of 2026-07-28 report none."""

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.wire import PROGRESS, Kind


@rule(
    "progress-26-client-none",
    "schema",
    "utilities/progress#progress-flow",
    side="client",
    since=Revision.R2026_07_28,
    otherwise="the client said nothing",
)
def client_none(read: Reading) -> Observations:
    """A client reports no progress.

    Servers no longer send requests, so that there is nothing on which to report. Looked at: every
    request and notification of the client. The schema's ClientNotification has no such member.
    """
    for said in read.messages(Kind.REQUEST, Kind.NOTIFICATION):
        if said.message.method == PROGRESS:
            yield Finding(
                message="the client reported progress",
                expected=f"no `{PROGRESS}`",
                actual=said.message.excerpt,
                events=(said.event,),
            )
        else:
            yield Kept(said.event)
