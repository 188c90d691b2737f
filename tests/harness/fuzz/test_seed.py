"""The same seed sends the same messages, in the same order."""

import sys

import pytest
from fuzz.campaigns import campaign

from mcp_proof.targets import CommandTarget
from mcp_proof_contracts.transcript import Sender, from_ndjson

CONTRACT = """
info: {name: notes, version: "1"}
tools:
  - name: search
    inputSchema:
      type: object
      properties:
        query: {type: string, maxLength: 40}
        limit: {type: integer, minimum: 1, maximum: 50}
        tags: {type: array, items: {type: string, pattern: "^[a-z]+$"}}
      required: [query]
    annotations: {readOnlyHint: true}
    answer: {text: found}
"""


@pytest.fixture
def sent(tmp_path):
    contract = tmp_path / "notes.yaml"
    contract.write_text(CONTRACT)

    def messages(seed):
        journal = tmp_path / "journal.ndjson"
        command = (sys.executable, "-m", "mcp_proof", "mock", str(contract), "--stdio")
        tally = campaign(
            CommandTarget((*command, "--journal", str(journal)), cwd="."),
            seed=seed,
            max_examples=40,
            tools=("search",),  # what is tried of the whole server starts it anew, and the journal
        )
        assert tally.failures == []
        return [
            event.message.raw
            for event in from_ndjson(journal.read_bytes().splitlines()).events
            if event.sender is Sender.CLIENT and event.message is not None
        ]

    return messages


def test_the_same_seed_sends_the_same_messages(sent):
    first = sent(7)
    assert len(first) > 80
    assert sent(7) == first


def test_another_seed_sends_other_messages_besides_the_boundaries(sent):
    one, other = sent(1), sent(2)
    assert one != other
    assert len(set(one) & set(other)) > 30
