"""Neighbours in time, merged."""

from mcp_proof_load.statistics.batches import batches


def sizes(items, **members):
    return [sum(batch) for batch in batches(items, lambda each: each, **members)]


def test_there_are_at_most_so_many_batches_and_nothing_is_left_out():
    assert sizes([100] * 60, least=100, most=30) == [200] * 30
    assert sizes([100] * 61, least=1, most=30) == [300] * 19 + [400]


def test_a_batch_has_at_least_its_weight():
    assert sizes([30] * 12, least=100, most=30) == [120] * 3
    assert sizes([30] * 13, least=100, most=30) == [120, 120, 150]


def test_too_little_makes_no_batch():
    assert sizes([30] * 3, least=100, most=30) == []
    assert sizes([], least=100, most=30) == []
