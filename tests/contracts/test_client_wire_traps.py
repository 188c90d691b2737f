"""What clients may do on the wire without being told of it, and what they are told of."""

import pytest
from tape import Tape

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome, judge_rule, registry
from mcp_proof_contracts.transcript import EventKind, Header, Sender, Transcript

OLD, NEW = Revision.R2025_11_25, Revision.R2026_07_28
CLIENT, SERVER = Sender.CLIENT, Sender.SERVER
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "t"}}
DONE = {"jsonrpc": "2.0", "id": 1, "result": {"content": []}}
PING = {"jsonrpc": "2.0", "id": "p", "method": "ping"}
LIST = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
STRANGE = {"jsonrpc": "2.0", "method": "notifications/of-tomorrow"}


class ClientTape(Tape):
    """The transcript of a client under test."""

    def __init__(self, transport: str = "stdio") -> None:
        super().__init__(transport)
        header = Header(peer="x", side=CLIENT, transport=transport, started="2026-01-01")
        self.transcript = Transcript(header)

    def told(self, *, ok: bool, do: str = "call", at: float = 0.0) -> None:
        told = {"wish": 0, "do": do, "ok": ok} | ({} if ok else {"error": "it failed"})
        self.of_client(EventKind.TOLD, told, at)

    def ended(self, how: str = "exit", code: int = 0, at: float = 9.0) -> None:
        data = {"how": how, "exit_code": code}
        self.of_client(EventKind.CLOSE, data, at)

    def verdict(self, rule_id: str, revision: Revision = OLD) -> Outcome:
        rule = registry.get(rule_id)
        assert rule is not None
        return judge_rule(rule, Reading(self.transcript, revision)).outcome


def tape(*said: tuple[Sender, object]) -> ClientTape:
    made = ClientTape()
    for sender, value in said:
        made.say(sender, value)
    return made


# Requests of the server


def test_a_client_that_ends_has_left_no_request_unanswered():
    made = tape((CLIENT, CALL), (SERVER, PING), (SERVER, DONE))
    made.ended()
    assert made.verdict("jsonrpc-request-answered") is Outcome.UNTESTED


@pytest.mark.parametrize(("at", "outcome"), [(1.0, Outcome.UNTESTED), (2.5, Outcome.VIOLATED)])
def test_a_request_is_unanswered_when_the_client_goes_on_long_after_it(at, outcome):
    made = tape((CLIENT, CALL), (SERVER, PING))
    made.say(SERVER, DONE, at=at)
    made.say(CLIENT, LIST, at=at)
    assert made.verdict("jsonrpc-request-answered") is outcome
    assert made.verdict("ping-client-answers-empty") is outcome


@pytest.mark.parametrize("channel", ["stdio", "another stream"])
def test_what_is_heard_late_does_not_show_that_a_request_was_read(channel):
    made = tape((CLIENT, CALL), (SERVER, PING))
    if channel != "stdio":
        made.say(SERVER, DONE, at=3.0, channel=channel)
    made.say(CLIENT, LIST, at=3.0)
    assert made.verdict("jsonrpc-request-answered") is Outcome.UNTESTED
    assert made.verdict("ping-client-answers-empty") is Outcome.UNTESTED


def test_who_has_to_ask_somebody_may_take_longer():
    asked = {"jsonrpc": "2.0", "id": "e", "method": "elicitation/create", "params": {}}
    made = tape((CLIENT, CALL), (SERVER, asked))
    made.say(CLIENT, LIST, at=60.0)
    assert made.verdict("jsonrpc-request-answered") is Outcome.UNTESTED


def test_a_request_that_was_cancelled_needs_no_answer():
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "p"}}
    made = tape((CLIENT, CALL), (SERVER, PING), (SERVER, cancel))
    made.say(CLIENT, LIST, at=60.0)
    assert made.verdict("jsonrpc-request-answered") is Outcome.UNTESTED


def test_a_method_of_another_revision_is_not_unknown():
    asked = {"jsonrpc": "2.0", "id": "e", "method": "tasks/list"}
    answer = {"jsonrpc": "2.0", "id": "e", "result": {"tasks": []}}
    made = tape((SERVER, asked), (CLIENT, answer))
    assert made.verdict("jsonrpc-method-not-found", Revision.R2025_06_18) is Outcome.UNTESTED


def test_an_id_in_another_type_is_told_of_as_that_and_not_as_silence():
    made = tape((SERVER, {**PING, "id": "7"}), (CLIENT, {"jsonrpc": "2.0", "id": 7, "result": {}}))
    made.say(CLIENT, LIST, at=60.0)
    assert made.verdict("jsonrpc-id-roundtrip-types") is Outcome.VIOLATED
    assert made.verdict("jsonrpc-request-answered") is Outcome.UNTESTED


def test_requests_one_after_the_other_cannot_be_mixed_up():
    roots = {"jsonrpc": "2.0", "id": "r", "method": "roots/list"}
    made = tape(
        (SERVER, roots),
        (CLIENT, {"jsonrpc": "2.0", "id": "r", "result": {}}),
        (SERVER, PING),
        (CLIENT, {"jsonrpc": "2.0", "id": "p", "result": {"roots": []}}),
    )
    assert made.verdict("jsonrpc-response-matches-request") is Outcome.UNTESTED


# Answers without an id


NO_ID = {"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}}


def test_an_error_without_an_id_may_answer_what_could_not_be_read():
    made = tape((SERVER, STRANGE), (SERVER, b'{"jsonrpc": "2.0", '), (CLIENT, NO_ID))
    assert made.verdict("jsonrpc-no-response-to-notification") is not Outcome.VIOLATED
    assert made.verdict("jsonrpc-error-id-present") is not Outcome.VIOLATED


def test_an_error_without_an_id_answers_the_request_that_waits_and_no_notification():
    made = tape((SERVER, STRANGE), (SERVER, PING), (CLIENT, NO_ID))
    assert made.verdict("jsonrpc-error-id-present") is Outcome.VIOLATED
    assert made.verdict("jsonrpc-no-response-to-notification") is not Outcome.VIOLATED


# What a client does not know


def test_a_client_that_is_done_has_survived_or_nobody_knows():
    made = tape((CLIENT, CALL), (SERVER, STRANGE), (SERVER, DONE))
    made.told(ok=True)
    made.ended()
    assert made.verdict("jsonrpc-unknown-notification-survived") is Outcome.UNTESTED


@pytest.mark.parametrize("how", ["terminated", "killed"])
def test_a_client_that_was_ended_has_left_nothing_out(how):
    made = tape((CLIENT, CALL), (SERVER, STRANGE), (SERVER, DONE))
    made.told(ok=False)
    made.ended(how)
    assert made.verdict("jsonrpc-unknown-notification-survived") is Outcome.UNTESTED


def test_a_client_that_fails_and_goes_on_has_survived():
    made = tape((CLIENT, CALL), (SERVER, STRANGE), (SERVER, DONE))
    made.told(ok=False)
    made.say(CLIENT, LIST)
    made.ended()
    assert made.verdict("jsonrpc-unknown-notification-survived") is Outcome.PASSED


def test_a_result_that_is_wrong_besides_may_fail():
    made = tape((CLIENT, CALL), (SERVER, {**DONE, "result": {"content": 7, "new": 1}}))
    made.told(ok=False)
    made.ended()
    assert made.verdict("jsonrpc-unknown-members-tolerated") is Outcome.UNTESTED


# The stateless era


def test_a_call_is_judged_by_what_the_user_was_told_of_it_alone():
    made = tape((CLIENT, CALL), (SERVER, {**DONE, "result": {"content": [], "resultType": "odd"}}))
    made.told(ok=False)
    made.told(ok=True)
    assert made.verdict("client-result-type-unknown-invalid", NEW) is Outcome.PASSED


def test_a_tool_that_fails_says_nothing_of_its_type():
    made = tape((CLIENT, CALL), (SERVER, {**DONE, "result": {"content": [], "isError": True}}))
    made.told(ok=False)
    assert made.verdict("client-result-type-absent-is-complete", NEW) is Outcome.UNTESTED


def test_a_client_that_has_shaken_hands_answers():
    first = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}
    made = tape(
        (CLIENT, first), (SERVER, PING), (CLIENT, {"jsonrpc": "2.0", "id": "p", "result": {}})
    )
    assert made.verdict("client-never-sends-responses", NEW) is Outcome.UNTESTED


def test_an_id_may_be_used_again_when_it_was_answered():
    made = tape((CLIENT, CALL), (SERVER, DONE), (CLIENT, CALL), (CLIENT, LIST))
    assert made.verdict("jsonrpc-request-id-unique-inflight", NEW) is Outcome.PASSED
    made.say(CLIENT, LIST)
    assert made.verdict("jsonrpc-request-id-unique-inflight", NEW) is Outcome.VIOLATED


# Processes


def ended_process(
    made: ClientTape, how: str, at: float, *, closed: bool = False, **more: object
) -> None:
    if closed:
        made.add(EventKind.END, CLIENT, data={"how": "complete"}, at=at)
    made.add(EventKind.CLOSE, SERVER, data={"how": how, "input_ended": closed, **more}, at=at)


SIGTERM = {"how": "closed", "detail": "SIGTERM"}


@pytest.mark.parametrize(
    ("open_", "closed", "outcome"),
    [
        (True, None, Outcome.VIOLATED),
        (False, None, Outcome.UNTESTED),
        (False, 1.9, Outcome.UNTESTED),
        (False, 1.5, Outcome.PASSED),
    ],
)
def test_a_process_that_does_not_get_to_run_learns_late_that_its_input_was_closed(
    open_, closed, outcome
):
    made = tape((CLIENT, CALL), (SERVER, DONE))
    if closed is not None:
        made.add(EventKind.END, CLIENT, data={"how": "complete"}, at=closed)
    made.add(EventKind.END, CLIENT, data={**SIGTERM, "input_open": open_}, at=2.0)
    ended_process(made, "sigterm", 2.0)
    made.ended(at=3.0)
    assert made.verdict("stdio-client-closes-stdin-first") is outcome


def test_a_client_that_was_terminated_ended_its_server_with_it():
    made = tape((CLIENT, CALL), (SERVER, DONE))
    made.add(EventKind.END, CLIENT, data={**SIGTERM, "input_open": True})
    ended_process(made, "sigterm", 0.0)
    made.ended("terminated")
    assert made.verdict("stdio-client-closes-stdin-first") is Outcome.UNTESTED


@pytest.mark.parametrize(
    ("how", "at", "more", "outcome"),
    [
        ("eof", 1.0, {}, Outcome.UNTESTED),
        ("sigkill", 0.9, {}, Outcome.PASSED),
        ("sigkill", 1.5, {}, Outcome.UNTESTED),
        ("sigkill", 1.5, {"unseen": 0.6}, Outcome.UNTESTED),
        ("sigkill", 1.5, {"unseen": 0.3}, Outcome.VIOLATED),
    ],
)
def test_a_server_is_left_running_when_it_surely_outlives_the_client(how, at, more, outcome):
    made = tape((CLIENT, CALL), (SERVER, DONE))
    made.add(EventKind.END, CLIENT, data={"how": "complete"}, at=0.5)
    ended_process(made, how, at, **more)
    made.ended(at=1.0)
    assert made.verdict("stdio-client-escalates") is outcome


def test_what_was_under_way_when_the_server_exited_may_fail():
    made = tape((CLIENT, CALL))
    ended_process(made, "exited", 0.0)
    made.told(ok=False)
    made.ended()
    assert made.verdict("stdio-client-restarts-server", NEW) is Outcome.UNTESTED
    made = tape((CLIENT, CALL))
    ended_process(made, "exited", 0.0)
    made.told(ok=False)
    made.told(ok=False)
    made.ended()
    assert made.verdict("stdio-client-restarts-server", NEW) is Outcome.VIOLATED


def test_a_call_that_fails_is_not_given_up_when_it_was_answered():
    refused = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32603, "message": "no"}}
    made = tape((CLIENT, CALL), (SERVER, refused))
    made.told(ok=False)
    made.say(CLIENT, LIST)
    assert made.verdict("stdio-cancel-by-notification", NEW) is Outcome.UNTESTED


@pytest.mark.parametrize(("at", "outcome"), [(0.001, Outcome.UNTESTED), (5.0, Outcome.VIOLATED)])
def test_a_failure_may_be_told_of_by_a_clock_that_is_behind(at, outcome):
    made = tape((CLIENT, CALL))
    made.told(ok=False)
    made.say(SERVER, DONE, at=at)
    made.say(CLIENT, LIST, at=at)
    assert made.verdict("stdio-cancel-by-notification", NEW) is outcome


def test_a_client_that_closes_all_gives_nothing_up():
    made = tape((CLIENT, CALL))
    made.told(ok=False)
    made.ended()
    assert made.verdict("stdio-cancel-by-notification", NEW) is Outcome.UNTESTED


def test_output_on_stderr_explains_nothing_when_the_server_did_not_answer():
    made = tape((CLIENT, CALL))
    made.add(EventKind.STDERR, SERVER, data={"text": "ERROR"})
    made.told(ok=False)
    made.ended()
    assert made.verdict("stdio-stderr-not-an-error") is Outcome.UNTESTED
