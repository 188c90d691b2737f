"""Cancellation: what a peer itself calls off."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate
from math import inf
from typing import Final, TypeAlias

from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.headers import META
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.client.timeouts import given_up_in_silence
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import Kind, as_object, id_key

PAGE: Final = "utilities/cancellation"
CANCELLED: Final = "notifications/cancelled"
LISTEN: Final = "subscriptions/listen"
ACKNOWLEDGED: Final = "notifications/subscriptions/acknowledged"
META_SUBSCRIPTION: Final = f"{META}subscriptionId"
STATELESS: Final = Revision.R2026_07_28
NOTHING: Final = "the peer cancelled nothing"
TEARDOWN: Final = "listen-teardown"
UNANSWERED: Final = "unanswered"
SIGTERM_EXIT: Final = 143
"""What a shell reports of a process that SIGTERM has ended."""
DELIBERATE: Final = 0.3
"""Seconds after which an answer is no longer one for which nobody waited."""

Key: TypeAlias = tuple[str, tuple[str, str]]
"""A session and an id in it."""


@rule(
    "cancel-own-inflight-only",
    "MUST",
    f"{PAGE}#behavior-requirements",
    side="both",
    probes=(UNANSWERED, TEARDOWN),
    otherwise=NOTHING,
)
def own_inflight_only(read: Reading) -> Observations:
    """A cancellation names a request that its sender has made and still waits for.

    What it names besides is some other request, which it may kill. Looked at: every cancellation,
    beside the requests of the same session; in 2026-07-28 a server's names one of the client's.
    One that is sent while the answer is on its way is right: an answer counts as received when a
    request that was sent after it has been answered. Over HTTP a request may have been lost.
    """
    for said in read.notifications(CANCELLED):
        given = said.message.params.get("requestId")
        if isinstance(given, bool) or not isinstance(given, str | int):
            continue
        key = (said.event.session, id_key(given))
        theirs = read.peer is Sender.SERVER and read.revision.era is Era.STATELESS
        issued = _before(_of_client(read) if theirs else _of_peer(read), key, said)
        if issued is None and not (theirs or read.shared):
            yield Untested("the request that was cancelled may have been lost on its way")
        elif issued is None:
            whose = "the client" if theirs else "the peer"
            yield _wrong(said, f"a request that {whose} has never made", "a request under way")
        elif not theirs and (answer := _received(read, key, issued, said)) is not None:
            yield _wrong(said, "a request that had been answered", "a request under way", answer)
        else:
            yield Kept(said.event)


@rule(
    "cancel-members",
    "schema",
    f"{PAGE}#cancellation-flow",
    side="both",
    probes=(UNANSWERED, TEARDOWN),
    otherwise=NOTHING,
)
def cancel_members(read: Reading) -> Observations:
    """A cancellation has the id of a request, a string or an integer, and at most a text as reason.

    Without it nobody knows what is meant. In 2025-11-25 the id may be left out.
    """
    for said in read.notifications(CANCELLED):
        params = said.message.members.get("params", {})
        if not isinstance(params, dict):
            continue  # of which another rule speaks
        found = [
            problem
            for problem in problems(read.revision, "CancelledParams", params)
            if not problem.pointer.startswith("/_meta")
        ]
        if "params" not in said.message.members:
            yield _finding(said, "a cancellation has no params", "`params` with a `requestId`")
        elif found:
            yield _finding(said, f"a cancellation is ill-formed: {found[0]}", "a `requestId`")
        else:
            yield Kept(said.event)


@rule(
    "cancel-26-server-listen-only",
    "MUST NOT",
    PAGE,
    since=STATELESS,
    probes=(TEARDOWN,),
    otherwise="the server cancelled nothing",
)
def server_listen_only(read: Reading) -> Observations:
    """A server cancels nothing but a `subscriptions/listen` request.

    In this revision it makes no requests of its own, and those of the client it answers. Looked
    at: every cancellation by the server that names a request of the same session.
    """
    for said in read.notifications(CANCELLED):
        key = (said.event.session, id_key(said.message.params.get("requestId")))
        issued = _before(_of_client(read), key, said)
        if issued is None:
            continue
        if issued.message.method == LISTEN:
            yield Kept(said.event)
        else:
            yield _wrong(said, f"the request {issued.message.method}", f"a {LISTEN} request")


@rule(
    "cancel-26-server-teardown",
    "MUST",
    PAGE,
    since=STATELESS,
    probes=(TEARDOWN,),
    otherwise="the server ended no subscription by itself",
)
def server_teardown(read: Reading) -> Observations:
    """A server that ends a subscription says so.

    Otherwise a client waits for changes that it will never hear of. One page demands
    `notifications/cancelled` for it, another the result of the request: either will do. Looked at:
    acknowledged subscriptions whose stream the server ended, and over stdio a server that exits in
    order when it gets SIGTERM. A process that the signal kills has no chance to say anything.
    """
    acknowledged = set(_acknowledged(read))
    called_off = {
        (said.event.session, id_key(said.message.params.get("requestId"))): said
        for said in read.notifications(CANCELLED)
    }
    for exchange in read.exchanges(LISTEN):
        key = exchange.sent.key
        if key not in acknowledged or read.cancelled(exchange):
            continue
        told = called_off.get(key) or exchange.answer
        end = _end(read, exchange)
        if told is not None:
            yield Kept(told.event)
        elif end is not None:
            yield Finding(
                message="a subscription ended, and the server did not say so",
                expected=f"`{CANCELLED}` with its id, or the result of the request",
                actual="neither of them, then the end",
                events=(exchange.sent.event, end),
            )


@rule(
    "request-timeout-cancels",
    "SHOULD",
    "timeouts#timeouts",
    side="both",
    since=Revision.R2025_03_26,
    probes=(UNANSWERED,),
    otherwise=needs("impatient"),
)
def request_timeout_cancels(read: Reading) -> Observations:
    """Who gives up waiting for an answer cancels the request.

    Otherwise the other side goes on with what nobody wants any longer, asks its user perhaps.
    Looked at: a request during which the server asks us something that we leave unanswered. When
    it is answered all the same, the server has given up. A server that waits longer than three
    seconds proves nothing, nor does one that answers at once. In 2026-07-28 servers ask nothing.
    Of clients: calls that they were asked to give up after a time, and did give up. Over HTTP a
    client of 2026-07-28 closes the stream of the call instead; one that still gets the answer on
    it half a second after its user was told has not.
    """
    if read.peer is Sender.CLIENT:
        yield from given_up_in_silence(read)
        return
    called_off = {
        (said.event.session, id_key(said.message.params.get("requestId")))
        for said in read.notifications(CANCELLED)
    }
    for call in read.stimuli(UNANSWERED, "call"):
        for said in read.messages(Kind.REQUEST):
            asked = said.event.session == call.sent.event.session
            if not asked or said.event.seq < call.sent.event.seq or _is_over(call, said):
                continue
            if said.key in called_off:
                yield Kept(said.event)
            elif call.answer is None:
                yield Untested("the server still waited for our answer after three seconds")
            elif call.answer.event.at - said.event.at >= DELIBERATE:
                yield Finding(
                    message=f"the server gave up waiting for {said.message.method} in silence",
                    expected=f"`{CANCELLED}` with its id",
                    actual=f"{call.sent.message.method} was answered, and nothing was cancelled",
                    events=(call.sent.event, said.event, call.answer.event),
                )


def _is_over(call: Exchange, said: Said) -> bool:
    """Whether a request had its answer before the server asked something."""
    return call.answer is not None and call.answer.event.seq < said.event.seq


def _of_peer(read: Reading) -> dict[Key, list[Said]]:
    return read.derived(_requests_of_peer)


def _requests_of_peer(read: Reading) -> dict[Key, list[Said]]:
    found = defaultdict[Key, list[Said]](list)
    for said in read.messages(Kind.REQUEST):
        found[said.key].append(said)
    return found


def _of_client(read: Reading) -> dict[Key, list[Said]]:
    return read.derived(_requests_of_client)


def _requests_of_client(read: Reading) -> dict[Key, list[Said]]:
    found = defaultdict[Key, list[Said]](list)
    for exchange in read.exchanges():
        if exchange.sent.message.kind is Kind.REQUEST:
            found[exchange.sent.key].append(exchange.sent)
    return found


def _before(requests: dict[Key, list[Said]], key: Key, said: Said) -> Said | None:
    """The last request with an id that was made before something was said."""
    made = reversed(requests.get(key, ()))
    return next((request for request in made if request.event.seq < said.event.seq), None)


def _received(read: Reading, key: Key, issued: Said, said: Said) -> Event | None:
    """Our answer to a request, if the peer had surely received it before it said something."""
    for answer in read.derived(_our_answers).get(key, ()):
        sent = answer.sent.event
        if not issued.event.seq < sent.seq < said.event.seq:
            continue
        http = read.http_of(sent)
        taken = http.response if http is not None and not read.shared else sent
        if taken is not None and _first_proof(read, taken) < said.event.seq:
            return sent
    return None


def _first_proof(read: Reading, sent: Event) -> float:
    """When the first answer came to a request that was made after this in the same session."""
    asked, proofs = read.derived(_proofs).get(sent.session, ((), ()))
    return proofs[at] if (at := bisect_right(asked, sent.seq)) < len(proofs) else inf


def _proofs(read: Reading) -> dict[str, tuple[list[int], list[int]]]:
    """For each session when requests were made, and when the first later one was answered."""
    answered = defaultdict[str, list[tuple[int, int]]](list)
    for exchange in read.exchanges():
        if exchange.answer is not None:
            sent = exchange.sent.event
            answered[sent.session].append((sent.seq, exchange.answer.event.seq))
    return {
        session: (
            [asked for asked, _ in pairs],
            [*accumulate((proof for _, proof in reversed(pairs)), min)][::-1],
        )
        for session, pairs in answered.items()
    }


def _our_answers(read: Reading) -> dict[Key, list[Exchange]]:
    found = defaultdict[Key, list[Exchange]](list)
    for exchange in read.exchanges():
        if exchange.sent.message.is_response:
            found[exchange.sent.key].append(exchange)
    return found


def _acknowledged(read: Reading) -> Iterator[Key]:
    for said in read.notifications(ACKNOWLEDGED):
        meta = as_object(said.message.params.get("_meta"))
        given: Json = meta.get(META_SUBSCRIPTION)
        yield said.event.session, id_key(given)


def _end(read: Reading, exchange: Exchange) -> Event | None:
    """How the server itself ended what a subscription comes on."""
    if exchange.http is not None:
        end = exchange.http.end
        return end if end is not None and end.data.get("how") == "complete" else None
    return read.derived(_exits_in_order).get(exchange.sent.event.session)


def _exits_in_order(read: Reading) -> dict[str, Event]:
    """The processes that were told to terminate and did so by themselves, by their sessions."""
    return {
        event.session: event
        for event in read.events(EventKind.CLOSE)
        if event.probe == TEARDOWN and event.data.get("how") == "sigterm"
        if isinstance(code := event.data.get("exit_code"), int) and 0 <= code != SIGTERM_EXIT
    }


def _wrong(said: Said, what: str, expected: str, *more: Event) -> Finding:
    return Finding(
        message=f"a cancellation names {what}",
        expected=f"the id of {expected}",
        actual=said.message.excerpt,
        events=(*more, said.event),
    )


def _finding(said: Said, message: str, expected: str) -> Finding:
    return Finding(
        message=message, expected=expected, actual=said.message.excerpt, events=(said.event,)
    )
