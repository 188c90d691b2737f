"""Clients that do what looks like a broken promise, and is none: transcripts written by hand."""

from itertools import count

import pytest

from mcp_proof_contracts.agreements.promised_by_client import client_agreements
from mcp_proof_contracts.client_run import CLIENT
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome, judge_rule
from mcp_proof_contracts.transcript import Event, EventKind, Header, Sender, Transcript
from mcp_proof_contracts.wire import encode, parse

HEADER = Header(peer="client", side=Sender.CLIENT, transport="http", started="")
RETRY = {"attempts": 3, "first_delay_ms": 100, "factor": 2}


class Story:
    """What a client did, as it is told; put in order by time."""

    def __init__(self):
        self.events = []
        self.numbers = count(1)

    def add(self, at, kind, sender, session, channel="", *, raw=None, **data):
        message = None if raw is None else parse(encode(raw))
        self.events.append((at, kind, sender, session, channel or session, message, data))
        return self

    def call(  # all that a call may be
        self,
        at,
        tool="search",
        *,
        ends=None,
        status=200,
        result=None,
        server="",
        left=False,
        **arguments,
    ):
        """One call; `status=None` is no answer."""
        number = next(self.numbers)
        session, channel = (f"{server}/http" if server else "http"), f"post-{number}"
        where = (Sender.CLIENT, session, channel)
        self.add(at, EventKind.HTTP_REQUEST, *where, method="POST", path="/mcp", headers={})
        params = {"name": tool, "arguments": arguments}
        request = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
        self.add(at, EventKind.MESSAGE, *where, raw=request)
        ends = at + 0.01 if ends is None else ends
        where = (Sender.SERVER, session, channel)
        if left:
            self.add(ends, EventKind.END, Sender.CLIENT, session, channel, how="closed", detail="")
        elif status is None:
            self.add(ends, EventKind.END, *where, how="broken", detail="")
        else:
            headers = {"content-type": "application/json"}
            self.add(ends, EventKind.HTTP_RESPONSE, *where, status=status, headers=headers)
            if status == 200:
                answer = {"jsonrpc": "2.0", "id": number, "result": result or {"content": []}}
                self.add(ends, EventKind.MESSAGE, *where, raw=answer)
        return self

    def told(self, at, do="call", *, ok=True, value=None, **asked):
        outcome = {"value": value} if ok else {"error": "no"}
        asked = {"do": do, **asked}
        return self.add(
            at, EventKind.TOLD, Sender.CLIENT, CLIENT, wish=0, do=do, asked=asked, ok=ok, **outcome
        )

    def there(self, *names):
        for name in names:
            self.add(0, EventKind.OPEN, Sender.SERVER, f"server-{name}", target=name)
        return self

    def connection(self, name, begun, ended=None):
        self.add(begun, EventKind.OPEN, Sender.CLIENT, f"connection-{name}", target="")
        if ended is not None:
            self.add(ended, EventKind.CLOSE, Sender.CLIENT, f"connection-{name}", target="")
        return self

    def exits(self, at=9.0, how="exit"):
        return self.add(at, EventKind.CLOSE, Sender.CLIENT, CLIENT, how=how)

    def verdict(self, rule_id, **judge):
        """What an agreement says of it."""
        rows = sorted(self.events, key=lambda row: row[0])
        events = [
            Event(seq=n, at=at, kind=k, sender=s, session=session, channel=c, message=m, data=d)
            for n, (at, k, s, session, c, m, d) in enumerate(rows)
        ]
        [rule] = [each for each in client_agreements(judge) if each.id == rule_id]
        return judge_rule(rule, Reading(Transcript(HEADER, events), Revision.R2025_11_25))

    def outcome(self, rule_id, **judge):
        return self.verdict(rule_id, **judge).outcome


def failing(*times, story=None, server=""):
    """Calls of the same, all refused for now."""
    story = story or Story()
    for at in times:
        story.call(at, status=503, server=server, query="one")
    return story


# Retries


def test_who_gives_up_early_breaks_the_promise():
    story = failing(0, 0.2).exits()
    assert story.outcome("client-retry-transient", retry=RETRY) is Outcome.VIOLATED


def test_who_was_ended_did_not_give_up():
    story = failing(0, 0.2).exits(how="terminated")
    assert story.outcome("client-retry-transient", retry=RETRY) is Outcome.UNTESTED


def test_a_breaker_may_open_before_the_last_try():
    story = failing(0, 0.2).exits()
    breaker = {"threshold": 2, "recovery_ms": 100}
    outcome = story.outcome("client-retry-transient", retry=RETRY, circuit_breaker=breaker)
    assert outcome is Outcome.PASSED


def test_a_wait_may_be_longer_than_was_agreed_and_a_little_shorter():
    story = failing(0, 0.105, 5.0)
    assert story.outcome("client-retry-backoff", retry=RETRY) is Outcome.PASSED
    story = failing(0, 0.05, 5.0)
    assert story.outcome("client-retry-backoff", retry=RETRY) is Outcome.VIOLATED


def test_the_next_call_of_another_thing_is_no_retry():
    story = failing(0).call(0.02, query="two")
    assert story.outcome("client-retry-backoff", retry=RETRY) is Outcome.UNTESTED


# The breaker


def breaking(story, **others):
    breaker = {"threshold": 2, "recovery_ms": 1000}
    return story.outcome("client-breaker-opens", circuit_breaker=breaker, **others)


def test_what_was_under_way_when_a_breaker_opens_is_no_further_call():
    story = Story()
    for query in "abc":
        story.call(0, status=503, ends=0.1, query=query)
    assert breaking(story.told(0.2, ok=False)) is Outcome.PASSED
    assert breaking(story.call(0.3, query="d")) is Outcome.VIOLATED


def test_a_breaker_around_retries_counts_calls_and_not_tries():
    story = failing(0, 0.1, 0.2)
    assert breaking(story) is Outcome.VIOLATED
    assert breaking(story, retry=RETRY) is Outcome.UNTESTED


def test_a_success_between_two_failures_keeps_a_breaker_closed():
    story = failing(0).call(0.1, query="two")
    story.call(0.2, status=503, query="three").call(0.3, query="four")
    assert breaking(story) is Outcome.UNTESTED


def test_a_failure_of_another_server_is_another_matter():
    story = failing(0)
    failing(0.1, story=story, server="backup").call(0.2, query="two")
    assert breaking(story) is Outcome.UNTESTED


# The pool


def pooled(story, rule_id="client-pool-bounded"):
    for number in range(3):
        story.call(0.5, query=str(number))
    return story.outcome(rule_id, pool={"connections": 1})


def test_a_connection_that_ends_as_the_next_begins_is_not_open_beside_it():
    assert pooled(Story().connection(1, 0, 0.104).connection(2, 0.1)) is Outcome.PASSED
    assert pooled(Story().connection(1, 0, 0.2).connection(2, 0.1)) is Outcome.VIOLATED


def test_a_stream_on_which_a_client_listens_may_have_its_own_connection():
    story = Story().connection(1, 0).connection(2, 0.1)
    where = (Sender.CLIENT, "http", "get-9")
    story.add(0.1, EventKind.HTTP_REQUEST, *where, method="GET", path="/mcp", headers={})
    assert pooled(story) is Outcome.PASSED


# Pages


def paged(*offsets):
    story = Story()
    for number, offset in enumerate(offsets):
        items = [{}] * max(0, min(2, 5 - offset))
        found = {"structuredContent": {"documents": items}}
        story.call(number / 10, "search_documents", result=found, offset=offset)
    terms = {"limit": 2, "by": "offset"}
    rules = ("client-paging-exact", "client-paging-complete")
    return [story.exits().outcome(rule_id, paging=terms) for rule_id in rules]


def test_pages_may_be_fetched_in_any_order():
    assert paged(0, 4, 2) == [Outcome.PASSED, Outcome.PASSED]


def test_a_page_that_is_empty_may_be_asked_for():
    assert paged(0, 2, 4, 5) == [Outcome.PASSED, Outcome.PASSED]


def test_pages_that_overlap_or_lack_are_seen():
    assert paged(0, 1, 3)[0] is Outcome.VIOLATED
    assert paged(0, 2)[1] is Outcome.VIOLATED


# Hedges and quorums


def hedged(story, rule_id):
    return story.exits().outcome(rule_id, hedging={"delay_ms": 100})


def test_a_first_call_that_arrives_late_does_not_make_the_hedge_early():
    story = Story().call(0.04, ends=2, left=True, query="one").call(0.1, server="b", query="one")
    assert hedged(story, "client-hedge-sent") is Outcome.PASSED
    story = Story().call(0, ends=2, left=True, query="one").call(0.01, server="b", query="one")
    assert hedged(story, "client-hedge-sent") is Outcome.VIOLATED


def test_a_call_may_be_given_up_by_a_notification():
    story = Story().call(0, ends=2, query="one").call(0.1, server="b", query="one")
    assert hedged(story, "client-hedge-first-wins") is Outcome.VIOLATED
    cancel = {"method": "notifications/cancelled", "params": {"requestId": 1}}
    where = (Sender.CLIENT, "http", "post-9")
    story.add(0.2, EventKind.HTTP_REQUEST, *where, method="POST", path="/mcp", headers={})
    story.add(0.2, EventKind.MESSAGE, *where, raw={"jsonrpc": "2.0", **cancel})
    assert hedged(story, "client-hedge-first-wins") is Outcome.PASSED


@pytest.mark.parametrize("value", [[1, 2], {"a": 1, "b": 2}])
def test_answers_of_a_quorum_may_be_told_by_server(value):
    story = Story().call(0, ends=1, query="one")
    for name in "ab":
        story.call(0, server=name, query="one")
    story.told(0.1, "ask-all", value=value)
    assert story.outcome("client-quorum-enough", quorum={"size": 2}) is Outcome.PASSED


# What nobody was told


def test_of_a_client_that_tells_nothing_nobody_knows_how_long_it_waited():
    story = Story().call(0, ends=2, query="one").exits()
    assert story.outcome("client-timeout-kept", timeout={"ms": 50}) is Outcome.UNTESTED
    story.told(2.1)
    assert story.outcome("client-timeout-kept", timeout={"ms": 50}) is Outcome.VIOLATED


def test_a_scope_is_not_kept_by_a_client_that_reaches_nothing():
    story = Story().told(0.1, ok=False).told(0.2, ok=False).exits()
    assert story.outcome("client-scope-kept", scope={"tools": ["search"]}) is Outcome.UNTESTED


def test_servers_are_not_missed_by_who_does_not_know_the_wish():
    story = Story().there("a", "b").told(0.1, "discover", ok=False).exits()
    assert story.outcome("client-discovery-goes-on", discovery={}) is Outcome.UNTESTED
    story = Story().there("a", "b").told(0.1, "ask-all", ok=False, tool="search").exits()
    assert story.outcome("client-shards-searched", shards={}) is Outcome.UNTESTED


def test_events_that_are_told_otherwise_are_not_missed():
    story = Story().told(1, "subscribe", value=["document_added"]).exits()
    where = (Sender.CLIENT, "http", "get-1")
    story.add(0, EventKind.HTTP_REQUEST, *where, method="GET", path="/events", headers={})
    where = (Sender.SERVER, "http", "get-1")
    story.add(0, EventKind.HTTP_RESPONSE, *where, status=200, headers={})
    for number, kind in enumerate(["something_new", "document_added"], start=1):
        sse = {"event": kind, "id": str(number), "has_data": True}
        story.add(number / 10, EventKind.SSE, *where, **sse)
    assert story.outcome("client-events-unknown-passed", events={}) is Outcome.UNTESTED


# Spread and adapted


def test_at_random_one_server_may_get_all_of_a_few_calls():
    story = Story().there("a", "b")
    for number in range(4):
        story.call(number, server="a", query=str(number))
    other, turns = {"policy": "other"}, {"policy": "round-robin"}
    assert story.outcome("client-balance-spread", balance=other) is Outcome.UNTESTED
    assert story.outcome("client-balance-spread", balance=turns) is Outcome.VIOLATED


def test_a_framework_may_name_and_type_things_in_its_own_way():
    schema = {
        "type": "object",
        "properties": {"query": {"type": "string"}},
        "required": [],
    }
    story = Story()
    where = (Sender.CLIENT, "http", "post-9")
    story.add(0, EventKind.HTTP_REQUEST, *where, method="POST", path="/mcp", headers={})
    story.add(0, EventKind.MESSAGE, *where, raw={"jsonrpc": "2.0", "id": 9, "method": "tools/list"})
    listed = {"tools": [{"name": "search", "description": "Finds.", "inputSchema": schema}]}
    where = (Sender.SERVER, "http", "post-9")
    story.add(0, EventKind.HTTP_RESPONSE, *where, status=200, headers={})
    story.add(0, EventKind.MESSAGE, *where, raw={"jsonrpc": "2.0", "id": 9, "result": listed})
    typed = {"query": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}}
    made = {"name": "mcp__search", "description": "[server] Finds.", "parameters": {}}
    made["parameters"] = {"type": "object", "properties": typed}
    story.told(1, "definitions", value=[made])
    assert story.outcome("client-adapter-schema-kept", adapter={}) is Outcome.PASSED
    made["parameters"]["properties"] = {}
    assert story.outcome("client-adapter-schema-kept", adapter={}) is Outcome.VIOLATED
