"""What failed is kept, tried first the next time, and forgotten once it passes."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from fuzz.campaigns import campaign, planted

from mcp_proof.fuzz.corpus import Corpus
from mcp_proof.targets import CommandTarget, MemoryTarget
from mcp_proof_mocks.server import MockServer

FRAIL = Path(__file__).parents[2] / "peers" / "frail.py"
PROTOCOL = ("protocol",)
REMEMBERED = {"operations": PROTOCOL, "max_examples": 0}
"""Only what is remembered of the protocol: nothing is generated."""
PING = '{"jsonrpc":"2.0","id":"one","method":"ping"}'


def frail(defect: str) -> CommandTarget:
    return CommandTarget((sys.executable, str(FRAIL), "stdio", defect), cwd=".")


def message(raw: str, transport: str) -> str:
    """The text of a malformed message, as the corpus has it."""
    case = {"name": "it", "transport": transport, "steps": [{"raw": raw}]}
    return json.dumps(case, separators=(",", ":"))


def kept(folder: Path, server: str, label: str) -> list[str]:
    return list(Corpus(folder, server).cases(label, str))


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A folder in which a failure of the protocol is kept, and that failure."""
    folder = tmp_path_factory.mktemp("corpus")
    tally = campaign(
        frail("dies-on-surrogate"), operations=PROTOCOL, max_examples=60, corpus=folder
    )
    [failure] = tally.failures
    return folder, failure


def test_an_input_that_failed_is_forgotten_once_it_passes(tmp_path):
    label, options = "tool divide_budget", {"tools": ("divide_budget",), "corpus": tmp_path}
    broken = campaign(planted(), max_examples=10, **options)
    [failure] = [each for each in broken.failures if each.operation == label]
    name = broken.peer.name
    assert [json.loads(text) for text in kept(tmp_path, name, label)] == [failure.case]
    assert campaign(planted("--clean"), max_examples=10, **options).failures == []
    assert kept(tmp_path, name, label) == []


def test_a_message_that_failed_is_kept_as_it_is_told(found):
    folder, failure = found
    assert (failure.operation, failure.complaint.oracle) == ("protocol", "crash")
    assert failure.reproduced
    assert [json.loads(text) for text in kept(folder, "frail", "protocol")] == [failure.case]


def test_a_message_that_failed_is_tried_again_and_made_smaller_for_as_long_as_it_fails(
    found, tmp_path
):
    folder, failure = found
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    tally = campaign(frail("dies-on-surrogate"), corpus=tmp_path, **REMEMBERED)
    [again] = tally.failures
    assert (tally.cases, again.seen, again.reproduced) == (1, 1, True)
    assert again.complaint.key == failure.complaint.key
    assert len(again.case["steps"][0]["raw"]) <= len(failure.case["steps"][0]["raw"])
    assert [json.loads(text) for text in kept(tmp_path, "frail", "protocol")] == [again.case]


def test_a_message_that_failed_is_forgotten_once_it_is_taken_well(tmp_path):
    Corpus(tmp_path, "frail").keep("protocol", message("{", "stdio"))
    tally = campaign(frail("healthy"), corpus=tmp_path, **REMEMBERED)
    assert (tally.failures, tally.cases) == ([], 1)
    assert kept(tmp_path, "frail", "protocol") == []


def test_a_message_for_another_transport_stays_and_is_told(tmp_path):
    Corpus(tmp_path, "frail").keep("protocol", message(PING, "http"))
    tally = campaign(frail("healthy"), corpus=tmp_path, **REMEMBERED)
    [left] = [each.reason for each in tally.not_tried if each.label == "protocol"]
    assert left.startswith("a message that failed before: this case is for http")
    assert tally.cases == 0
    assert kept(tmp_path, "frail", "protocol") == [message(PING, "http")]


def test_a_message_that_names_what_may_not_be_called_now_stays_and_is_told(tmp_path):
    server = MockServer({"info": {"name": "shop", "version": "1"}})
    server.register_mock_tool("order", "ordered", {"type": "object"})
    text = message('{"method":"tools/call","params":{"name":"order"}}', "memory")
    Corpus(tmp_path, "shop").keep("protocol", text)
    tally = campaign(MemoryTarget(server), corpus=tmp_path, **REMEMBERED)
    [left] = [each.reason for each in tally.not_tried if each.label == "protocol"]
    assert left.startswith("a message that failed before: tool order: it does not declare")
    assert server.call_history == []
    assert kept(tmp_path, "shop", "protocol") == [text]


def test_a_text_that_is_no_case_is_forgotten(tmp_path):
    Corpus(tmp_path, "frail").keep("protocol", '{"transport":"pigeon"}')
    tally = campaign(frail("healthy"), corpus=tmp_path, **REMEMBERED)
    assert (tally.failures, tally.cases) == ([], 0)
    assert kept(tmp_path, "frail", "protocol") == []
