"""C21: a failure is not taken for a success."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import calls
from mcp_proof_contracts.client_run import told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import as_list, as_object, quote


@promised("client-failure-told", "failures", "no call failed")
def failure_told(read: Reading, _terms: Terms) -> Observations:
    """When a tool fails, the user is told of an error.

    The request was answered well, and only the answer says that nothing came of it: `isError`, or
    `successful: false` of REST. Looked at: such answers, and what the user was told next.
    """
    for call in calls(read):
        if call.outcome != "failed":
            continue
        later = [outcome for outcome in told(read, "call") if outcome.event.at > call.began]
        for outcome in later[:1]:
            if outcome.ok:
                yield Finding(
                    message=f"{call.tool} failed, and the user was told that it went well",
                    expected="an error",
                    actual=quote(outcome.value),
                    events=(*call.evidence, outcome.event),
                )
            else:
                yield Kept(outcome.event)


@promised("client-empty-told", "failures", "no answer was empty")
def empty_told(read: Reading, _terms: Terms) -> Observations:
    """When an answer of REST has no results in it, the user is told of an error.

    Looked at: answers with `successful: true` and no results, and what the user was told next.
    """
    if read.spoken is not Dialect.REST:
        return
    for call in calls(read):
        answer = as_object(call.value)
        if not call.well or as_list(as_object(answer.get("data")).get("results")):
            continue
        later = [outcome for outcome in told(read, "call") if outcome.event.at > call.began]
        for outcome in later[:1]:
            if outcome.ok:
                yield Finding(
                    message=f"{call.tool} gave no result, and the user was told that all was well",
                    expected="an error",
                    actual=quote(outcome.value),
                    events=(*call.evidence, outcome.event),
                )
            else:
                yield Kept(outcome.event)
