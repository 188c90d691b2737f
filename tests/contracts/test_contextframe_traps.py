"""What a ContextFrame server may leave out must not be called a violation, nor prove anything."""

import itertools
from typing import Any

import pytest
from tape import Tape

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import EventKind, Sender

PASSED, VIOLATED, UNTESTED = Outcome.PASSED, Outcome.VIOLATED, Outcome.UNTESTED


class FrameTape(Tape):
    """Calls of document tools, and streams of changes."""

    def __init__(self) -> None:
        super().__init__("http")
        self._numbers = itertools.count(1)

    def call(self, tool: str, arguments: Any, documents: Any, probe: str = "") -> None:
        number = next(self._numbers)
        params = {"name": tool, "arguments": arguments}
        request = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
        answer = {"jsonrpc": "2.0", "id": number, "result": {"documents": documents}}
        where = self._asked("POST", "/mcp/v1/jsonrpc", probe)
        self.say(Sender.CLIENT, request, **where)
        self._answered("application/json", answer, where)

    def change(self, query: str, change: Any) -> None:
        where = self._asked("GET", f"/mcp/v1/sse/subscribe?{query}", "contextframe-changes")
        self._answered("text/event-stream", change, where)

    def _asked(self, method: str, path: str, probe: str) -> dict[str, Any]:
        channel = f"{method}-{next(self._numbers)}"
        where = {"session": "contextframe-1", "channel": channel, "probe": probe}
        asked = {"method": method, "path": path, "headers": {}}
        self.add(EventKind.HTTP_REQUEST, Sender.CLIENT, data=asked, **where)
        return where

    def _answered(self, content_type: str, value: Any, where: dict[str, Any]) -> None:
        head = {"status": 200, "headers": {"content-type": content_type}}
        self.add(EventKind.HTTP_RESPONSE, Sender.SERVER, data=head, **where)
        self.say(Sender.SERVER, value, **where)

    def of(self, rule_id: str) -> Outcome:
        return self.outcome(rule_id, Dialect.CONTEXTFRAME)  # type: ignore[arg-type]  # reads either


@pytest.mark.parametrize(("uuid", "outcome"), [(None, UNTESTED), ("a", VIOLATED)])
def test_only_documents_with_an_id_are_found_on_two_pages(uuid, outcome):
    tape = FrameTape()
    for page in (0, 2):
        case, arguments = f"contextframe-pages/page {page}", {"limit": 2, "offset": page}
        tape.call("search_documents", arguments, [{"uuid": uuid}], case)
    assert tape.of("contextframe-pages-distinct") is outcome


@pytest.mark.parametrize(
    ("given", "outcome"),
    [([{}], UNTESTED), ([{"uuid": "a"}], PASSED), ([{"uuid": "b"}], VIOLATED)],
)
def test_only_documents_with_an_id_are_those_that_were_asked_for_or_not(given, outcome):
    tape = FrameTape()
    tape.call("batch_get_documents", {"document_ids": ["a"]}, given)
    assert tape.of("contextframe-batch-as-asked") is outcome


@pytest.mark.parametrize(
    ("metadata", "outcome"),
    [({"topic": "b"}, UNTESTED), ({"index": 6}, PASSED), ({"index": 5}, VIOLATED)],
)
def test_a_change_is_judged_by_a_filter_where_it_shows_what_that_compares(metadata, outcome):
    tape = FrameTape()
    change = {"type": "document_added", "document": {"uuid": "a", "metadata": metadata}}
    tape.change("filter=metadata.index%20%3E%205", change)
    assert tape.of("contextframe-changes-filtered") is outcome


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("document_added", PASSED),
        ("document_metadata_updated", PASSED),
        ("document_embedding_created", PASSED),
        ("collection_updated", VIOLATED),
        ("documentation_updated", VIOLATED),
        ("connected", UNTESTED),
    ],
)
def test_whatever_happens_to_a_document_is_a_change_of_documents(kind, outcome):
    tape = FrameTape()
    tape.change("resource_type=documents", {"type": kind})
    assert tape.of("contextframe-changes-of-resource") is outcome
