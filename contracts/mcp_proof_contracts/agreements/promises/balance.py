"""C18: many servers share the calls, each key has its place, and tenants stay apart."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import by_server, calls
from mcp_proof_contracts.client_run import told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import as_object, encode, quote


@promised("client-balance-healthy", "balance", "no server failed")
def healthy(read: Reading, terms: Terms) -> Observations:
    """A server that has failed gets no further calls, while others are well.

    Looked at: servers whose calls came to nothing, and how many calls they got; as many as
    `failures` says may be needed to know, times the tries where retries are promised too.
    """
    retry = terms.beside("retry")
    most = terms.count("failures") * (retry.count("attempts") if retry is not None else 1)
    for name, made in by_server(calls(read)).items():
        failed = [call for call in made if call.transient]
        if not failed:
            continue
        if len(made) > most:
            yield Finding(
                message=f"{name} got {len(made)} calls, though {len(failed)} of them failed",
                expected=f"{most} calls at most",
                actual=f"{len(made)} calls",
                events=tuple(call.event for call in made[:10]),
            )
        else:
            yield Kept(made[-1].event)


@promised("client-balance-spread", "balance", "too few calls were made to be spread")
def spread(read: Reading, terms: Terms) -> Observations:
    """By round robin, servers that are well get the same number of calls.

    Looked at: how many calls each server got that never failed: no two of them differ by more than
    one, and by one more for each call that failed elsewhere. Other policies (at random, to whom has
    least to do) may give some of a few calls to one server alone, and are not looked at.
    """
    if terms.text("policy") != "round-robin":
        yield Untested("only round robin says which server is the next")
        return
    made = by_server([call for call in calls(read) if call.server])
    well = {name: made.get(name, []) for name in _there(read)}
    failed = [call for own in made.values() for call in own if call.transient]
    counts = {n: len(own) for n, own in well.items() if not any(c.transient for c in own)}
    if len(counts) < 2 or sum(counts.values()) < 2 * len(counts):  # noqa: PLR2004  # some to share
        return
    if max(counts.values()) - min(counts.values()) > 1 + len(failed):
        yield Finding(
            message=f"the calls were shared {', '.join(f'{n}: {c}' for n, c in counts.items())}",
            expected="as many calls for each server",
            actual=quote({**counts}),
            events=tuple(call.event for own in well.values() for call in own[:3]),
        )
    else:
        yield from (Kept(own[0].event) for own in well.values() if own)


@promised("client-shard-stable", "shards", "no key was used twice")
def stable(read: Reading, _terms: Terms) -> Observations:
    """All that is asked under one key is asked at one server.

    What was stored there is not found elsewhere. Looked at: the argument `key` of calls, and the
    servers that got them.
    """
    first: dict[bytes, Event] = {}
    servers: dict[bytes, str] = {}
    for call in calls(read):
        if "key" not in call.arguments:
            continue
        key = encode(call.arguments["key"])
        if key not in servers:
            servers[key], first[key] = call.server, call.event
        elif servers[key] == call.server:
            yield Kept(call.event)
        else:
            yield Finding(
                message=f"{quote(call.arguments['key'])} was looked for at {call.server}",
                expected=servers[key],
                actual=call.server,
                events=(first[key], call.event),
            )


@promised("client-shards-searched", "shards", "nothing was searched for")
def searched(read: Reading, _terms: Terms) -> Observations:
    """A search asks every shard.

    Looked at: the servers that got the call, once the user was told of a search of all of them.
    """
    for outcome in told(read, "ask-all"):
        asked = as_object(outcome.event.data.get("asked"))
        got = {call.server: call for call in calls(read) if call.tool == asked.get("tool")}
        for name, event in _there(read).items() if got else ():
            if name in got:
                yield Kept(got[name].event)
            else:
                yield Finding(
                    message=f"the server {name} was not searched",
                    expected=f"a call of {asked.get('tool')} at every server",
                    actual=f"calls at {', '.join(got)}",
                    events=(event, outcome.event),
                )


@promised("client-tenants-apart", "tenants", "the client did nothing for two tenants")
def tenants(read: Reading, terms: Terms) -> Observations:
    """What is answered for one tenant is given to no other.

    A cache that forgets for whom it is gives away what nobody else may see. Looked at: what the
    user was told who asked for a tenant: it names that tenant, as our answer does, and no other.
    """
    asked = [
        (outcome, str(as_object(outcome.event.data.get("asked")).get(terms.text("argument"))))
        for outcome in told(read, "call")
        if outcome.ok
    ]
    everybody = {tenant for _, tenant in asked}
    for outcome, tenant in asked:
        others = [each for each in everybody if each != tenant and _says(outcome.value, each)]
        if others:
            yield Finding(
                message=f"{tenant} was told what is of {others[0]}",
                expected=f"the data of {tenant}",
                actual=quote(outcome.value),
                events=(outcome.event,),
            )
        elif len(everybody) > 1 and _says(outcome.value, tenant):
            yield Kept(outcome.event)


def _says(value: Json, tenant: str) -> bool:
    return f"data of {tenant}".encode() in encode(value)


def _there(read: Reading) -> dict[str, Event]:
    """Return the servers that stand beside the main one."""
    return {
        str(event.data.get("target")): event
        for event in read.events(EventKind.OPEN)
        if event.sender is Sender.SERVER
    }
