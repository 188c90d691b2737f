"""C1: what is called was listed, and takes what it is given; lists are kept for a while."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import calls, server_of
from mcp_proof_contracts.client_run import ended_by_itself, told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.tool_schema import instance_problems
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_contracts.wire import as_object, quote

SOONER = 0.9
"""The part of the time to live within which a list is certainly not asked for again."""


@promised("client-discovery-listed", "discovery", "the client was asked for no tool that is none")
def listed(read: Reading, _terms: Terms) -> Observations:
    """Only tools that the server has listed are called.

    Models make names up, and tools go away: the client knows before the server has to say it.
    Looked at: the names that are called, beside all that were listed. It is kept where the user was
    told that a call came to nothing, and the server was not asked.
    """
    known = read.counterpart.tool_by_name
    wrong = [call for call in calls(read) if call.tool not in known]
    for call in wrong:
        yield Finding(
            message=f"{call.tool} was called, which no list has",
            expected=f"one of {', '.join(known) or 'the tools that a list has'}",
            actual=call.tool,
            events=call.evidence,
        )
    if not wrong and ended_by_itself(read) and any(call.well for call in calls(read)):
        yield from (Kept(outcome.event) for outcome in told(read, "call") if not outcome.ok)


@promised("client-arguments-checked", "discovery", "the client was given no wrong arguments")
def checked(read: Reading, _terms: Terms) -> Observations:
    """Arguments that the input schema of a tool does not allow are not sent.

    Looked at: the arguments of each call of a listed tool, judged by the schema that was listed. It
    is kept where the user was told that a call came to nothing, and the server was not asked.
    """
    known = read.counterpart.tool_by_name
    wrong = 0
    for call in calls(read):
        schema = as_object(as_object(known.get(call.tool)).get("inputSchema"))
        problems = list(instance_problems(schema, call.arguments)) if schema else []
        wrong += len(problems)
        if problems:
            yield Finding(
                message=f"{call.tool} was called with wrong arguments: {problems[0]}",
                expected="arguments that its input schema allows",
                actual=quote(call.arguments),
                events=call.evidence,
            )
    if not wrong and ended_by_itself(read) and any(call.well for call in calls(read)):
        yield from (Kept(outcome.event) for outcome in told(read, "call") if not outcome.ok)


@promised("client-discovery-goes-on", "discovery", "no server was down, or there was no other")
def goes_on(read: Reading, _terms: Terms) -> Observations:
    """A server that is down does not keep the client from asking the others for their tools.

    Looked at: the servers beside the main one, and which of them were asked for their tools, once
    the client was told to look everywhere and has ended by itself.
    """
    there = {
        str(event.data.get("target")): event
        for event in read.events(EventKind.OPEN)
        if event.sender is Sender.SERVER
    }
    asked = {server_of(each.sent.event): each.sent.event for each in _lists(read)}
    for name, event in there.items():
        if name in asked:
            yield Kept(asked[name])
        elif asked and ended_by_itself(read):
            yield Finding(
                message=f"the server {name} was not asked for its tools",
                expected="tools/list at every server that is there",
                actual=f"tools/list at {', '.join(each or 'the main one' for each in asked)}",
                events=(event,),
            )


@promised("client-discovery-cached", "discovery", "tools were not asked for twice")
def cached(read: Reading, terms: Terms) -> Observations:
    """A list of tools that is known is not asked for again until its time is over.

    Looked at: requests for the first page of the list, and the time since it was answered last. It
    is kept where the user got the tools meanwhile, and the server was not asked.
    """
    fresh = terms.seconds("ttl_ms") * SOONER
    answered: float | None = None
    for exchange in _lists(read):
        at = exchange.sent.event.at
        if answered is not None and at - answered < fresh:
            yield Finding.about(
                exchange,
                message=f"tools were listed again after {(at - answered) * 1000:.0f} ms",
                expected=f"no list for {terms.count('ttl_ms')} ms",
            )
        if exchange.served and exchange.answer is not None:
            got = [each for each in told(read, "list") if each.ok and each.event.at > at]
            answered = exchange.answer.event.at
            yield from (Kept(e.event) for e in got[1:] if e.event.at - answered < fresh)


def _lists(read: Reading) -> list[Exchange]:
    return [
        each
        for each in read.counterpart.exchanges("tools/list")
        if "cursor" not in each.sent.message.params
    ]
