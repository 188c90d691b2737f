"""What clients do over Streamable HTTP, up to 2025-11-25, that looks wrong and is not."""

import pytest
from http_client_tape import SSE, HttpClientTape, request, result

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Sender

OLD, MIDDLE, NEW = Revision.R2025_03_26, Revision.R2025_06_18, Revision.R2025_11_25
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
CALL = request("tools/call", 2, name="echo")


@pytest.fixture
def tape() -> HttpClientTape:
    return HttpClientTape()


def paused(tape: HttpClientTape, retry: int | None = 300) -> str:
    """A call whose stream is closed after an event with an id."""
    tape.opened()
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.head(channel, SSE)
    tape.event(channel, id="2-1", retry=retry)
    tape.at = 0.1
    tape.ended(channel)
    return channel


# Messages


@pytest.mark.parametrize(
    ("accept", "outcome"),
    [
        ("application/json, text/event-stream", PASSED),
        ("text/event-stream;q=0.9 , Application/JSON; charset=utf-8, */*", PASSED),
        ("application/json", VIOLATED),
        ("*/*", VIOLATED),
        ("application/json-seq, text/event-stream", VIOLATED),
    ],
)
def test_accept_is_read_as_a_list_of_media_types(tape, accept, outcome):
    tape.sent(CALL, accept=accept)
    assert tape.outcome("http-client-accept-both", NEW) is outcome


def test_a_get_accepts_what_it_wants_besides_event_streams(tape):
    tape.opened()
    tape.sent(method="GET", accept="text/event-stream;q=1, application/json")
    assert tape.outcome("http-client-get-accept", NEW) is PASSED


def test_requests_elsewhere_are_no_messages_to_the_server(tape):
    tape.opened()
    tape.sent(method="GET", path="/.well-known/oauth-protected-resource", accept="*/*")
    tape.sent({"client_name": "x"}, path="/register", accept="*/*")
    for rule_id in (
        "http-client-get-accept",
        "http-client-accept-both",
        "http-client-single-message-body",
        "session-client-echoes-id",
        "http-client-version-header",
    ):
        assert tape.outcome(rule_id, NEW) is not VIOLATED, rule_id


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ([CALL, {"jsonrpc": "2.0", "method": "notifications/x"}], PASSED),
        ([result("a"), result("b")], PASSED),
        ([result("a"), CALL], VIOLATED),
        ([], VIOLATED),
        (CALL, PASSED),
    ],
)
def test_a_batch_has_only_requests_and_notifications_or_only_responses(tape, body, outcome):
    tape.sent(CALL)
    tape.sent(body)
    assert tape.outcome("http-client-batch-composition", OLD) is outcome


def test_an_object_that_is_no_message_is_not_told_of_twice(tape):
    tape.sent(CALL)
    tape.sent({"jsonrpc": "2.0", "id": 3})
    assert tape.outcome("http-client-single-message-body", NEW) is PASSED


def test_a_post_without_a_body_is_no_message(tape):
    tape.sent(CALL)
    tape.sent()
    assert tape.outcome("http-client-single-message-body", NEW) is VIOLATED


def test_what_is_no_json_is_for_other_rules(tape):
    tape.sent(b"\xff{")
    tape.sent(CALL, accept="none")
    tape.sent(b"\xff{")
    assert tape.judged("http-client-single-message-body", NEW).observed == 1
    assert tape.judged("http-client-batch-composition", OLD).observed == 1
    assert tape.outcome("http-client-single-message-body", NEW) is PASSED


def test_messages_of_other_protocols_are_not_looked_at(tape):
    tape.sent({"method": "eth_call", "id": 1}, path="/rpc", accept="*/*")
    assert tape.outcome("http-client-accept-both", NEW) is UNTESTED


# The version


def test_initialize_of_a_second_connection_needs_no_version(tape):
    tape.opened()
    tape.opened()
    assert tape.outcome("http-client-version-header", NEW) is PASSED


def test_what_comes_before_the_handshake_needs_no_version(tape):
    tape.sent(request("server/discover", 0), session="http")
    tape.opened()
    assert tape.outcome("http-client-version-header", NEW) is PASSED


def test_who_agreed_on_nothing_has_no_version_to_name(tape):
    tape.opened(version="1999-01-01")
    tape.sent(method="DELETE", mcp_session_id="one")
    assert tape.outcome("http-client-version-header", NEW) is UNTESTED


def test_without_sessions_all_that_follows_the_handshake_names_the_version(tape):
    tape.opened(session_id="")
    tape.sent(CALL, session="http")
    assert tape.outcome("http-client-version-header", NEW) is VIOLATED


def test_the_version_is_compared_with_that_of_its_own_session(tape):
    tape.opened(version="2025-06-18")
    tape.sent(CALL, mcp_session_id="one", mcp_protocol_version="2025-11-25")
    assert tape.outcome("http-client-version-header-negotiated", MIDDLE) is VIOLATED


def test_where_sessions_have_no_ids_a_second_initialize_needs_no_version_either(tape):
    tape.opened(session_id="")
    tape.opened(session_id="")
    assert tape.outcome("http-client-version-header", NEW) is PASSED


@pytest.mark.parametrize("version", ["2025-06-18", "2025-11-25"])
def test_who_agreed_on_several_versions_may_mean_either(tape, version):
    tape.opened(version="2025-06-18", session_id="")
    tape.opened(session_id="", session="t")
    tape.sent(CALL, session="http", mcp_protocol_version=version)
    for revision in (MIDDLE, NEW):
        assert tape.outcome("http-client-version-header-negotiated", revision) is PASSED


# Sessions


def test_initialize_names_no_session(tape):
    tape.opened()
    tape.sent(request("initialize", 5))
    assert tape.outcome("session-client-echoes-id", NEW) is PASSED


def test_what_was_sent_before_an_id_was_given_names_none(tape):
    tape.sent(request("server/discover", 0), session="http")
    tape.opened()
    assert tape.outcome("session-client-echoes-id", NEW) is PASSED


def test_what_is_sent_while_the_handshake_is_under_way_names_none(tape):
    channel = tape.sent(request("initialize", 1))
    tape.sent(request("ping", 2))
    given = {"mcp_session_id": "one"}
    tape.answered(channel, result(1, {"protocolVersion": "2025-11-25"}), **given)
    assert tape.outcome("session-client-echoes-id", NEW) is UNTESTED


def test_where_not_every_session_has_an_id_nobody_knows_what_belongs_where(tape):
    tape.opened(session_id="")
    tape.opened()
    tape.sent(CALL, session="http")
    assert tape.outcome("session-client-echoes-id", NEW) is UNTESTED


def lost(tape: HttpClientTape) -> None:
    """A call whose session is not known any more, of which the user is told."""
    tape.opened()
    tape.answered(tape.sent(CALL, mcp_session_id="one"), status=404)
    tape.told(0, "call", "session terminated")


def test_a_client_that_has_nothing_more_to_do_needs_no_new_session(tape):
    lost(tape)
    tape.closed()
    assert tape.outcome("session-client-404-reinitializes", NEW) is UNTESTED


def test_a_client_that_had_more_to_do_needs_a_new_session(tape):
    lost(tape)
    tape.told(1, "call", "session terminated")
    tape.closed()
    assert tape.outcome("session-client-404-reinitializes", NEW) is VIOLATED


def test_a_client_that_was_stopped_might_have_begun_a_new_session(tape):
    lost(tape)
    tape.told(1, "call", "session terminated")
    tape.closed(how="terminated")
    assert tape.outcome("session-client-404-reinitializes", NEW) is UNTESTED


def test_a_delete_that_finds_no_session_needs_no_new_one(tape):
    tape.opened()
    tape.answered(tape.sent(method="DELETE", mcp_session_id="one"), status=404)
    tape.told(0, "call")
    tape.told(1, "call")
    tape.closed()
    assert tape.outcome("session-client-404-reinitializes", NEW) is UNTESTED


def test_a_straggler_of_an_earlier_session_needs_no_third_one(tape):
    tape.opened()
    tape.opened(session_id="two")
    tape.answered(tape.sent(method="GET", mcp_session_id="one"), status=404)
    tape.told(0, "call")
    tape.told(1, "call")
    tape.closed()
    assert tape.outcome("session-client-404-reinitializes", NEW) is UNTESTED


def test_a_new_session_is_not_begun_in_the_name_of_the_old_one(tape):
    lost(tape)
    tape.sent(request("initialize", 3), mcp_session_id="one")
    assert tape.outcome("session-client-404-reinitializes", NEW) is VIOLATED


@pytest.mark.parametrize(
    ("how", "code", "outcome"),
    [("exit", 0, VIOLATED), ("exit", 1, UNTESTED), ("terminated", 0, UNTESTED)],
)
def test_only_who_ended_well_should_have_ended_the_session(tape, how, code, outcome):
    tape.opened()
    tape.closed(how=how, code=code)
    assert tape.outcome("session-client-deletes", NEW) is outcome


def test_a_session_that_the_server_has_ended_needs_no_delete(tape):
    lost(tape)
    tape.closed()
    assert tape.outcome("session-client-deletes", NEW) is UNTESTED


def test_a_session_that_no_longer_lets_the_client_in_needs_no_delete(tape):
    tape.opened()
    tape.answered(tape.sent(mcp_session_id="one"), status=401)
    tape.closed()
    assert tape.outcome("session-client-deletes", NEW) is UNTESTED


# Listening


def unheard(tape: HttpClientTape) -> None:
    tape.opened()
    get = tape.sent(method="GET", accept="text/event-stream", mcp_session_id="one")
    tape.answered(get, status=405)


def test_who_failed_after_405_for_another_reason_is_not_blamed_for_it(tape):
    unheard(tape)
    tape.told(0, "call")
    tape.told(1, "call", "no such tool")
    tape.closed()
    assert tape.outcome("http-client-tolerates-405-get", NEW) is UNTESTED


def test_who_tells_of_failure_alone_after_405_gave_up(tape):
    unheard(tape)
    tape.told(0, "call", "HTTP 405")
    tape.closed()
    assert tape.outcome("http-client-tolerates-405-get", NEW) is VIOLATED


def test_a_server_that_answers_nothing_explains_a_failure_after_405(tape):
    tape.opened()
    tape.sent(CALL, mcp_session_id="one")
    get = tape.sent(method="GET", accept="text/event-stream", mcp_session_id="one")
    tape.answered(get, status=405)
    tape.told(0, "call", "no answer")
    tape.closed()
    assert tape.outcome("http-client-tolerates-405-get", NEW) is UNTESTED


# Resuming


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(0.3, PASSED), (0.28, PASSED), (0.2, VIOLATED), (9.0, PASSED)]
)
def test_timers_may_be_a_little_early_and_clients_late(tape, seconds, outcome):
    paused(tape)
    tape.at += seconds
    tape.sent(method="GET", mcp_session_id="one", last_event_id="2-1")
    assert tape.outcome("http-client-respects-retry", NEW) is outcome


def test_only_the_first_get_has_to_wait(tape):
    paused(tape)
    tape.at += 0.3
    tape.sent(method="GET", mcp_session_id="one", last_event_id="2-1")
    tape.sent(method="GET", mcp_session_id="one", last_event_id="2-1")
    assert tape.outcome("http-client-respects-retry", NEW) is PASSED


def gives_up(tape: HttpClientTape) -> None:
    tape.told(0, "call", "the stream ended")
    tape.at += 0.5
    tape.sent(method="DELETE", mcp_session_id="one")
    tape.closed()


def test_who_does_not_resume_gave_up(tape):
    paused(tape)
    gives_up(tape)
    assert tape.outcome("http-client-reconnects-after-close", NEW) is VIOLATED


def test_who_was_stopped_might_have_resumed(tape):
    paused(tape)
    tape.told(0, "call", "the stream ended")
    tape.closed(how="terminated")
    assert tape.outcome("http-client-reconnects-after-close", NEW) is UNTESTED


def test_who_was_refused_the_session_cannot_resume(tape):
    paused(tape)
    tape.answered(tape.sent(request("ping", 3), mcp_session_id="one"), status=404)
    gives_up(tape)
    assert tape.outcome("http-client-reconnects-after-close", NEW) is UNTESTED


def test_who_may_have_left_a_long_stream_need_not_resume_it(tape):
    paused(tape)
    tape.transcript.events.pop()
    tape.at = 30.0
    tape.ended("post-3")
    gives_up(tape)
    assert tape.outcome("http-client-reconnects-after-close", NEW) is UNTESTED


def test_who_cancelled_the_request_wants_no_answer(tape):
    paused(tape)
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 2}}
    tape.sent(cancel, mcp_session_id="one")
    gives_up(tape)
    assert tape.outcome("http-client-reconnects-after-close", NEW) is UNTESTED


def test_a_stream_that_ends_with_its_session_is_not_resumed(tape):
    tape.opened()
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.head(channel, SSE)
    tape.event(channel, id="2-1")
    tape.told(0, "call", "cancelled")
    tape.sent(method="DELETE", mcp_session_id="one")
    tape.ended(channel)
    tape.closed()
    assert tape.outcome("http-client-reconnects-after-close", NEW) is UNTESTED


def test_who_left_before_the_time_had_come_may_have_had_no_time(tape):
    paused(tape)
    tape.at += 0.1
    tape.sent(method="DELETE", mcp_session_id="one")
    tape.closed()
    assert tape.outcome("http-client-reconnects-after-close", NEW) is UNTESTED


def test_who_may_have_left_a_long_stream_before_its_end_is_not_blamed(tape):
    tape.opened()
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.head(channel, SSE)
    tape.event(channel, id="2-1")
    tape.at = 30.0
    tape.event(channel, id="2-2")
    tape.ended(channel)
    tape.sent(method="GET", mcp_session_id="one", last_event_id="2-1")
    tape.told(0, "call", "timeout")
    tape.closed()
    assert tape.outcome("http-client-last-event-id", NEW) is PASSED


def test_a_stream_without_ids_cannot_be_resumed(tape):
    tape.opened()
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.head(channel, SSE)
    tape.event(channel, retry=300)
    tape.ended(channel)
    gives_up(tape)
    assert tape.outcome("http-client-reconnects-after-close", NEW) is UNTESTED


def test_a_stream_is_over_once_the_answer_was_there(tape):
    tape.opened()
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.head(channel, SSE)
    tape.event(channel, result(2), id="2-1")
    tape.ended(channel)
    tape.closed()
    assert tape.outcome("http-client-reconnects-after-close", NEW) is UNTESTED


def test_the_last_event_id_may_be_that_of_a_resumed_stream(tape):
    paused(tape)
    tape.at += 0.3
    get = tape.sent(method="GET", mcp_session_id="one", last_event_id="2-1")
    tape.head(get, SSE)
    tape.event(get, id="2-2")
    tape.ended(get)
    tape.sent(method="GET", mcp_session_id="one", last_event_id="2-2")
    assert tape.outcome("http-client-last-event-id", NEW) is PASSED


def test_an_id_that_another_event_followed_is_not_the_last(tape):
    tape.opened()
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.head(channel, SSE)
    tape.event(channel, id="2-1")
    tape.event(channel, {"jsonrpc": "2.0", "method": "notifications/message"}, id="2-2")
    tape.ended(channel)
    tape.sent(method="GET", mcp_session_id="one", last_event_id="2-1")
    assert tape.outcome("http-client-last-event-id", NEW) is VIOLATED


def test_of_a_broken_connection_the_last_events_may_have_been_lost(tape):
    tape.opened()
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.head(channel, SSE)
    tape.event(channel, id="2-1")
    tape.event(channel, {"jsonrpc": "2.0", "method": "notifications/message"}, id="2-2")
    tape.ended(channel, how="broken")
    tape.sent(method="GET", mcp_session_id="one", last_event_id="2-1")
    assert tape.outcome("http-client-last-event-id", NEW) is PASSED


def test_a_get_to_listen_resumes_nothing(tape):
    paused(tape)
    tape.sent(method="GET", mcp_session_id="one")
    tape.closed()
    assert tape.outcome("http-client-last-event-id", NEW) is UNTESTED


def test_a_second_get_without_an_id_was_meant_to_resume(tape):
    tape.opened()
    get = tape.sent(method="GET", mcp_session_id="one")
    tape.head(get, SSE)
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.head(channel, SSE)
    tape.event(channel, id="2-1")
    tape.ended(channel)
    tape.sent(method="GET", mcp_session_id="one")
    assert tape.outcome("http-client-last-event-id", NEW) is VIOLATED
    tape.closed()
    assert tape.outcome("http-client-reconnects-after-close", NEW) is UNTESTED


def test_who_resumes_may_listen_twice_besides(tape):
    tape.opened()
    tape.head(tape.sent(method="GET", mcp_session_id="one"), SSE)
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.head(channel, SSE)
    tape.event(channel, id="2-1")
    tape.ended(channel)
    tape.sent(method="GET", mcp_session_id="one")
    tape.sent(method="GET", mcp_session_id="one", last_event_id="2-1")
    assert tape.outcome("http-client-last-event-id", NEW) is PASSED


def test_who_has_the_answer_resumes_nothing_by_another_get(tape):
    tape.opened()
    tape.head(tape.sent(method="GET", mcp_session_id="one"), SSE)
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.head(channel, SSE)
    tape.event(channel, result(2), id="2-1")
    tape.ended(channel)
    tape.sent(method="GET", mcp_session_id="one")
    assert tape.outcome("http-client-last-event-id", NEW) is UNTESTED


# Giving up


def left(tape: HttpClientTape) -> str:
    tape.opened()
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.ended(channel, how="closed", sender=Sender.CLIENT)
    return channel


def test_who_ends_closes_what_is_open_and_cancels_nothing(tape):
    left(tape)
    tape.sent(method="DELETE", mcp_session_id="one")
    tape.closed()
    assert tape.outcome("http-client-cancel-explicit", NEW) is UNTESTED


def test_who_goes_on_has_given_up_the_request(tape):
    left(tape)
    tape.sent(request("tools/call", 3, name="echo"), mcp_session_id="one")
    assert tape.outcome("http-client-cancel-explicit", NEW) is VIOLATED


def test_who_resumes_has_not_given_up(tape):
    tape.opened()
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.head(channel, SSE)
    tape.event(channel, id="2-1")
    tape.ended(channel, how="closed", sender=Sender.CLIENT)
    tape.sent(method="GET", mcp_session_id="one", last_event_id="2-1")
    tape.sent(request("tools/call", 3, name="echo"), mcp_session_id="one")
    assert tape.outcome("http-client-cancel-explicit", NEW) is UNTESTED


def test_initialize_is_never_cancelled(tape):
    channel = tape.sent(request("initialize", 0))
    tape.ended(channel, how="closed", sender=Sender.CLIENT)
    tape.opened()
    tape.sent(CALL, mcp_session_id="one")
    assert tape.outcome("http-client-cancel-explicit", NEW) is UNTESTED


def test_a_stream_may_be_closed_once_the_answer_was_there(tape):
    tape.opened()
    channel = tape.sent(CALL, mcp_session_id="one")
    tape.head(channel, SSE)
    tape.event(channel, result(2))
    tape.ended(channel, how="closed", sender=Sender.CLIENT)
    tape.sent(request("tools/call", 3, name="echo"), mcp_session_id="one")
    assert tape.outcome("http-client-cancel-explicit", NEW) is UNTESTED


# The forms of an answer


def called(
    tape: HttpClientTape,
    number: int,
    *,
    stream: bool,
    error: str = "",
    said: str = "",
    tool: str = "echo",
) -> None:
    channel = tape.sent(request("tools/call", number, name=tool), mcp_session_id="one")
    value = result(number, {"content": said})
    if stream:
        tape.head(channel, SSE)
        tape.event(channel, value)
        tape.ended(channel)
    else:
        tape.answered(channel, value)
    tape.told(number, "call", error)


def test_who_understands_one_form_and_not_the_other_is_told_of(tape):
    called(tape, 2, stream=False)
    called(tape, 3, stream=True, error="not JSON")
    assert tape.outcome("http-client-handles-json-and-sse", NEW) is VIOLATED


def test_who_fails_with_both_forms_has_another_reason(tape):
    called(tape, 2, stream=False, error="invalid")
    called(tape, 3, stream=True, error="invalid")
    assert tape.outcome("http-client-handles-json-and-sse", NEW) is UNTESTED


def test_another_result_may_be_refused_for_what_it_says(tape):
    called(tape, 2, stream=False)
    called(tape, 3, stream=True, error="invalid", said="nonsense")
    assert tape.outcome("http-client-handles-json-and-sse", NEW) is UNTESTED


def test_where_requests_and_wishes_do_not_match_nothing_is_said(tape):
    called(tape, 2, stream=False)
    called(tape, 3, stream=True, error="not JSON")
    tape.sent(request("tools/call", 4, name="echo"), mcp_session_id="one")
    assert tape.outcome("http-client-handles-json-and-sse", NEW) is UNTESTED


def test_another_request_may_fail_though_its_result_is_the_same(tape):
    called(tape, 2, stream=False)
    called(tape, 3, stream=True, error="the schema does not allow it", tool="other")
    assert tape.outcome("http-client-handles-json-and-sse", NEW) is UNTESTED
