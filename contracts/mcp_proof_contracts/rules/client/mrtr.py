"""Patterns, Multi Round-Trip Requests: how clients bring what they were asked for."""

from collections import defaultdict
from typing import Final

from mcp_proof_contracts.headers import META_CAPABILITIES
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.replies import may_be_asked
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rounds import RESPONSES, STATE, Round, rounds, same_id, subject
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.answered import KINDS, is_kind
from mcp_proof_contracts.wire import as_object, quote

CLIENTS: Final = "patterns/mrtr#client-requirements-basic-workflow"
SINCE: Final = Revision.R2026_07_28
NO_RETRY: Final = "no request that was answered by questions was retried"


@rule("mrtr-client-fulfils-first", "MUST", CLIENTS, side="client", since=SINCE, otherwise=NO_RETRY)
def fulfils_first(read: Reading) -> Observations:
    """A retry brings an answer to everything that was asked.

    Without it the server can only ask again. Looked at: retries, known by the state or an answer
    that they bring, and the keys of `inputRequests`, but for what the client had not declared.
    Where a user declines, that is the answer. A request that was made anew is no retry.
    """
    for each in rounds(read).rounds:
        if each.retry is None or not _owed(each):
            continue
        brought = as_object(each.brought.get(RESPONSES))
        missing = [quote(key) for key in _owed(each) if key not in brought]
        if missing:
            yield _finding(
                each,
                f"{_method(each)} was retried without an answer to {', '.join(missing)}",
                f"`{RESPONSES}` with every key of `inputRequests`",
                RESPONSES,
            )
        else:
            yield Kept(each.retry.sent.event)


@rule("mrtr-client-echoes-state", "MUST", CLIENTS, side="client", since=SINCE, otherwise=NO_RETRY)
def echoes_state(read: Reading) -> Observations:
    """A retry brings back `requestState` exactly as it was given.

    The server keeps nothing between the rounds, and cannot read what was changed. Looked at:
    retries of requests whose answer had a state, character by character.
    """
    foreign = _foreign(read)
    for each in rounds(read).rounds:
        if each.retry is None or each.state is None:
            continue
        brought = each.brought.get(STATE)
        if brought == each.state:
            yield Kept(each.retry.sent.event)
        elif each.retry.sent.event.seq not in foreign:
            yield _finding(
                each,
                f"{_method(each)} was retried with another `{STATE}` than it was given"
                if STATE in each.brought
                else f"{_method(each)} was retried without the `{STATE}` that it was given",
                quote(each.state),
                STATE,
            )


@rule(
    "mrtr-client-no-invented-state",
    "MUST NOT",
    CLIENTS,
    side="client",
    since=SINCE,
    otherwise="no request was retried that was answered by questions alone, without a state",
)
def no_invented_state(read: Reading) -> Observations:
    """Where the answer has no `requestState`, the retry has none.

    What a client makes up, or keeps of an earlier round, the server has to take for an attack.
    Looked at: retries of requests that were answered by questions alone.
    """
    foreign = _foreign(read)
    for each in rounds(read).rounds:
        if each.retry is None or STATE in each.asked.result:
            continue
        if STATE not in each.brought:
            yield Kept(each.retry.sent.event)
        elif each.retry.sent.event.seq not in foreign:
            stale = any(one.state == each.brought.get(STATE) for one in each.line)
            whose = "of an earlier round" if stale else "that nobody gave"
            yield _finding(
                each, f"{_method(each)} was retried with a state {whose}", f"no `{STATE}`", STATE
            )


@rule("mrtr-client-new-id", "MUST", CLIENTS, side="client", since=SINCE, otherwise=NO_RETRY)
def new_id(read: Reading) -> Observations:
    """A retry has another JSON-RPC id than the request that it repeats.

    They are two requests, each with an answer of its own. Looked at: retries on the connection of
    the first request; on another one ids begin anew.
    """
    for each in rounds(read).rounds:
        if each.retry is None:
            continue
        if same_id(each):
            yield Finding(
                message=f"the retry of {_method(each)} has the id of the first request",
                expected="an id of its own",
                actual=quote(each.retry.sent.message.id),
                events=each.evidence,
            )
        else:
            yield Kept(each.retry.sent.event)


@rule(
    "mrtr-client-isolation",
    "MUST NOT",
    CLIENTS,
    side="client",
    since=SINCE,
    otherwise="the client made no other request while one was answered by questions",
)
def isolation(read: Reading) -> Observations:
    """What belongs to the retry of one request is brought with no other.

    Otherwise the server goes on with the one where it stopped with the other. Looked at: requests
    made after another request was answered by questions, and whether they bring its state, or
    answers to questions that it alone was asked.
    """
    known = rounds(read)
    intruding = {exchange.sent.event.seq: whose for exchange, whose in known.others}
    intruding |= _foreign(read)
    for exchange in read.counterpart.exchanges():
        seq = exchange.sent.event.seq
        whose = intruding.get(seq)
        if whose is not None:
            yield Finding(
                message=f"{exchange.sent.message.method} brings what belongs to another "
                f"{_method(whose)}",
                expected=f"`{STATE}` and `{RESPONSES}` of its own alone",
                actual=quote(_added(exchange.sent.message.params)),
                events=(*whose.asked.evidence, exchange.sent.event),
            )
        elif known.rounds and _is_beside(seq, subject(exchange), known.rounds):
            yield Kept(exchange.sent.event)


@rule(
    "mrtr-client-same-request",
    "implied",
    "patterns/mrtr#basic-workflow",
    side="client",
    since=SINCE,
    otherwise=NO_RETRY,
)
def same_request(read: Reading) -> Observations:
    """A retry asks for the same as the request that it repeats.

    The server is to go on where it stopped, and checks that it is the same. Looked at: method and
    params of the requests that bring an answer, or a state, which belongs to no request as it is.
    `_meta` is another for each request.
    """
    for each in rounds(read).rounds:
        if each.retry is None:
            continue
        if each.changed:
            sent = each.retry.sent.message
            bare = {n: v for n, v in sent.params.items() if n not in ("_meta", STATE, RESPONSES)}
            yield Finding(
                message=f"the retry of {_method(each)} asks for something else",
                expected="method and params of the first request",
                actual=f"{sent.method} {quote(bare)}",
                events=each.evidence,
            )
        else:
            yield Kept(each.retry.sent.event)


@rule(
    "mrtr-client-response-shapes",
    "schema",
    "patterns/mrtr#inputresponses",
    side="client",
    since=SINCE,
    otherwise="no retry brought an answer",
)
def response_shapes(read: Reading) -> Observations:
    """Each answer in `inputResponses` is the bare result of what was asked under its key.

    An ElicitResult, a CreateMessageResult or a ListRootsResult, with nothing around it: servers
    look for its members. Looked at: whether an answer has any of the members by which its kind is
    known; whether they are right is for the rules of that kind.
    """
    for each in rounds(read).rounds:
        if each.retry is None or RESPONSES not in each.brought:
            continue
        brought = each.brought[RESPONSES]
        given = as_object(brought)
        for key, method in _owed(each).items():
            if isinstance(brought, dict) and key not in given:
                continue  # of which mrtr-client-fulfils-first speaks
            if is_kind(method, given.get(key)):
                yield Kept(each.retry.sent.event)
            else:
                yield Finding(
                    message=f"what is brought for {quote(key)} is no answer to {method}",
                    expected=f"a {KINDS[method][0]}",
                    actual=quote(given.get(key, brought)),
                    events=each.evidence,
                )


def _owed(each: Round) -> dict[str, str]:
    """The keys of what was rightly asked of the client, each with its method."""
    meta = as_object(each.asked.sent.message.params.get("_meta"))
    declared = as_object(meta.get(META_CAPABILITIES))
    asked = {key: as_object(value) for key, value in each.inputs.items()}
    return {
        key: str(question["method"])
        for key, question in asked.items()
        if question.get("method") in KINDS and may_be_asked(declared, question)
    }


def _foreign(read: Reading) -> dict[int, Round]:
    """The retries that bring what was given or asked elsewhere, with whose it is."""
    return read.derived(_mixed_up)


def _mixed_up(read: Reading) -> dict[int, Round]:
    found: dict[int, Round] = {}
    known = rounds(read).rounds
    states: dict[str, list[Round]] = defaultdict(list)
    keys: dict[str, list[Round]] = defaultdict(list)
    for each in known:
        states[quote(each.state)].append(each)
        for key in each.inputs:
            keys[key].append(each)
    for each in known:
        if each.retry is None or each.changed:
            continue
        line = list(each.line)
        own_keys = {key for one in line for key in one.inputs}
        own_states = [one.state for one in line]
        state = each.brought.get(STATE)
        strange = set(as_object(each.brought.get(RESPONSES))) - own_keys
        whose = [other for key in sorted(strange) for other in keys[key]]
        if state is not None and state not in own_states:
            whose += states[quote(state)]
        others = [other for other in whose if other.about != each.about]
        if others:
            found[each.retry.sent.event.seq] = others[0]
    return found


def _is_beside(seq: int, about: str, known: list[Round]) -> bool:
    """Whether a request was made after questions that are about another."""
    return any(
        each.about != about and each.asked.answer is not None and each.asked.answer.event.seq < seq
        for each in known
    )


def _added(params: JsonObject) -> JsonObject:
    return {name: params[name] for name in (STATE, RESPONSES) if name in params}


def _method(each: Round) -> str:
    return each.asked.sent.message.method


def _finding(each: Round, message: str, expected: str, member: str) -> Finding:
    brought = each.brought
    actual = quote(brought[member]) if member in brought else f"no `{member}`"
    return Finding(message=message, expected=expected, actual=actual, events=each.evidence)
