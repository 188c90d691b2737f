"""C11, C20: steps that depend on each other, and what is undone when one fails."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import Call, calls
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import as_list

STEP = "step"
UNDO = "undo"
"""The tools of the scenarios: a step has a `name` and the names of those `after` which it comes."""


@promised("client-steps-in-order", "steps", "no step depended on another")
def in_order(read: Reading, _terms: Terms) -> Observations:
    """A step begins when all that it depends on is done.

    Looked at: calls of `step`, when each began, and when those were answered that it names in
    `after`.
    """
    done = _ended(read)
    for call in _steps(read):
        for name in map(str, as_list(call.arguments.get("after"))):
            before = done.get(name)
            if before is not None and before.ended is not None and before.ended <= call.began:
                yield Kept(call.event)
            else:
                yield Finding(
                    message=f"{call.arguments.get('name')} was begun before {name} was done",
                    expected=f"a call after the answer of {name}",
                    actual="a call before it",
                    events=((before.event,) if before is not None else ()) + call.evidence,
                )


@promised("client-steps-stop", "steps", "no step failed")
def stop(read: Reading, _terms: Terms) -> Observations:
    """What depends on a step that has failed is not begun.

    Looked at: calls of `step` that were answered with a failure, and those that came later and
    name it in `after`, directly or by way of another.
    """
    failed = {str(c.arguments.get("name")): c for c in _steps(read) if not c.well}
    began = [
        (call, name)
        for call in _steps(read)
        for name in map(str, as_list(call.arguments.get("after")))
        if name in failed
    ]
    later = [(c, name) for c, name in began if c.began > (failed[name].ended or c.began)]
    for call, name in later:
        yield Finding(
            message=f"{call.arguments.get('name')} was begun though {name} has failed",
            expected="no step after one that failed",
            actual="a call",
            events=(failed[name].event, call.event),
        )
    if failed and not began and ended_by_itself(read):
        yield from (Kept(call.event) for call in failed.values())


@promised("client-steps-undone", "compensation", "no step failed that came after others")
def undone(read: Reading, _terms: Terms) -> Observations:
    """When a step fails, those that are done are undone, the last one first.

    Half a workflow is worse than none. Looked at: calls of `step` that were answered well before
    one failed, and the calls of `undo` after that; each once, in the opposite order.
    """
    steps = _steps(read)
    failed = next((call for call in steps if not call.well), None)
    if failed is None or not ended_by_itself(read):
        return
    due = [str(c.arguments.get("name")) for c in steps if c.well][::-1]
    undos = [c for c in calls(read) if c.tool == UNDO]
    made = [str(call.arguments.get("name")) for call in undos]
    if made == due and due:
        yield Kept(undos[-1].event)
    elif due:
        yield Finding(
            message=f"a step failed, and {', '.join(made) or 'nothing'} was undone",
            expected=", ".join(due),
            actual=", ".join(made) or "nothing",
            events=(*failed.evidence, *(call.event for call in undos)),
        )


def _steps(read: Reading) -> list[Call]:
    return [call for call in calls(read) if call.tool == STEP]


def _ended(read: Reading) -> dict[str, Call]:
    return {str(c.arguments.get("name")): c for c in reversed(_steps(read)) if c.well}
