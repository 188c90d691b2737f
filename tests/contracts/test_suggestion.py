"""The nearest match to a name that does not exist."""

from mcp_proof_contracts.suggestion import did_you_mean


def test_a_name_that_is_known_twice_is_suggested_once():
    assert did_you_mean("duble", ["double", "double"]) == " Did you mean double?"
    assert did_you_mean("duble", iter(["double", "doubler", "x"])).count("double") == 2


def test_nothing_is_suggested_where_nothing_is_near():
    assert did_you_mean("zzz", ["double"]) == ""
