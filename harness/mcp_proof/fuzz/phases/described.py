"""Servers that an OpenAPI document describes: Schemathesis' own phases and checks, once for all."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from mcp_proof.dialects.over_http import HttpToolServer
from mcp_proof.errors import InternalError, PeerError
from mcp_proof.fuzz.events import FailureFound, NotTried, OperationFinished, OperationStarted
from mcp_proof.fuzz.failure import Complaint, Failure
from mcp_proof.fuzz.rest.failure import RestFailure, RestNotTried
from mcp_proof.fuzz.rest.fuzzing import fuzz_rest
from mcp_proof.fuzz.stop import Stopped
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.rule import Level
from mcp_proof_contracts.transcript import EventKind

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.fuzzed import Fuzzed

LABEL: Final = "OpenAPI document"
DESCRIBED: Final = (Dialect.REST, Dialect.OPENAPI_JSONRPC)


def applies(campaign: "Campaign") -> bool:
    """Whether this is to be tried."""
    described = campaign.peer.server.spoken in DESCRIBED
    return described and not campaign.options.tools and campaign.options.wants(LABEL)


def run(campaign: "Campaign", chosen: "Sequence[Fuzzed]") -> None:
    """Let Schemathesis try the whole server; tools that may not be called are none of it."""
    server = campaign.peer.server
    assert isinstance(server, HttpToolServer)
    campaign.tell(OperationStarted(label=LABEL, number=1, total=1))
    try:
        cases = campaign.peer.await_(_try, campaign, server, chosen)
    except Stopped as end:
        campaign.tell(NotTried(label=LABEL, reason=campaign.why(end)))
        raise
    except InternalError as error:
        campaign.faults.append(f"{error}\n")
        campaign.tell(NotTried(label=LABEL, reason="Schemathesis could not do its work"))
        return
    except PeerError as error:
        campaign.tell(NotTried(label=LABEL, reason=str(error)))
        return
    campaign.cases += cases
    campaign.tell(OperationFinished(label=LABEL, cases=cases))


async def _try(campaign: "Campaign", server: HttpToolServer, chosen: "Sequence[Fuzzed]") -> int:
    """Tell what Schemathesis finds; return how many requests it has sent."""
    options, before = campaign.options, len(campaign.peer.events)
    found = fuzz_rest(
        server,
        permitted=[each.operation.name for each in chosen],
        seed=options.seed,
        max_examples=options.max_examples,
        seconds=campaign.peer.seconds_left,
        rate=options.rate,
        reports=options.schemathesis,
    )
    async with aclosing(found) as each:
        async for one in each:
            campaign.tell(_told(one, options.seed))
    sent = campaign.peer.events[before:]
    return sum(event.kind is EventKind.HTTP_REQUEST for event in sent)


def _told(found: RestFailure | RestNotTried, seed: int) -> FailureFound | NotTried:
    if isinstance(found, RestNotTried):
        return NotTried(label=LABEL, reason=f"{found.operation}: {found.reason}")
    complaint = Complaint(
        oracle=found.check,
        level=Level.MUST,
        detail=found.operation,
        message=f"{found.operation}: {found.message}",
        expected="what the OpenAPI document says of the server",
        actual=found.response,
    )
    failure = Failure(
        operation=LABEL,
        complaint=complaint,
        case=None,
        reproduce=found.reproduce,
        reproduced=True,
        seen=1,
        seed=seed,
    )
    return FailureFound(failure=failure)
