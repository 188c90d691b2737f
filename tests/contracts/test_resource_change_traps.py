"""What the specification permits must not be called a violation: changes of resources."""

import pytest
from resources_tape import URI, Conversation, resource, text

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

R2411, R2503, R2506, R2511, R2607 = Revision
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
REFUSED = {"code": -32602, "message": "no"}
UPDATED = "notifications/resources/updated"
CHANGED = "notifications/resources/list_changed"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"result": {}}, PASSED),
        ({"result": {"ok": True}}, PASSED),
        ({"error": REFUSED}, VIOLATED),
    ],
)
def test_the_result_of_a_subscription_is_open(reply, expected):
    tape = Conversation()
    tape.subscribe(probe="resource-subscriptions", **reply)
    assert tape.outcome("resources-subscribe-empty-result") is expected


@pytest.mark.parametrize(
    ("reply", "expected"), [({"result": {}}, VIOLATED), ({"error": REFUSED}, PASSED)]
)
def test_a_subscription_that_was_not_declared_is_not_taken(reply, expected):
    tape = Conversation(capabilities={"resources": {}})
    tape.subscribe(probe="undeclared-subscriptions", **reply)
    assert tape.outcome("resources-subscribe-needs-capability") is expected


@pytest.mark.parametrize(("declared", "expected"), [(True, PASSED), (False, VIOLATED)])
def test_a_client_subscribes_only_where_that_is_declared(declared, expected):
    tape = Conversation(capabilities={"resources": {"subscribe": declared}})
    tape.subscribe()
    tape.transcript.header = tape.transcript.header.__class__(
        peer="x", side=Sender.CLIENT, transport="stdio", started="2026-01-01"
    )
    assert tape.outcome("resources-subscribe-needs-capability") is expected


def test_an_update_may_be_of_a_part_of_what_was_subscribed_to():
    tape = Conversation()
    tape.subscribe()
    tape.notified(UPDATED, uri=f"{URI}/part")
    assert tape.outcome("resources-updated-only-subscribed") is PASSED
    tape.notified(UPDATED, uri="other://part")
    assert tape.outcome("resources-updated-only-subscribed") is PASSED


def test_an_update_without_any_subscription_is_one_too_many():
    tape = Conversation()
    tape.notified(UPDATED, uri=URI)
    assert tape.outcome("resources-updated-only-subscribed") is VIOLATED


def test_an_update_right_after_the_end_of_a_subscription_may_be_late():
    tape = Conversation()
    tape.subscribe()
    tape.subscribe("unsubscribe")
    tape.notified(UPDATED, uri=URI)
    assert tape.outcome("resources-updated-only-subscribed") is UNTESTED
    tape.ask("tools/call", {"name": "t"}, "resource-updates/change again", result={"content": []})
    tape.notified(UPDATED, uri=URI)
    assert tape.outcome("resources-updated-only-subscribed") is VIOLATED


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"uri": URI}, PASSED),
        ({"uri": URI, "title": "A"}, PASSED),
        ({}, VIOLATED),
        ({"uri": 7}, VIOLATED),
    ],
)
def test_an_update_names_its_resource(params, expected):
    tape = Conversation()
    tape.notified(UPDATED, **params)
    assert tape.outcome("resources-updated-members") is expected


@pytest.mark.parametrize(
    ("told", "after", "expected"),
    [
        ({"uri": URI}, "b", PASSED),
        ({}, "b", PASSED),  # ill-formed, but it came
        (None, "b", VIOLATED),
        (None, "a", UNTESTED),
        ({"uri": "memo://other"}, "b", VIOLATED),
    ],
)
def test_silence_is_a_finding_only_where_the_resource_reads_otherwise(told, after, expected):
    tape = Conversation()
    tape.read(URI, text(), probe="resource-updates/before")
    tape.subscribe(probe="resource-updates/subscribe")
    tape.ask("tools/call", {"name": "t"}, "resource-updates/change", result={"content": []})
    if told is not None:
        tape.notified(UPDATED, **told)
    tape.read(URI, text(after), probe="resource-updates/after")
    assert tape.outcome("resources-updated-delivered") is expected


def test_a_stateless_server_can_tell_only_what_it_acknowledged():
    tape = Conversation(R2607)
    tape.read(URI, text(), probe="resource-updates/before")
    tape.notified("notifications/subscriptions/acknowledged", notifications={})
    tape.ask("tools/call", {"name": "t"}, "resource-updates/change", result={"content": []})
    tape.read(URI, text("b"), probe="resource-updates/after")
    assert tape.outcome("resources-updated-delivered") is UNTESTED


@pytest.mark.parametrize(
    ("capabilities", "after", "told", "expected"),
    [
        (None, [resource()], True, PASSED),
        (None, [resource()], False, VIOLATED),
        (None, [], False, UNTESTED),
        ({"resources": {}}, [resource()], False, UNTESTED),
    ],
)
def test_a_change_of_the_list_must_be_one_and_be_declared(capabilities, after, told, expected):
    tape = Conversation(capabilities=capabilities)
    tape.list(probe="resource-list-changes/before")
    tape.ask("tools/call", {"name": "t"}, "resource-list-changes/change", result={"content": []})
    if told:
        tape.notified(CHANGED)
    tape.list(*after, probe="resource-list-changes/after")
    assert tape.outcome("resources-list-changed-sent") is expected


def test_a_server_without_a_stream_cannot_tell():
    tape = Conversation()
    tape.transcript.header = tape.transcript.header.__class__(
        peer="x", side=Sender.SERVER, transport="http", started="2026-01-01"
    )
    tape.list(probe="resource-list-changes/before")
    tape.ask("tools/call", {"name": "t"}, "resource-list-changes/change", result={"content": []})
    tape.list(resource(), probe="resource-list-changes/after")
    assert tape.outcome("resources-list-changed-sent") is UNTESTED
