"""What the specification permits must not be called a violation: what clients keep."""

from typing import Any

import pytest
from driven_tape import Driven

from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
MONDAY: dict[str, Any] = {"do": "read", "uri": "memo://monday"}
TUESDAY: dict[str, Any] = {"do": "read", "uri": "memo://tuesday"}
LIST: dict[str, Any] = {"do": "list", "what": "tools"}
WAIT: dict[str, Any] = {"do": "wait", "seconds": 1.0}
CHANGED = "notifications/tools/list_changed"
TOOLS: list[Any] = []


def read(tape: Driven, uri: str, text: str = "a text", at: float = 0.0, ttl: Any = 0) -> None:
    hints = {} if ttl is None else {"ttlMs": ttl}
    tape.ask("resources/read", {"uri": uri}, at, contents=[{"uri": uri, "text": text}], **hints)


def test_another_resource_from_the_cache_is_found():
    tape = Driven(wishes=[MONDAY, TUESDAY])
    read(tape, "memo://monday", "of monday", ttl=1000)
    tape.told(0, {"contents": [{"text": "of monday"}]})
    tape.told(1, {"contents": [{"text": "of monday"}]})
    assert tape.outcome("cache-client-key") is VIOLATED


def test_two_resources_may_have_the_same_text():
    tape = Driven(wishes=[MONDAY, TUESDAY])
    read(tape, "memo://monday", "nothing", ttl=1000)
    tape.told(0, "nothing")
    read(tape, "memo://tuesday", "nothing", ttl=1000)
    tape.told(1, "nothing")
    assert tape.outcome("cache-client-key") is PASSED


def test_a_client_may_spell_a_uri_in_its_own_way():
    tape = Driven(wishes=[MONDAY, TUESDAY])
    read(tape, "memo://monday", "nothing", ttl=1000)
    tape.told(0, "nothing")
    read(tape, "memo://tuesday/", "nothing", ttl=1000)
    tape.told(1, "nothing")
    assert tape.outcome("cache-client-key") is UNTESTED


def test_another_answer_for_a_resource_is_no_sign_of_a_cache():
    tape = Driven(wishes=[MONDAY, TUESDAY])
    read(tape, "memo://monday", "of monday", ttl=1000)
    tape.told(0, "of monday")
    tape.told(1, "I do not read on tuesdays.")
    assert tape.outcome("cache-client-key") is UNTESTED


def asked(tape: Driven, *, retry: bool) -> None:
    if not retry:
        read(tape, "memo://monday", ttl=1000)
        return
    tape.ask("resources/read", {"uri": "memo://monday"}, resultType="input_required")
    given = {"uri": "memo://monday", "requestState": "x"}
    tape.ask("resources/read", given, contents=[{"text": "a text"}], ttlMs=1000)


@pytest.mark.parametrize(
    ("retries", "outcome"), [([True], VIOLATED), ([True, True], PASSED), ([True, False], UNTESTED)]
)
def test_a_result_that_took_no_input_may_be_kept(retries, outcome):
    tape = Driven(wishes=[MONDAY, MONDAY, MONDAY][: len(retries) + (retries != [True, True])])
    for number, retry in enumerate(retries):
        asked(tape, retry=retry)
        tape.told(number, "a text")
    if len(tape.wishes) > len(retries):
        tape.told(len(retries), "a text")
    assert tape.outcome("cache-client-no-mrtr-cache") is outcome


@pytest.mark.parametrize(
    ("ttl", "outcome"),
    [(10, VIOLATED), (0, UNTESTED), (-5, UNTESTED), (None, UNTESTED), (60_000, UNTESTED)],
)
def test_what_is_fresh_or_has_no_time_may_be_kept(ttl, outcome):
    tape = Driven(wishes=[MONDAY, WAIT, MONDAY])
    read(tape, "memo://monday", ttl=ttl)
    tape.told(0, "a text")
    tape.told(2, "a text", at=1.1)
    assert tape.outcome("cache-client-stale-refetch") is outcome


@pytest.mark.parametrize(("told_at", "outcome"), [(1.1, VIOLATED), (0.2, UNTESTED)])
def test_who_does_not_wait_uses_what_is_still_fresh(told_at, outcome):
    tape = Driven(wishes=[MONDAY, WAIT, MONDAY])
    read(tape, "memo://monday", ttl=500)
    tape.told(0, "a text", at=0.1)
    tape.told(2, "a text", at=told_at)
    assert tape.outcome("cache-client-stale-refetch") is outcome


def test_a_slow_client_had_its_result_later_than_it_was_sent():
    tape = Driven(wishes=[MONDAY, WAIT, MONDAY])
    read(tape, "memo://monday", at=0.0, ttl=1500)
    tape.told(0, "a text", at=1.0)
    tape.told(2, "a text", at=2.1)
    assert tape.outcome("cache-client-stale-refetch") is UNTESTED


def test_what_is_stale_may_be_served_when_asking_again_fails():
    tape = Driven(wishes=[MONDAY, WAIT, MONDAY])
    read(tape, "memo://monday", ttl=10)
    tape.told(0, "a text")
    number = tape.begin("resources/read", {"uri": "memo://monday"})
    tape.end(number, error={"code": -32603, "message": "broken"})
    tape.told(2, "a text", at=1.1)
    assert tape.outcome("cache-client-stale-refetch") is PASSED


@pytest.mark.parametrize(
    ("notified", "again", "outcome"),
    [
        (0.5, None, VIOLATED),
        (0.5, 1.1, PASSED),
        (0.999, None, UNTESTED),
        (0.0, None, UNTESTED),
    ],
)
def test_a_notification_is_read_a_little_later(notified, again, outcome):
    tape = Driven(wishes=[LIST, WAIT, LIST])
    if not notified:
        tape.notify(Sender.SERVER, CHANGED)
    tape.ask("tools/list", tools=TOOLS, ttlMs=60_000)
    tape.told(0, TOOLS, at=0.05)
    if notified:
        tape.notify(Sender.SERVER, CHANGED, at=notified)
    if again:
        tape.ask("tools/list", at=again, tools=TOOLS, ttlMs=60_000)
    tape.told(2, TOOLS, at=1.2)
    assert tape.outcome("cache-client-notification-invalidates") is outcome


@pytest.mark.parametrize(
    ("polls", "notified", "outcome"),
    [
        ([], False, PASSED),
        ([0.5], False, UNTESTED),
        ([0.3, 0.5, 0.7], False, VIOLATED),
        ([0.3, 0.5, 0.7], True, UNTESTED),
        ([1.2, 1.3], False, PASSED),
    ],
)
def test_only_what_comes_while_nobody_needs_it_is_polling(polls, notified, outcome):
    tape = Driven(wishes=[LIST, WAIT, LIST, LIST])
    tape.ask("tools/list", tools=TOOLS, ttlMs=200)
    tape.told(0, TOOLS, at=0.1)
    if notified:
        tape.notify(Sender.SERVER, CHANGED, at=0.2)
    for at in polls:
        tape.ask("tools/list", at=at, tools=TOOLS, ttlMs=200)
    tape.told(2, TOOLS, at=1.4)
    assert tape.outcome("cache-client-no-polling") is outcome


BECOME: list[Any] = [{"do": "become", "token": token} for token in ("a", "b")]


@pytest.mark.parametrize(
    ("scopes", "became", "outcome"),
    [
        (["private"], "", VIOLATED),
        (["private", "private"], "", PASSED),
        (["public"], "", UNTESTED),
        (["private"], "this client has one user", UNTESTED),
    ],
)
def test_what_is_public_is_for_everybody(scopes, became, outcome):
    tape = Driven(transport="http", wishes=[BECOME[0], MONDAY, BECOME[1], MONDAY])
    for scope in scopes:
        contents = [{"text": "a text"}]
        asked = {"uri": "memo://monday"}
        tape.ask("resources/read", asked, contents=contents, cacheScope=scope, ttlMs=1000)
    tape.told(0)
    tape.told(1, "a text")
    tape.told(2, error=became)
    tape.told(3, "a text")
    assert tape.outcome("cache-client-private-not-shared") is outcome
