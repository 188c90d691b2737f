"""C4: a token that is no longer taken is replaced once, and shown to nobody else."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import calls, tries
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.transcript import CANARIES, Event, EventKind

TOKEN = f"{CANARIES}token"
UNAUTHORIZED = 401
FORBIDDEN = 403


@promised("client-token-refreshed", "token_refresh", "no call was answered with 401")
def refreshed(read: Reading, _terms: Terms) -> Observations:
    """After 401 the client gets a new token, once, and makes the call again, once.

    Without it the user's call is lost; without a bound, a token that is never taken makes a loop.
    Looked at: calls that were answered with 401, the requests for a token, and the further tries.
    """
    for made in tries(read).values():
        if made[0].code != UNAUTHORIZED:
            continue
        fetched = [event for event in _fetched(read) if event.at > made[0].began]
        evidence = (*(event for call in made[:5] for event in call.evidence), *fetched[:5])
        if len(made) > 2 or len(fetched) > 1:  # noqa: PLR2004  # once more
            yield Finding(
                message=f"{made[0].tool} was tried {len(made)} times, with {len(fetched)} tokens",
                expected="one new token, and one further try",
                actual=f"{len(made)} tries, {len(fetched)} tokens",
                events=evidence,
            )
        elif len(made) > 1 and fetched:
            yield Kept(made[1].event)
        elif ended_by_itself(read):
            yield Finding(
                message=f"{made[0].tool} was answered with 401, and not made again",
                expected="a new token, and one further try",
                actual=f"{len(made)} tries, {len(fetched)} tokens",
                events=evidence,
            )


@promised("client-token-403-final", "token_refresh", "no call was answered with 403")
def forbidden(read: Reading, _terms: Terms) -> Observations:
    """After 403 no token is fetched, and the call is not made again.

    The token was taken, its owner may not do this: a new one says the same. Looked at: calls that
    were answered with 403.
    """
    for made in tries(read).values():
        if made[0].code != FORBIDDEN:
            continue
        fetched = [event for event in _fetched(read) if event.at > made[0].began]
        if len(made) > 1 or fetched:
            yield Finding(
                message=f"{made[0].tool} was answered with 403, and the client went on",
                expected="no new token, and no further try",
                actual=f"{len(made)} tries, {len(fetched)} tokens",
                events=(*made[0].evidence, *fetched[:5]),
            )
        elif ended_by_itself(read):
            yield Kept(made[0].event)


@promised("client-token-own-server", "token_refresh", "no other server was called")
def own_server(read: Reading, _terms: Terms) -> Observations:
    """A token is shown to no server but the one that it is for.

    Whoever runs the other server could use it. Looked at: calls of servers beside the main one, for
    which the client was given no token.
    """
    for call in calls(read):
        if call.server == "":
            continue
        if "authorization" in call.headers:
            yield Finding(
                message=f"the server {call.server} was shown a token",
                expected="no header Authorization",
                actual="a header Authorization",
                events=call.evidence,
            )
        else:
            yield Kept(call.event)


def _fetched(read: Reading) -> list[Event]:
    return [event for event in read.events(EventKind.HTTP_REQUEST) if event.session == TOKEN]
