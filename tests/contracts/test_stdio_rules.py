"""What a server may print on stdout, what it may not, and by which name each misuse goes."""

import pytest
from tape import Tape

from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome, Verdict
from mcp_proof_contracts.transcript import EventKind, Sender

GOOD = b'{"jsonrpc":"2.0","id":1,"result":{}}'
LINE, CLEAN = "stdio-one-message-per-line", "stdio-stdout-clean"


def judged(rule_id: str, *lines: bytes, unfinished: bool = False, how: str = "eof") -> Verdict:
    tape = Tape()
    for number, line in enumerate(lines, start=1):
        cut = unfinished and number == len(lines)
        tape.say(Sender.SERVER, line, data={"unfinished": True} if cut else {})
    tape.add(EventKind.CLOSE, Sender.SERVER, data={"how": how})
    return tape.judged(rule_id, Revision.R2025_11_25)


@pytest.mark.parametrize("rule_id", [LINE, CLEAN])
@pytest.mark.parametrize(
    "tolerated",
    [
        pytest.param(b"", id="an empty line"),
        pytest.param(b" \r", id="a line of white space"),
        pytest.param(GOOD + b"\r", id="a carriage return before the newline"),
        pytest.param(b"  " + GOOD, id="indentation"),
        pytest.param(b"[" + GOOD + b"]", id="an array, which the rules for batches judge"),
        pytest.param(b'{"jsonrpc":"2.0","id":1}', id="a message that other rules judge"),
        pytest.param(b'{"jsonrpc":"2.0","a":"\\ud83d"}', id="an escape of half a character"),
        pytest.param(b'{"jsonrpc":"2.0","a":"\xff"}', id="an encoding that jsonrpc-utf8 judges"),
    ],
)
def test_what_harms_nobody_is_tolerated(rule_id, tolerated):
    verdict = judged(rule_id, GOOD, tolerated, GOOD)
    assert verdict.outcome is Outcome.PASSED, verdict.findings


@pytest.mark.parametrize(
    ("noise", "name"),
    [
        (b"Server started", "text that is no JSON"),
        (b"> my-server@1.0.0 start", "banner of a package runner"),
        (b"npm warn exec The following package was not found", "banner of a package runner"),
        (b"added 57 packages in 2s", "banner of a package runner"),
        (b'{"level":30,"time":1700000000,"msg":"listening"}', "a log line in JSON"),
        (b'{"level":"error","error":"no database","message":"failed"}', "a log line in JSON"),
        (b'{"timestamp":"now","method":"GET","path":"/"}', "a log line in JSON"),
        (b'{"ready":true}', "JSON that is no MCP message"),
        (b"42", "JSON that is no MCP message"),
        (b'{"jsonrpc":"2.0","id":1,"result":{"x":NaN}}', "a broken message (not JSON"),
        (b'{"jsonrpc":"2.0","id":1,"result":{},}', "a broken message (not JSON"),
        (b'{"jsonrpc":"2.0","id":1,"res', "a broken message (not JSON"),
        (GOOD + b" done", "a broken message (not JSON"),
    ],
)
def test_what_is_no_message_is_a_finding_by_its_name(noise, name):
    verdict = judged(CLEAN, noise, GOOD)
    assert [name in finding.message for finding in verdict.findings] == [True]
    assert judged(LINE, noise, GOOD).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "broken", [b'{"jsonrpc":"2.0","id":1,"result":{"x":NaN}}', b'{"jsonrpc":"2.0","a":"\xff"}']
)
def test_broken_messages_one_per_line_are_not_one_message_over_several_lines(broken):
    assert judged(LINE, GOOD, broken, broken, GOOD).outcome is Outcome.PASSED


def test_noise_is_one_finding_for_each_session_however_much_there_is():
    (finding,) = judged(CLEAN, b"starting", GOOD, b"working", b"working", GOOD).findings
    assert "and 2 more lines" in finding.message


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ((b"{", b'  "jsonrpc": "2.0",', b'  "id": 1,', b'  "result": {}', b"}"), "several lines"),
        ((b'{"jsonrpc":"2.0","id":1,"result":{"text":"a', b'b"}}'), "several lines"),
        ((GOOD + GOOD,), "several messages"),
        ((GOOD + b" " + GOOD,), "several messages"),
    ],
)
def test_a_message_that_is_not_one_line_is_a_finding_of_that_rule_alone(lines, what):
    verdict = judged(LINE, GOOD, *lines, GOOD)
    assert [what in finding.message for finding in verdict.findings] == [True]
    assert judged(CLEAN, GOOD, *lines, GOOD).outcome is Outcome.PASSED


@pytest.mark.parametrize("last", [GOOD, GOOD[:20], b"Bye"])
def test_output_that_ends_inside_a_line_is_a_finding(last):
    verdict = judged(LINE, GOOD, last, unfinished=True)
    assert [finding.message for finding in verdict.findings] == ["the output ends inside a line"]


@pytest.mark.parametrize("last", [GOOD, GOOD[:20]])
def test_half_a_line_of_a_process_that_was_killed_proves_nothing(last):
    verdict = judged(LINE, GOOD, last, unfinished=True, how="sigkill")
    assert verdict.outcome is Outcome.PASSED
    assert judged(CLEAN, GOOD, GOOD[:20], unfinished=True).outcome is Outcome.PASSED


def test_a_server_that_printed_nothing_is_untested():
    assert judged(LINE).outcome is Outcome.UNTESTED
    assert judged(CLEAN).outcome is Outcome.UNTESTED
