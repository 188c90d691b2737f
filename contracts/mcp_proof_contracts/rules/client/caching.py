"""Caching: what clients keep of results, and for how long.

A use of a result is what its user was told of: without that, traffic does not show that anything
was served from a cache.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from mcp_proof_contracts.cached_uses import (
    READ,
    Key,
    Use,
    in_order,
    is_retry,
    named,
    plain_requests,
    requests_for,
    results_for,
    seconds_fresh,
    uses_by_key,
    uses_of,
)
from mcp_proof_contracts.exchange import Exchange, Said
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_list, as_object, quote

PAGE: Final = "utilities/caching"
SINCE: Final = Revision.R2026_07_28
CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    "notifications/tools/list_changed": ("tools/list",),
    "notifications/prompts/list_changed": ("prompts/list",),
    "notifications/resources/list_changed": ("resources/list", "resources/templates/list"),
}
UPDATED: Final = "notifications/resources/updated"
NOTICED: Final = 0.1
"""Seconds within which a client has read what was sent to it."""
AT_LEAST: Final = 3
"""How many times the time to live a client has to be idle, to show that it does not poll."""


@rule(
    "cache-client-key",
    "MUST NOT",
    f"{PAGE}#cache-key",
    side="client",
    since=SINCE,
    otherwise="the client's user did not read one resource while the client could have kept "
    "another, or nothing tells what the user got",
)
def cache_key(read: Reading) -> Observations:
    """What was kept of one request is not served for another.

    A resource is known by its URI: served under another one, the user gets what somebody else
    wrote. Looked at: resources that the user was told of while another one was fresh. A finding is
    one that was never asked for, and for which the user got a text of another. Where the client
    asks for URIs that nobody gave it, it may spell them in its own way, and nothing is told.
    """
    wanted = {uri for method, uri in uses_by_key(read) if method == READ}
    own_spelling = any(
        e.sent.message.params.get("uri") not in wanted for e in read.counterpart.exchanges(READ)
    )
    for use in uses_of(read):
        method, uri = use.key
        if method != READ or own_spelling:
            continue
        others = [e for e in _before(read, use) if e.sent.message.params.get("uri") != uri]
        if any(requests_for(read, use.key)):
            if any(seconds_fresh(other) > 0 for other in others):
                yield Kept(use.told.event)
            continue
        strings = list(_strings(use.told.value))
        for other in others:
            if any(text in string for text in _texts(other) for string in strings):
                yield Finding(
                    message=f"the user asked for {quote(uri)}, and got what was read as "
                    f"{quote(other.sent.message.params.get('uri'))}",
                    expected=f"a request for {quote(uri)}",
                    actual=quote(use.told.value),
                    events=(*other.evidence, use.told.event),
                )
                break


@rule(
    "cache-client-no-mrtr-cache",
    "MUST NOT",
    f"{PAGE}#cache-key",
    side="client",
    since=SINCE,
    otherwise="nothing that asks for input was read twice, or nothing tells what the user got",
)
def no_mrtr_cache(read: Reading) -> Observations:
    """What a request came to after the client gave input is not kept for later requests.

    The input is no part of the cache's key: the next one who asks would get what came of the
    answers of somebody else. Looked at: resources and lists of which every result came for a
    request with `inputResponses` or `requestState`. Each time that the user is told of one takes a
    plain request of its own.
    """
    for key, uses in uses_by_key(read).items():
        plain, results = plain_requests(read, key), results_for(read, key)
        if len(uses) < 2 or not results or not all(is_retry(e) for e in results):  # noqa: PLR2004  # the first use has nothing to be served from
            continue
        if len(plain) >= len(uses):
            yield Kept(uses[-1].told.event)
        else:
            yield Finding(
                message=f"the user was told of {named(key)} {len(uses)} times, for which the "
                f"server was asked {len(plain)} times",
                expected="a request each time: results that depend on input are not cached",
                actual=quote(uses[-1].told.value),
                events=(*results[0].evidence, *(use.told.event for use in uses)),
            )


@rule(
    "cache-client-stale-refetch",
    "SHOULD",
    f"{PAGE}#time-to-live-ttl-field",
    side="client",
    since=SINCE,
    otherwise="nothing was used again after its time to live, or nothing tells what the user got",
)
def stale_refetch(read: Reading) -> Observations:
    """What is stale is asked for again when it is needed.

    A result that is kept beyond its time shows the user what may be wrong by now. Looked at: what
    the user was told of several times; `ttlMs` counts from when the client has the result. As many
    requests are expected as it takes at least, if each was sent as late as it can have been. A
    `ttlMs` of 0, or a negative one, is left out, for then the client MAY ask again every time; and
    a result without `ttlMs` is left to the client's own heuristics.
    """
    for key, uses in uses_by_key(read).items():
        results = [e for e in results_for(read, key) if not is_retry(e)]
        if not results or any("ttlMs" not in e.result for e in results):
            continue
        longest = max(map(seconds_fresh, results))
        if longest <= 0:
            continue  # "MAY re-fetch every time the result is needed" (Time-to-Live Field)
        needed = _least(uses, longest)
        asked = plain_requests(read, key)
        if needed > 1 and len(asked) >= needed:
            yield Kept(uses[-1].told.event)
        elif needed > len(asked):
            yield Finding(
                message=f"{named(key)} was used {len(uses)} times, and asked for {len(asked)} "
                f"times, though it was stale in between",
                expected=f"at least {needed} requests",
                actual=quote(uses[-1].told.value),
                events=(*results[0].evidence, *(use.told.event for use in uses)),
            )


@rule(
    "cache-client-notification-invalidates",
    "implied",
    f"{PAGE}#interaction-with-notifications",
    side="client",
    since=SINCE,
    otherwise="nothing that was fresh was said to have changed, and used after it",
)
def notification_invalidates(read: Reading) -> Observations:
    """What a notification says has changed is asked for again, however fresh it is.

    The notification is there so that nobody has to wait for the end of the time to live. Looked
    at: lists and resources that the user was told of before and after. The client gets a tenth of
    a second to read the notification; what it needs earlier is not judged.
    """
    for said, key in _changes(read):
        at = said.event.at
        uses = [use for use in uses_by_key(read).get(key, ()) if use.began >= at + NOTICED]
        fresh = [e for e in results_for(read, key) if e.sent.event.seq < said.event.seq]
        if (
            not uses
            or not fresh
            or fresh[-1].sent.event.at + seconds_fresh(fresh[-1]) < uses[0].told.at
        ):
            continue
        if any(e.sent.event.seq > said.event.seq for e in requests_for(read, key)):
            yield Kept(uses[0].told.event)
        else:
            yield Finding(
                message=f"{named(key)} was used after it had changed, and not asked for again",
                expected=f"a request after {said.message.method}",
                actual=quote(uses[0].told.value),
                events=(*fresh[-1].evidence, said.event, uses[0].told.event),
            )


@rule(
    "cache-client-private-not-shared",
    "MUST NOT",
    f"{PAGE}#cache-scope-field",
    side="client",
    since=SINCE,
    transport="http",
    otherwise="the client did not work for several users, or kept nothing private",
)
def private_not_shared(read: Reading) -> Observations:
    """What is private is kept for one user, and not served to another.

    Another access token is another authorization context, and may not see the same. Looked at:
    what was used under several tokens, which the client was asked to change, and of which every
    result is "private". Each token takes a request of its own.
    """
    for key, uses in uses_by_key(read).items():
        results = results_for(read, key)
        private = results and all(e.result.get("cacheScope") == "private" for e in results)
        users = {_token(read, use) for use in uses} - {None}
        if not private or len(users) < 2:  # noqa: PLR2004  # one user shares with nobody
            continue
        asked = plain_requests(read, key)
        if len(asked) >= len(users):
            yield Kept(uses[-1].told.event)
        else:
            yield Finding(
                message=f"{named(key)} was used under {len(users)} access tokens, and asked for "
                f"{len(asked)} times",
                expected="a request for each of them: the result is private",
                actual=quote(uses[-1].told.value),
                events=(*results[0].evidence, *(use.told.event for use in uses)),
            )


@rule(
    "cache-client-no-polling",
    "SHOULD NOT",
    f"{PAGE}#freshness-calculation",
    side="client",
    since=SINCE,
    otherwise="the client was not idle for long enough after it got something that goes stale",
)
def no_polling(read: Reading) -> Observations:
    """A client does not ask again by itself whenever something goes stale.

    The time to live is a hint for when the data is needed, and no interval. Looked at: what comes
    while the client has nothing to do for at least three times the time to live of what it has.
    One further request is passed over, and so is all after a notification.
    """
    for before, after in pairwise(in_order(read)):
        idle = after.waited
        if before.at + idle > after.at or any(True for _ in _changes(read)):
            continue
        for key, results in _held(read, before.event).items():
            ttl = seconds_fresh(results[-1])
            if ttl <= 0 or idle < AT_LEAST * ttl:
                continue
            until = before.at + idle
            more = [e for e in requests_for(read, key) if before.at < e.sent.event.at < until]
            if not more:
                yield Kept(results[-1].sent.event)
            elif len(more) > 1:
                yield Finding(
                    message=f"{named(key)} was asked for {len(more)} times while nobody needed it",
                    expected="no request before it is needed",
                    actual=more[0].outcome,
                    events=(*results[-1].evidence, *(e.sent.event for e in more)),
                )


def _token(read: Reading, use: Use) -> str | None:
    """The access token that the client was given last before; `None` for none of ours."""
    given = [t for t in in_order(read) if t.do == "become" and t.wish < use.told.wish]
    return str(given[-1].asked.get("token")) if given and given[-1].ok else None


def _before(read: Reading, use: Use) -> list[Exchange]:
    """What was read before, of whatever URI."""
    return [
        exchange
        for exchange in read.counterpart.results(READ)
        if exchange.sent.event.seq < use.told.event.seq
        and exchange.result.get("resultType") == "complete"
    ]


def _held(read: Reading, event: Event) -> dict[Key, list[Exchange]]:
    """The results that the client had by then."""
    held: dict[Key, list[Exchange]] = {}
    for key in uses_by_key(read):
        results = [e for e in results_for(read, key) if e.sent.event.seq < event.seq]
        if results:
            held[key] = results
    return held


def _changes(read: Reading) -> Iterator[tuple[Said, Key]]:
    """What the server says has changed."""
    server = read.counterpart
    for method, listed in CHANGES.items():
        for said in server.notifications(method):
            for each in listed:
                yield said, (each, None)
    for said in server.notifications(UPDATED):
        yield said, (READ, str(said.message.params.get("uri")))


def _least(uses: list[Use], ttl: float) -> int:
    """How many requests it takes at least for these uses, each with a result that is fresh.

    A result that serves one use came at the latest when the user was told.
    """
    needed, until = 0, -1.0
    for use in uses:
        if use.began >= until:
            needed += 1
            until = use.told.at + ttl
    return needed


def _texts(exchange: Exchange) -> list[str]:
    contents = map(as_object, as_list(exchange.result.get("contents")))
    shown = [each.get("text") or each.get("blob") for each in contents]
    return [text for text in shown if isinstance(text, str) and text]


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))
