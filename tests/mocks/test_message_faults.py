"""What happens to replies: each message fault on the wire, in verdicts, and where it is chosen."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from mcp_proof.cli import main
from mcp_proof_contracts.contract_file import ContractError
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_contracts.rule import Outcome, registry
from mcp_proof_contracts.transcript import Sender
from mcp_proof_mocks.active_faults import FixedFaultError
from mcp_proof_mocks.fault_selection import Selection
from mcp_proof_mocks.fault_text import FaultTextError
from mcp_proof_mocks.message_fault import message_faults
from mcp_proof_mocks.server import MockServer

BOUND = 10.0
MOCK = [sys.executable, "-m", "mcp_proof", "mock", "everything", "--stdio"]
SHOWN = [
    (f"{kind.name}:{parameters}", rules, transport)
    for kind in message_faults
    for parameters, rules in kind.shows.items()
    for transport in ("stdio", "http")
    if all(registry.get(rule).transport in (None, transport) for rule in rules)
]


# What verify says


def violated(verdicts) -> set[str]:
    return {rule for rule, v in verdicts.items() if v.outcome is Outcome.VIOLATED}


@pytest.mark.parametrize(("fault", "rules", "transport"), SHOWN)
def test_verify_names_the_rule_that_a_message_fault_breaks(fault, rules, transport, verify_mock):
    judged = [registry.get(rule) for rule in rules]
    known = all(rule.applies(LATEST_STATEFUL, Sender.SERVER, transport) for rule in judged)
    options = {
        "spoken": LATEST_STATEFUL if known else judged[0].until,
        "transport": transport,
        "probes": tuple(probe for rule in judged for probe in rule.probes),
    }
    assert violated(verify_mock(**options)) == set()
    assert set(rules) <= violated(verify_mock(**options, fault=fault, timeout=3.0))


def test_replies_that_come_in_another_order_break_no_rule(verify_mock):
    fault = "reordered:tool=echo,seconds=0.1"
    options = {"spoken": LATEST_STATEFUL, "transport": "stdio", "probes": ("echo",)}
    assert violated(verify_mock(**options, fault=fault)) == set()


def test_every_message_fault_has_a_rule_or_says_why_it_has_none():
    silent = {kind.name for kind in message_faults if not kind.shows}
    assert silent == {"reordered"}
    assert "No rule names it" in (message_faults.get("reordered").build.__doc__ or "")


# What goes over the wire


def call(number: int, text: str = "", *, tool: str = "echo", token: object = None) -> dict:
    params = {"name": tool, "arguments": {"message": text}}
    if token is not None:
        params["_meta"] = {"progressToken": token}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


def ping(number: int) -> dict:
    return {"jsonrpc": "2.0", "id": number, "method": "ping"}


def talk(fault: str, *requests: Mapping[str, object], expect: int) -> list[dict]:
    """Send requests together; return so many messages, then end the mock by its input."""

    async def run() -> list[dict]:
        pipe = asyncio.subprocess.PIPE
        mock = await asyncio.create_subprocess_exec(
            *MOCK, "--fault", fault, stdin=pipe, stdout=pipe
        )
        try:
            async with asyncio.timeout(BOUND):
                mock.stdin.writelines(json.dumps(each).encode() + b"\n" for each in requests)
                lines = [await mock.stdout.readline() for _ in range(expect)]
                mock.stdin.close()
                rest, _ = await mock.communicate()
                assert (rest, mock.returncode) == (b"", 0)
        finally:
            if mock.returncode is None:
                mock.kill()
                await mock.wait()
        return [json.loads(line) for line in lines]

    return asyncio.run(run())


def texts(messages: list[dict]) -> dict[int, str]:
    return {each["id"]: each["result"]["content"][0]["text"] for each in messages}


def test_crossed_answers_swap_the_results_of_two_calls():
    said = talk("crossed-answers:seconds=8", call(1, "one"), call(2, "two"), expect=2)
    assert texts(said) == {1: "two", 2: "one"}


def test_a_call_without_a_partner_gets_its_own_result():
    assert texts(talk("crossed-answers:seconds=0.01", call(1, "one"), expect=1)) == {1: "one"}


def test_a_reordered_reply_goes_after_the_next_one_whichever_that_is():
    said = talk("reordered:tool=echo,seconds=8", call(1), ping(2), expect=2)
    assert [each["id"] for each in said] == [2, 1]


def test_of_replies_that_are_all_to_be_reordered_every_second_overtakes():
    said = talk("reordered:seconds=8", ping(1), ping(2), expect=2)
    assert [each["id"] for each in said] == [2, 1]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("decreasing", [("two", 99), ("two", 98), 2]),
        ("foreign-token", [("one", 99), 2]),
        ("after-end", [2, ("two", 99)]),
    ],
)
def test_bad_progress_is_told_around_the_reply(how, told):
    requests = [call(1, token="one"), call(2, token="two")]
    before = 2 if how != "decreasing" else 3
    said = talk(f"bad-progress:how={how}", *requests, expect=before + len(told))
    assert [_told(each) for each in said[before:]] == told


def _told(message: dict) -> object:
    params = message.get("params")
    return (params["progressToken"], params["progress"]) if params else message["id"]


def test_progress_is_only_told_to_who_asked_for_it():
    assert [each.get("id") for each in talk("bad-progress", ping(1), expect=1)] == [1]


@pytest.mark.parametrize("fault", ["no-response:call=1", "late-response:seconds=600,call=1"])
def test_a_reply_that_waits_does_not_keep_the_mock_from_ending(fault):
    assert [each["id"] for each in talk(fault, ping(1), ping(2), expect=1)] == [2]


def test_a_late_response_comes_after_its_time():
    said = talk("late-response:seconds=0.2,method=tools/call", call(1), ping(2), expect=2)
    assert [each["id"] for each in said] == [2, 1]


# Which requests


def test_a_rule_named_fault_that_edits_replies_can_be_narrowed():
    fault = "jsonrpc-result-xor-error:tool=echo,call=2"
    said = talk(fault, call(1), call(2, tool="fail"), call(3), call(4), expect=4)
    assert {each["id"] for each in said if "error" in each} == {3}


def chosen(given: str, calls: int = 6) -> list[int]:
    selection = Selection(**json.loads(given))
    return [number for number in range(1, calls + 1) if selection.chooses(call(number))]


def test_calls_are_chosen_by_their_number():
    assert chosen("{}") == [1, 2, 3, 4, 5, 6]
    assert chosen('{"call": "3"}') == [3]
    assert chosen('{"call": "5.."}') == [5, 6]
    assert chosen('{"method": "tools/call", "tool": "echo", "call": "2"}') == [2]
    assert chosen('{"tool": "other"}') == []
    assert chosen('{"method": "ping"}') == []


def test_chance_is_repeatable_and_another_seed_is_another_chance():
    first = chosen('{"probability": 0.2}', 1000)
    assert 150 < len(first) < 250
    assert chosen('{"probability": 0.2}', 1000) == first
    assert chosen('{"probability": 0.2, "seed": 1}', 1000) != first
    assert chosen('{"probability": 0}', 100) == []


# Where they are chosen


def usage_error(*options: str) -> str:
    command = [*MOCK[:-1], *options]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 2
    return done.stderr


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("wrog-id", "Did you mean wrong-id"),
        ("wrog-id", "`mcp-proof rules`"),
        ("sec-orgin-validated", "Did you mean sec-origin-validated"),
        ("wrong-id:method", "expected NAME or NAME:key=value"),
        ("wrong-id:id=nil", "wrong-id: id is other or other-type or null, not 'nil'"),
        ("wrong-id:tol=echo", "no parameter 'tol'. Did you mean tool"),
        ("late-response:seconds=soon", "late-response: seconds is a number, not 'soon'"),
        ("late-response:seconds=-1", "late-response: seconds is at least 0, not -1"),
        ("duplicate-response:times=1", "times is at least 2, not 1"),
        ("wrong-id:call=0", "call is a number from 1"),
        ("wrong-id:probability=2", "probability is between 0 and 1, not 2"),
        ("sec-origin-validated:tool=echo", "holds for the whole server and cannot be narrowed"),
        ("jsonrpc-utf8:tool=echo", "holds for the whole server and cannot be narrowed"),
    ],
)
def test_a_fault_that_is_chosen_wrongly_is_explained(fault, told):
    with pytest.raises(FaultTextError) as raised:
        MockServer("plain", [fault])
    assert told in str(raised.value)


def test_the_command_line_explains_it_too():
    assert "Did you mean wrong-id" in usage_error("--fault", "wrog-id")
    assert "--stdio has none" in usage_error("--stdio", "--control")


def test_the_help_names_every_message_fault(capsys):
    with pytest.raises(SystemExit):
        main(["mock", "--help"])
    words = set(capsys.readouterr().out.replace(",", " ").split())
    assert {kind.name for kind in message_faults} <= words


CONTRACT = """
info: {name: faulty, version: 1.0.0}
faults:
  - wrong-version:tool=echo
  - {name: late-response, tool: echo, seconds: 2, call: 3}
  - tools-name-unique
tools:
  - {name: echo, answer: {text: hello}}
"""


def contract(tmp_path, text: str = CONTRACT):
    path = tmp_path / "contract.yaml"
    path.write_text(text)
    return path


def test_a_contract_file_says_which_faults_its_server_has(tmp_path):
    server = MockServer(contract(tmp_path), ["wrong-id"])
    assert [each.text for each in server.faults] == [
        "wrong-version:tool=echo",
        "late-response:tool=echo,seconds=2,call=3",
        "tools-name-unique",
        "wrong-id",
    ]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("wrog-id", "faults[0]: there is no fault 'wrog-id'. Did you mean wrong-id"),
        ("{seconds: 2}", 'faults[0]: "name" is missing'),
        ("{name: reordered, seconds: true}", "faults[0].seconds: must be number, is true"),
    ],
)
def test_a_wrong_fault_in_a_contract_file_is_told_with_its_place(entry, told, tmp_path):
    path = contract(tmp_path, f"info: {{name: x, version: '1'}}\nfaults: [{entry}]\n")
    with pytest.raises(ContractError) as raised:
        MockServer(path)
    assert str(raised.value).startswith(f"{path}:2: {told}")


def replies(server, *requests: Mapping[str, object]) -> list[object]:
    async def run() -> list[object]:
        reply = {"jsonrpc": "2.0", "id": 1, "result": {}}
        return [each for r in requests for each in await server.faults.replies(r, reply)]

    return asyncio.run(run())


def test_faults_are_injected_and_cleared_while_the_server_runs():
    server = MockServer("plain")
    assert server.keeps("sec-origin-validated")
    assert not server.faults
    server.inject("sec-origin-validated")
    server.inject("duplicate-response", tool="echo", times=3)
    assert not server.keeps("sec-origin-validated")
    assert len(replies(server, call(1), ping(2))) == 4
    server.clear_faults()
    assert server.keeps("sec-origin-validated")
    assert len(replies(server, call(1), ping(2))) == 2


def test_a_fault_that_changes_the_contract_is_only_chosen_at_the_start():
    late = MockServer("everything")
    with pytest.raises(FixedFaultError, match="choose it at the start"):
        late.inject("icons-shape")
    server = MockServer("everything", ["icons-shape", "wrong-id"])
    server.clear_faults()
    assert [each.text for each in server.faults] == ["icons-shape"]


def test_a_fault_leaves_alone_what_another_one_sends_beside_the_reply():
    server = MockServer("plain", ["bad-progress:how=after-end", "wrong-id"])
    reply, progress = replies(server, call(1, token="mine"))
    assert reply["id"] == "not-1"
    assert "id" not in progress


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("wrong-type", "meta-is-object"),
        ("jsonrpc-result-is-object", "result-type-known"),
        ("jsonrpc-result-xor-error", "errors-no-internals"),
    ],
)
def test_a_fault_leaves_alone_what_another_one_has_made_unlike_what_it_edits(first, then):
    alone = replies(MockServer("plain", [first]), call(1))
    assert replies(MockServer("plain", [first, then]), call(1)) == alone


def test_faults_edit_replies_that_lack_a_member():
    server = MockServer("plain", ["missing-member:member=id", "jsonrpc-response-id-echo"])
    assert [each["id"] for each in replies(server, call(1))] == ["None"]
    server = MockServer("plain", ["unknown-error-code", "missing-member:member=error.code"])
    server.inject("jsonrpc-error-shape")
    assert ["code" in each["error"] for each in replies(server, call(1))] == [False]
