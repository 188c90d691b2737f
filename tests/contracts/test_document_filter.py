"""Filters of documents: what they let through, and what is no filter."""

import pytest

from mcp_proof_contracts.document_filter import DocumentFilterError, document_filter

DOCUMENT = {
    "uuid": "a",
    "metadata": {
        "index": 7,
        "share": 0.5,
        "huge": 2**53 + 1,
        "topic": "it's new",
        "public": True,
        "none": None,
    },
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("metadata.index > 5", True),
        ("metadata.index>7", False),
        ("metadata.index >= 7", True),
        ("metadata.index < 7.5", True),
        ("metadata.index <= 6", False),
        ("metadata.index = 7", True),
        ("metadata.index == 7.0", True),
        ("metadata.index != 7", False),
        ("metadata.index <> 8", True),
        ("metadata.share < -1", False),
        ("metadata.huge = 9007199254740993", True),
        ("metadata.huge > 9007199254740992", True),
        ("metadata.huge < 9007199254740993.5", True),
        (f"metadata.huge < {'9' * 5000}", True),
        ("metadata.topic = 'it''s new'", True),
        ("metadata.topic != 'old'", True),
        ("metadata.public = TRUE", True),
        ("metadata.public != false", True),
        ("uuid = 'a'", True),
        ("  metadata.index > 5   and uuid = 'a' ", True),
        ("metadata.index > 5 AND metadata.index > 9", False),
        ("metadata.index > 9 AND metadata.index > 5", False),
    ],
)
def test_a_filter_compares_members(text, holds):
    assert document_filter(text)(DOCUMENT) is holds


@pytest.mark.parametrize(
    "text",
    [
        "metadata.absent != 1",
        "metadata.none != 1",
        "metadata.index != '7'",
        "metadata.topic > 1",
        "metadata.public = 1",
        "metadata.index = true",
        "metadata != 1",
        "uuid.deeper != 'a'",
    ],
)
def test_what_is_absent_or_of_another_type_satisfies_no_comparison(text):
    assert document_filter(text)(DOCUMENT) is False


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "at its end"),
        ("   ", "expected a comparison"),
        ("metadata.index >", "at metadata.index >"),
        ("metadata.index > 5 AND", "at its end"),
        ("metadata.index > 5 OR uuid = 'a'", "expected AND at OR uuid"),
        ("metadata.index > 5android = 1", "expected AND at android"),
        ("metadata.index > 5 AND uuid = 'a", "at  uuid = 'a"),
        ("5 < metadata.index", "at 5 <"),
        ("metadata..index > 5", "at metadata..index"),
        ("metadata.index > five", "at metadata.index > five"),
        ("metadata.index > 5; DROP TABLE documents", "expected AND at ; DROP"),
    ],
)
def test_what_is_no_filter_is_refused_at_its_place(text, where):
    with pytest.raises(DocumentFilterError) as refused:
        document_filter(text)
    assert where in str(refused.value)
