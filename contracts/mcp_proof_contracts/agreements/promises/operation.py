"""C7: what takes long is followed to its end, and no further."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import Call, calls
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import as_object


@promised("client-operation-followed", "operation", "no operation was looked at")
def followed(read: Reading, terms: Terms) -> Observations:
    """An operation is looked at until it is over, and not after that.

    Who stops early does not know what came of it; who goes on keeps a server busy for nothing.
    Looked at: calls of the tool that tells the status, by `operation_id`, and whether one of the
    statuses was seen that are the last.
    """
    over = set(terms.texts("over"))
    by_operation: dict[str, list[Call]] = {}
    for call in calls(read):
        if call.tool == terms.text("status_tool") and call.well:
            by_operation.setdefault(str(call.arguments.get("operation_id")), []).append(call)
    for operation, made in by_operation.items():
        statuses = [_status(call) for call in made]
        ends = [number for number, status in enumerate(statuses) if status in over]
        if ends and ends[0] + 1 == len(made):
            yield Kept(made[-1].event)
        elif ends or ended_by_itself(read):
            how = "after its end" if ends else "not to its end"
            yield Finding(
                message=f"the operation {operation} was followed {how}",
                expected=f"calls until the status is {' or '.join(sorted(over))}",
                actual=", ".join(statuses),
                events=tuple(call.event for call in made[-8:]),
            )


def _status(call: Call) -> str:
    value = as_object(call.value)
    return str(as_object(value.get("structuredContent")).get("status", value.get("status")))
