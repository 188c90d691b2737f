"""The frozen lists of what servers and clients have to keep, and the rules that are there."""

from itertools import product

import pytest

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.requirements import areas, coverage, deferred, missing, required
from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.rule import registry
from mcp_proof_contracts.transcript import Sender

SIDES = (Sender.SERVER, Sender.CLIENT)
BOTH = list(product(SIDES, REVISIONS))
LISTED = {
    (side, revision): {rule_id for ids in required(side, revision).values() for rule_id in ids}
    for side, revision in BOTH
}

UNTESTED_AT = {Revision.R2025_03_26: {"jsonrpc-batch-not-sent"}}  # the one revision with batches


@pytest.mark.parametrize(("side", "revision"), BOTH)
def test_every_listed_rule_is_there_or_deferred(side, revision):
    assert list(missing(side, revision)) == []


@pytest.mark.parametrize(("side", "revision"), BOTH)
def test_every_rule_of_a_side_is_listed_wherever_it_holds(side, revision):
    there = {
        rule.id
        for rule in registry
        if Dialect.MCP in rule.dialects
        and rule.side in (side.value, "both")
        and rule.holds_for(revision)
        and not (side is Sender.CLIENT and revision > (rule.client_until or revision))
    }
    assert sorted(there - LISTED[side, revision] - UNTESTED_AT.get(revision, set())) == []


@pytest.mark.parametrize(("side", "revision"), BOTH)
def test_no_rule_is_listed_twice(side, revision):
    assert sum(map(len, required(side, revision).values())) == len(LISTED[side, revision])


@pytest.mark.parametrize("side", SIDES)
def test_what_is_deferred_is_listed_has_a_reason_and_is_not_there(side):
    listed = set().union(*(LISTED[side, revision] for revision in REVISIONS))
    assert sorted(set(deferred(side)) - listed) == []
    assert all(len(why) > 20 for why in deferred(side).values())
    there = [rule_id for rule_id in deferred(side) if registry.get(rule_id) is not None]
    assert [r for r in there if registry.get(r).side in (side.value, "both")] == []


def test_the_counts_of_an_area_add_up():
    for side, revision in BOTH:
        for area in areas(side):
            counted = coverage(side, area, revision)
            assert counted.implemented + counted.deferred == counted.required, (area, revision)
