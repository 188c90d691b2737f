"""What servers do to users: two clients of one server, and what one gets of the other."""

from typing import Final

from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.jsonrpc.echoes import NO_ECHO, argument, echoes
from mcp_proof_contracts.wire import Kind, encode, id_key

CLIENTS: Final = "two-clients"
TEXTS: Final = {
    "first": "the first of two clients says hello",
    "second": "the second of two clients says goodbye",
}
"""What each client sends and the other never does, by the case of its requests."""
PAIRS: Final = (("first", "second"), ("second", "first"))
MARKS: Final = {
    **{method: member for _, method, member in LISTS},
    "server/discover": "supportedVersions",
}
"""The member that shows which request a result answers."""


@rule(
    "conduct-clients-answers-apart",
    "implied",
    "basic#responses",
    probes=(CLIENTS,),
    otherwise="no two clients were answered, each another request",
)
def clients_answers_apart(read: Reading) -> Observations:
    """Two clients that use the same ids at the same time get the answers to their own requests.

    A response belongs to the request with its id, and ids are unique within a session alone: every
    client begins with the same ones. A server that finds requests by their id gives one user what
    another asked for. Looked at: two connections with different requests under the same ids, under
    way together. A finding shows the other's answer, and nothing of its own.
    """
    asked = {case: _by_id(read, case) for case in TEXTS}
    for case, other in PAIRS:
        for key, exchange in asked[case].items():
            twin = asked[other].get(key)
            if twin is None or not exchange.served or _same(exchange, twin):
                continue
            if _is_answered(exchange, exchange):
                yield Kept(exchange.sent.event)
            elif _is_answered(exchange, twin):
                yield Finding(
                    message=f"{exchange.sent.message.method} was answered with what another client "
                    f"asked for under the same id",
                    expected="the answer to the client's own request",
                    actual=exchange.outcome,
                    events=(twin.sent.event, *exchange.evidence),
                )


@rule(
    "conduct-clients-data-apart",
    "implied",
    "server/tools#security-considerations",
    probes=(CLIENTS,),
    otherwise=NO_ECHO,
)
def clients_data_apart(read: Reading) -> Observations:
    """What one client sent is not shown to another.

    Servers must control who gets at what, and two connections may be two users. Looked at: two
    clients, each of which gives a text of its own to a read-only tool that echoes; the later
    answers to each, and all notifications to it, hold nothing of the other's text. Where a client
    got the other's answer altogether, `conduct-clients-answers-apart` speaks and this rule does
    not.
    """
    for case, other in PAIRS:
        given = [each for each in read.stimuli(CLIENTS, other) if argument(each) == TEXTS[other]]
        mine = list(read.stimuli(CLIENTS, case))
        if given and mine:
            yield from _answers(mine, given[0])
            yield from _notifications(read, mine[0], given[0])


def _answers(mine: list[Exchange], given: Exchange) -> Observations:
    """Look at what a client was answered after the other had sent its text."""
    for exchange in mine:
        answer, called = exchange.answer, exchange.sent.message.method == "tools/call"
        if answer is None or answer.event.seq < given.sent.event.seq:
            continue
        is_own = not exchange.served or _is_answered(exchange, exchange)
        if not _holds(answer, argument(given)):
            if called and exchange.served:
                yield Kept(answer.event)
        elif is_own:
            yield Finding(
                message=f"{exchange.sent.message.method} shows what another client sent",
                expected="nothing of what other clients send",
                actual=exchange.outcome,
                events=(given.sent.event, *exchange.evidence),
            )


def _notifications(read: Reading, mine: Exchange, given: Exchange) -> Observations:
    """Look at what a client was told after the other had sent its text."""
    for said in read.messages(Kind.NOTIFICATION):
        later = said.event.seq > given.sent.event.seq
        same = said.event.session == mine.sent.event.session
        if later and same and _holds(said, argument(given)):
            yield Finding(
                message=f"{said.message.method} tells what another client sent",
                expected="nothing of what other clients send",
                actual=said.message.excerpt,
                events=(given.sent.event, said.event),
            )


def _by_id(read: Reading, case: str) -> dict[tuple[str, str], Exchange]:
    """The requests of one client that went out together with those of the other."""
    return {id_key(each.sent.message.id): each for each in read.stimuli(CLIENTS, case)}


def _same(first: Exchange, second: Exchange) -> bool:
    """Whether the answers to two requests cannot be told apart."""
    one, other = first.sent.message, second.sent.message
    calls = one.method == "tools/call"
    return one.method == other.method and (not calls or argument(first) == argument(second))


def _is_answered(exchange: Exchange, asked: Exchange) -> bool:
    """Whether the result of a request is one that answers `asked`."""
    method = asked.sent.message.method
    if method == "tools/call":
        return echoes(exchange.result, argument(asked))
    return method in MARKS and MARKS[method] in exchange.result


def _holds(said: Said, text: str) -> bool:
    return text.encode() in encode(said.message.value)
