"""C22: answers that come in any order belong to their requests."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_run import told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import as_list, as_object, encode, quote


@promised("client-answers-matched", "matching", "the client had no two requests under way")
def matched(read: Reading, _terms: Terms) -> Observations:
    """Whoever asked gets the answer to what was asked, in whatever order answers come.

    Looked at: several calls at once over one connection, and what the user was told of each: our
    answer has the arguments of its call in it.
    """
    for outcome in told(read, "together"):
        asked = as_list(as_object(outcome.event.data.get("asked")).get("wishes"))
        values = as_list(outcome.value)
        if len(values) != len(asked):
            continue
        for wish, value in zip(asked, values, strict=True):
            given = as_object(as_object(wish).get("arguments"))
            if all(encode(each)[1:-1] in encode(value) for each in given.values()):
                yield Kept(outcome.event)
            else:
                yield Finding(
                    message="the answer to another call was given",
                    expected=f"an answer with {quote(given)}",
                    actual=quote(value),
                    events=(outcome.event,),
                )
