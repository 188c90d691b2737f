"""What the specification permits must not be called a violation: how clients listen."""

from typing import Any

import pytest
from driven_tape import Driven

from mcp_proof_contracts.headers import META_SUBSCRIPTION
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
LISTEN = "subscriptions/listen"
CHANGED = "notifications/tools/list_changed"
UPDATED = "notifications/resources/updated"
TOOLS: dict[str, Any] = {"toolsListChanged": True}
MEMO: dict[str, Any] = {"resourceSubscriptions": ["memo://a"]}
LATER: dict[str, Any] = {"toolsListChanged": True, "promptsListChanged": False}
WISHES: list[Any] = [
    {"do": "listen", "name": "tools", "notifications": TOOLS},
    {"do": "listen", "name": "memo", "notifications": MEMO},
    {"do": "stop-listening", "name": "tools"},
]


def opened(tape: Driven, asked: Any) -> int:
    number = tape.begin(LISTEN, {"notifications": asked})
    heard(tape, number, "notifications/subscriptions/acknowledged", notifications=asked)
    return number


def heard(tape: Driven, number: int, method: str, **params: Any) -> None:
    tape.notify(Sender.SERVER, method, {**params, "_meta": {META_SUBSCRIPTION: number}})


def told_of(*methods: str) -> list[Any]:
    return [{"method": method, "params": {}} for method in methods]


@pytest.mark.parametrize(
    ("got", "outcome"),
    [
        (told_of(CHANGED), PASSED),
        ([], UNTESTED),
        ([{"method": UPDATED, "params": {"uri": "memo://a"}}], VIOLATED),
        (told_of("notifications/subscriptions/acknowledged"), PASSED),
        (told_of("notifications/message"), PASSED),
        (None, UNTESTED),
    ],
)
def test_only_what_another_subscription_heard_is_misplaced(got, outcome):
    tape = Driven(wishes=WISHES)
    tools, memo = opened(tape, TOOLS), opened(tape, MEMO)
    tape.told(0)
    tape.told(1)
    heard(tape, tools, CHANGED)
    heard(tape, memo, UPDATED, uri="memo://a")
    tape.told(2, got)
    assert tape.outcome("sub-client-correlates") is outcome


def test_two_subscriptions_to_the_same_are_not_told_apart():
    tape = Driven(wishes=WISHES)
    opened(tape, TOOLS)
    again = opened(tape, TOOLS)
    tape.told(0)
    heard(tape, again, CHANGED)
    tape.told(2, told_of(CHANGED))
    assert tape.outcome("sub-client-correlates") is UNTESTED


def test_what_nobody_can_ask_for_belongs_to_nobody():
    tape = Driven(wishes=WISHES)
    tape.begin(LISTEN, {"notifications": TOOLS})  # which the server does not acknowledge
    opened(tape, MEMO)
    tape.told(0)
    tape.told(2, told_of("notifications/message"))
    assert tape.outcome("sub-client-correlates") is UNTESTED


@pytest.mark.parametrize(
    ("how", "stopped", "later", "reconnects", "outcome"),
    [
        ("exited", False, ["tools/list"], False, VIOLATED),
        ("exited", False, ["tools/list", LISTEN], False, PASSED),
        ("exited", False, [], False, UNTESTED),  # it was not started anew
        ("exited", True, ["tools/list"], False, UNTESTED),  # nobody listened any more
        ("exited", False, ["tools/list"], True, UNTESTED),  # its user began anew
        ("eof", False, ["tools/list"], False, UNTESTED),  # the client had ended it
    ],
)
def test_only_what_the_server_ended_is_asked_for_again(how, stopped, later, reconnects, outcome):
    tape = Driven(wishes=[*WISHES, {"do": "reconnect"}])
    number = opened(tape, TOOLS)
    if stopped:
        tape.notify(Sender.CLIENT, "notifications/cancelled", {"requestId": number})
    tape.add(EventKind.CLOSE, Sender.SERVER, data={"how": how})
    if reconnects:
        tape.told(3)
    for method in later:
        params = {"notifications": LATER} if method == LISTEN else {}
        number = tape.begin(method, params, session="s2")
        if method != LISTEN:
            answer = {"jsonrpc": "2.0", "id": number, "result": {"tools": []}}
            tape.say(Sender.SERVER, answer, session="s2")
    assert tape.outcome("sub-client-resubscribes") is outcome


@pytest.mark.parametrize(
    ("asked", "outcome"),
    [
        ({}, PASSED),
        ({**TOOLS, "taskIds": ["t"]}, PASSED),
        ({"toolsListChanged": "yes"}, VIOLATED),
        ({"resourceSubscriptions": "memo://a"}, VIOLATED),
        (["toolsListChanged"], VIOLATED),
    ],
)
def test_a_filter_may_hold_what_extensions_have(asked, outcome):
    tape = Driven()
    tape.begin(LISTEN, {"notifications": asked})
    assert tape.outcome("sub-client-filter-shape") is outcome
