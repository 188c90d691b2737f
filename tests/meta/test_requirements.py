"""The frozen lists of what servers have to keep, and the rules that are there."""

import pytest

from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.requirements import areas, coverage, deferred, missing, required
from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.rule import registry

LISTED = {
    revision: {rule_id for ids in required(revision).values() for rule_id in ids}
    for revision in REVISIONS
}

UNTESTED_AT = {Revision.R2025_03_26: {"jsonrpc-batch-not-sent"}}  # the one revision with batches


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_listed_rule_is_there_or_deferred(revision):
    assert list(missing(revision)) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_rule_for_servers_is_listed_wherever_it_holds(revision):
    there = {
        rule.id
        for rule in registry
        if Dialect.MCP in rule.dialects and rule.side != "client" and rule.holds_for(revision)
    }
    assert sorted(there - LISTED[revision] - UNTESTED_AT.get(revision, set())) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_no_rule_is_listed_twice(revision):
    assert sum(len(ids) for ids in required(revision).values()) == len(LISTED[revision])


def test_what_is_deferred_is_listed_has_a_reason_and_is_not_there():
    listed = set().union(*LISTED.values())
    assert sorted(set(deferred()) - listed) == []
    assert all(len(why) > 20 for why in deferred().values())
    assert [rule_id for rule_id in deferred() if registry.get(rule_id) is not None] == []


def test_the_counts_of_an_area_add_up():
    for revision in REVISIONS:
        for area in areas():
            counted = coverage(area, revision)
            assert counted.implemented + counted.deferred == counted.required, (area, revision)
