"""The same seed makes the same calls, in the same order."""

import sys

import pytest
from fuzz.campaigns import campaign

from mcp_proof.targets import CommandTarget
from mcp_proof_contracts.transcript import Sender, from_ndjson
from mcp_proof_contracts.wire import encode

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
KEPT = """
import sys
from pathlib import Path
from mcp_proof.cli import main
journals = Path(sys.argv[1])
journal = journals / f"{len(list(journals.iterdir())):03}.ndjson"
sys.exit(main(["mock", sys.argv[2], "--stdio", "--journal", str(journal)]))
"""
"""Serves a contract, and keeps a journal of each process."""


@pytest.fixture
def sent(tmp_path):
    contract = tmp_path / "notes.yaml"
    contract.write_text(CONTRACT)

    def calls(seed):
        journals = tmp_path / f"journals-{seed}-{len(list(tmp_path.iterdir()))}"
        journals.mkdir()
        command = (sys.executable, "-c", KEPT, str(journals), str(contract))
        target = CommandTarget(command, cwd=".")
        tally = campaign(target, seed=seed, max_examples=40, tools=("search",))
        assert tally.failures == []
        return [
            encode(event.message.params)
            for journal in sorted(journals.iterdir())
            for event in from_ndjson(journal.read_bytes().splitlines()).events
            if event.sender is Sender.CLIENT and event.message is not None
            if event.message.method == "tools/call"
        ]

    return calls


def test_the_same_seed_makes_the_same_calls(sent):
    first = sent(7)
    assert len(first) > 80
    assert sent(7) == first


def test_another_seed_makes_other_calls_besides_the_boundaries(sent):
    one, other = sent(1), sent(2)
    assert one != other
    assert len(set(one) & set(other)) > 30
