"""Which metadata a search can be filtered by, so that the filter tells documents apart."""

import pytest

from mcp_proof.probes.contextframe.filters import telling_filter
from mcp_proof_contracts.document_filter import document_filter


@pytest.mark.parametrize("name", ["index", "größe", "_1"])
def test_a_filter_lets_some_of_the_documents_through(name):
    documents = [{"metadata": {name: number}} for number in (1, 2)]
    text = telling_filter(documents)
    assert text is not None
    holds = document_filter(text)
    assert [holds(document) for document in documents] == [False, True]


@pytest.mark.parametrize("name", ["a·b", "a.b", "a b", "a > 0 AND b", ""])
def test_a_name_that_no_filter_can_hold_is_passed_over(name):
    assert telling_filter([{"metadata": {name: number}} for number in (1, 2)]) is None
