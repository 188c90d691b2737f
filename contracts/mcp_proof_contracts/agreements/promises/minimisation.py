"""C14: what must not leave does not leave."""

from collections.abc import Iterator

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import calls
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations


@promised("client-fields-withheld", "minimisation", "no tool was called")
def withheld(read: Reading, terms: Terms) -> Observations:
    """Members that must not leave are in no arguments, however deep.

    Whoever runs the server, or reads its logs, gets to see all that is sent. Looked at: the names
    of all members of the arguments of each call; the client was given some with these names.
    """
    fields = set(terms.texts("fields"))
    for call in calls(read):
        sent = sorted(fields.intersection(_members(call.arguments)))
        if sent:
            yield Finding(
                message=f"{call.tool} was sent {', '.join(sent)}",
                expected=f"arguments without {', '.join(sorted(fields))}",
                actual=f"members {', '.join(sorted(set(_members(call.arguments))))}",
                events=call.evidence,
            )
        else:
            yield Kept(call.event)


def _members(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _members(each)
    elif isinstance(value, list):
        for each in value:
            yield from _members(each)
