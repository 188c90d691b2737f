"""What the specification permits of cancellations must not be called a violation."""

from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

R2411, R2503, R2506, R2511, R2607 = Revision
PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED
SLOW = {"name": "t", "arguments": {}}
ERROR = {"code": 0, "message": "Request cancelled"}


class Conversation(Tape):
    """A conversation with a server, message by message."""

    def __init__(self, revision: Revision = R2511, transport: str = "stdio") -> None:
        super().__init__(transport)
        self.revision = revision
        info = {"name": "x", "version": "1"}
        agreed = {"protocolVersion": str(revision), "serverInfo": info, "capabilities": {}}
        if revision is not R2607:
            self.ask("initialize", 0, agreed, {"protocolVersion": str(revision)})

    def ask(
        self, method: str, number: Json, result: Json = None, params: Json = None, probe: str = ""
    ) -> None:
        version = {"io.modelcontextprotocol/protocolVersion": str(self.revision)}
        meta = {"_meta": {**version, "progressToken": number}} if self.revision is R2607 else {}
        given = {**(params if isinstance(params, dict) else {}), **meta}
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": given}
        self.say(Sender.CLIENT, request, probe=probe)
        if result is not None:
            self.answer(number, result=result)

    def answer(self, number: Json, **reply: Any) -> None:
        self.say(Sender.SERVER, {"jsonrpc": "2.0", "id": number, **reply})

    def tell(self, sender: Sender, method: str, params: Json, **more: Any) -> None:
        self.say(sender, {"jsonrpc": "2.0", "method": method, "params": params}, **more)

    def cancel(self, sender: Sender, number: Json, **more: Any) -> None:
        self.tell(sender, "notifications/cancelled", {"requestId": number}, **more)

    def ping(self, number: Json, probe: str = "") -> None:
        self.ask("ping", number, {}, probe=probe)

    def verdict(self, rule_id: str) -> Outcome:
        return self.outcome(rule_id, self.revision)


def cancelled(*, case: str = "named", revision: Revision = R2511) -> Conversation:
    """A slow request that was cancelled; the answer to what was sent next is still to come."""
    talk = Conversation(revision)
    talk.ask("tools/call", "slow", params=SLOW, probe=f"cancellation/{case}")
    talk.cancel(Sender.CLIENT, "slow", probe="cancellation/cancel")
    talk.ask("ping", "then", probe="cancellation/then")
    return talk


def ended(talk: Conversation) -> Conversation:
    talk.ping("end", "cancellation/end")
    return talk


HONOURED, SILENT = "cancel-honoured", "stdio-no-messages-after-cancel"


def test_a_request_that_is_never_answered_was_cancelled():
    talk = cancelled()
    talk.answer("then", result={})
    assert ended(talk).verdict(HONOURED) is PASSED


def test_an_answer_that_crosses_the_cancellation_is_no_fault():
    talk = cancelled()
    talk.answer("slow", result={"content": []})
    talk.answer("then", result={})
    assert ended(talk).verdict(HONOURED) is UNTESTED


def test_an_answer_before_the_cancellation_proves_nothing():
    talk = Conversation()
    talk.ask("tools/call", "slow", {"content": []}, SLOW, probe="cancellation/named")
    talk.cancel(Sender.CLIENT, "slow", probe="cancellation/cancel")
    talk.ping("then", "cancellation/then")
    assert ended(talk).verdict(HONOURED) is UNTESTED


@pytest.mark.parametrize(("case", "expected"), [("named", VIOLATED), ("seen", UNTESTED)])
def test_a_late_result_counts_only_where_the_request_can_be_cancelled(case, expected):
    talk = cancelled(case=case)
    talk.answer("then", result={})
    talk.answer("slow", result={"content": []})
    assert ended(talk).verdict(HONOURED) is expected


def test_an_error_that_says_that_it_was_cancelled_is_a_response_all_the_same():
    talk = cancelled(case="seen")
    talk.answer("slow", error=ERROR)
    talk.answer("then", result={})
    assert ended(talk).verdict(HONOURED) is VIOLATED


def test_over_http_an_error_may_answer_the_post_of_a_cancelled_request():
    talk = Conversation(transport="http")
    head = {"channel": "post-1", "probe": "cancellation/named"}
    request = {"method": "POST", "headers": {"mcp-session-id": "s"}}
    talk.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data=request, **head)
    call = {"jsonrpc": "2.0", "id": "slow", "method": "tools/call", "params": SLOW}
    talk.say(Sender.CLIENT, call, **head)
    talk.cancel(Sender.CLIENT, "slow", probe="cancellation/cancel")
    talk.say(Sender.SERVER, {"jsonrpc": "2.0", "id": "slow", "error": ERROR}, **head)
    talk.ping("then", "cancellation/then")
    assert ended(talk).verdict(HONOURED) is UNTESTED


def test_a_server_that_is_silent_after_a_cancellation_is_for_another_rule():
    assert cancelled().verdict(HONOURED) is UNTESTED


def effect(talk: Conversation, case: str, text: str) -> None:
    result = {"content": [{"type": "text", "text": text}], "_meta": {"took": case}}
    talk.ask("tools/call", f"effect-{case}", result, SLOW, probe=f"cancellation/{case}")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("a", "a", "b", "b"), PASSED),
        (("a", "a", "b", "c"), VIOLATED),
        (("a", "a", "a", "a"), UNTESTED),
        (("a", "b", "c", "d"), UNTESTED),
    ],
    ids=["it ended", "it went on", "the effect does not show", "the effect changes by itself"],
)
def test_work_that_goes_on_is_judged_by_an_effect_that_can_be_trusted(texts, expected):
    talk = Conversation(R2607)
    for case, text in zip(("before", "before", "after-control"), texts, strict=False):
        effect(talk, case, text)
    talk.ask("tools/call", "slow", params=SLOW, probe="cancellation/work")
    talk.cancel(Sender.CLIENT, "slow", probe="cancellation/cancel")
    talk.ping("then", "cancellation/then")
    ended(talk)
    effect(talk, "after-cancel", texts[-1])
    assert talk.verdict(HONOURED) is expected


def test_what_is_written_before_the_barrier_has_crossed_the_cancellation():
    talk = cancelled(revision=R2607)
    progress = {"progressToken": "slow", "progress": 1}
    talk.tell(Sender.SERVER, "notifications/progress", progress)
    talk.answer("slow", result={"content": []})
    talk.answer("then", result={})
    assert ended(talk).verdict(SILENT) is PASSED


@pytest.mark.parametrize(("case", "expected"), [("named", VIOLATED), ("seen", UNTESTED)])
@pytest.mark.parametrize("what", ["result", "progress"])
def test_what_is_written_after_the_barrier_is_too_late(what, case, expected):
    talk = cancelled(case=case, revision=R2607)
    talk.answer("then", result={})
    if what == "result":
        talk.answer("slow", result={"content": []})
    else:
        progress = {"progressToken": "slow", "progress": 1}
        talk.tell(Sender.SERVER, "notifications/progress", progress)
    assert ended(talk).verdict(SILENT) is expected


def test_progress_of_another_request_may_go_on_after_a_cancellation():
    talk = cancelled(revision=R2607)
    talk.answer("then", result={})
    talk.tell(Sender.SERVER, "notifications/progress", {"progressToken": "other", "progress": 1})
    assert ended(talk).verdict(SILENT) is PASSED


# What a server calls off

OWN = "cancel-own-inflight-only"


def asking(revision: Revision = R2511, transport: str = "stdio") -> Conversation:
    talk = Conversation(revision, transport)
    request = {"jsonrpc": "2.0", "id": "q", "method": "sampling/createMessage", "params": {}}
    talk.say(Sender.SERVER, request)
    return talk


def test_a_server_may_call_off_its_own_question():
    talk = asking()
    talk.cancel(Sender.SERVER, "q")
    assert talk.verdict(OWN) is PASSED


def test_an_answer_on_its_way_does_not_make_a_cancellation_wrong():
    talk = asking()
    talk.say(Sender.CLIENT, {"jsonrpc": "2.0", "id": "q", "result": {}})
    talk.ask("ping", 1)
    talk.cancel(Sender.SERVER, "q")
    talk.answer(1, result={})
    assert talk.verdict(OWN) is PASSED


def test_a_question_that_was_answered_long_ago_is_not_called_off():
    talk = asking()
    talk.say(Sender.CLIENT, {"jsonrpc": "2.0", "id": "q", "result": {}})
    talk.ping(1)
    talk.cancel(Sender.SERVER, "q")
    assert talk.verdict(OWN) is VIOLATED


@pytest.mark.parametrize("given", ["other", 1, "1"])
def test_a_question_that_was_never_asked_is_not_called_off(given):
    talk = asking()
    talk.cancel(Sender.SERVER, given)
    assert talk.verdict(OWN) is VIOLATED


def test_over_http_a_question_may_have_been_lost():
    talk = asking(transport="http")
    talk.cancel(Sender.SERVER, "other", channel="get-1")
    assert talk.verdict(OWN) is UNTESTED


def test_an_id_that_is_none_is_for_another_rule():
    talk = asking()
    talk.cancel(Sender.SERVER, None)
    assert talk.verdict(OWN) is UNTESTED
    assert talk.verdict("cancel-members") is VIOLATED


@pytest.mark.parametrize(
    ("revision", "params", "expected"),
    [
        (R2411, {"requestId": 0}, PASSED),
        (R2506, {}, VIOLATED),
        (R2511, {}, PASSED),
        (R2607, {}, VIOLATED),
        (R2511, {"requestId": "a", "reason": 7}, VIOLATED),
        (R2511, {"requestId": "a", "more": 7}, PASSED),
        (R2511, {"requestId": 1.5}, VIOLATED),
        (R2511, [], UNTESTED),
    ],
)
def test_a_cancellation_has_the_members_of_its_revision(revision, params, expected):
    talk = Conversation(revision)
    talk.tell(Sender.SERVER, "notifications/cancelled", params)
    assert talk.verdict("cancel-members") is expected


# Subscriptions

LISTEN_ONLY, TEARDOWN = "cancel-26-server-listen-only", "cancel-26-server-teardown"


def listening(*, acknowledged: bool = True) -> Conversation:
    talk = Conversation(R2607)
    talk.ask("subscriptions/listen", "sub", params={"notifications": {}}, probe="listen-teardown")
    if acknowledged:
        meta = {"io.modelcontextprotocol/subscriptionId": "sub"}
        params = {"notifications": {}, "_meta": meta}
        talk.tell(Sender.SERVER, "notifications/subscriptions/acknowledged", params)
    return talk


def killed(talk: Conversation, how: str = "sigterm", code: int | None = 0) -> Conversation:
    data = {"how": how, "exit_code": code}
    talk.add(EventKind.CLOSE, Sender.SERVER, probe="listen-teardown", data=data)
    return talk


@pytest.mark.parametrize("signal", ["cancelled", "result", "both", "result first"])
def test_a_subscription_may_end_by_either_signal(signal):
    talk = listening()
    if signal in ("result", "result first"):
        talk.answer("sub", result={"resultType": "complete"})
    if signal != "result":
        talk.cancel(Sender.SERVER, "sub")
    if signal == "both":
        talk.answer("sub", result={"resultType": "complete"})
    killed(talk)
    assert talk.verdict(TEARDOWN) is PASSED
    assert talk.verdict(OWN) is (UNTESTED if signal == "result" else PASSED)
    assert talk.verdict(LISTEN_ONLY) is (UNTESTED if signal == "result" else PASSED)


@pytest.mark.parametrize(
    ("how", "code", "expected"),
    [
        ("sigterm", 0, VIOLATED),
        ("sigterm", 1, VIOLATED),
        ("sigterm", -15, UNTESTED),
        ("sigterm", 143, UNTESTED),
        ("sigterm", None, UNTESTED),
        ("sigkill", -9, UNTESTED),
        ("crashed", 1, UNTESTED),
    ],
)
def test_only_an_orderly_exit_is_expected_to_end_subscriptions(how, code, expected):
    assert killed(listening(), how, code).verdict(TEARDOWN) is expected


def test_a_subscription_that_was_never_acknowledged_needs_no_end():
    assert killed(listening(acknowledged=False)).verdict(TEARDOWN) is UNTESTED


def test_a_server_calls_off_no_other_request_than_a_subscription():
    talk = listening()
    talk.ask("tools/call", 7, params=SLOW)
    talk.cancel(Sender.SERVER, 7)
    assert talk.verdict(LISTEN_ONLY) is VIOLATED
    assert talk.verdict(OWN) is PASSED


# Questions that stay unanswered

TIMEOUT = "request-timeout-cancels"


@pytest.mark.parametrize(
    ("seconds", "cancels", "answers", "expected"),
    [
        (1.0, True, True, PASSED),
        (1.0, False, True, VIOLATED),
        (0.0, False, True, UNTESTED),
        (1.0, True, False, PASSED),
        (1.0, False, False, UNTESTED),
    ],
    ids=["gives up", "in silence", "did not wait", "goes on after it", "waits on"],
)
def test_a_server_that_gives_up_waiting_says_so(seconds, cancels, answers, expected):
    talk = Conversation()
    talk.ask("tools/call", 1, params=SLOW, probe="unanswered/call")
    request = {"jsonrpc": "2.0", "id": "q", "method": "sampling/createMessage", "params": {}}
    talk.say(Sender.SERVER, request)
    if cancels:
        talk.cancel(Sender.SERVER, "q", at=seconds)
    if answers:
        talk.say(Sender.SERVER, {"jsonrpc": "2.0", "id": 1, "result": {}}, at=seconds)
    assert talk.verdict(TIMEOUT) is expected


# Cancellations that mean nothing

IGNORED = "cancel-unknown-ignored"


@pytest.mark.parametrize(
    ("case", "status", "expected"),
    [
        ("unknown", 202, PASSED),
        ("unknown", 400, VIOLATED),
        ("unknown", 429, UNTESTED),
        ("malformed", 400, UNTESTED),
        ("malformed", 500, VIOLATED),
    ],
)
def test_http_may_refuse_only_a_malformed_cancellation(case, status, expected):
    talk = Conversation(transport="http")
    probe = f"odd-cancellations/{case}"
    head = {"channel": "post-1", "probe": probe}
    request = {"method": "POST", "headers": {}}
    talk.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data=request, **head)
    talk.cancel(Sender.CLIENT, "never", **head)
    answer = {"status": status, "headers": {}}
    talk.add(EventKind.HTTP_RESPONSE, Sender.SERVER, data=answer, **head)
    talk.ping("then", f"{probe}-then")
    assert talk.verdict(IGNORED) is expected


def test_an_error_without_an_id_is_an_answer_to_the_cancellation():
    talk = Conversation()
    talk.cancel(Sender.CLIENT, "never", probe="odd-cancellations/unknown")
    talk.ask("ping", "b", probe="barrier")
    talk.say(Sender.SERVER, {"jsonrpc": "2.0", "error": ERROR})
    talk.answer("b", result={})
    talk.ping("then", "odd-cancellations/unknown-then")
    assert talk.verdict(IGNORED) is VIOLATED


def test_a_server_that_is_overloaded_has_survived_the_race():
    talk = Conversation(transport="http")
    head = {"channel": "post-1", "probe": "cancel-race/after-then"}
    talk.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data={"method": "POST", "headers": {}}, **head)
    talk.say(Sender.CLIENT, {"jsonrpc": "2.0", "id": 1, "method": "ping"}, **head)
    answer = {"status": 503, "headers": {}}
    talk.add(EventKind.HTTP_RESPONSE, Sender.SERVER, data=answer, **head)
    assert talk.verdict("cancel-race-survived") is UNTESTED
