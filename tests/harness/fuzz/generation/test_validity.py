"""A validator that gives up has said nothing."""

from mcp_proof.fuzz.generation.validity import Judge, Validity


def test_a_text_at_which_the_validator_stops_backtracking_is_not_judged():
    schema = {"properties": {"a": {"pattern": r"^(?:(a|b|ab)(?=a|b|$))+$"}}}
    judge = Judge(schema)
    assert judge.verdict({"a": "ababa"}) is Validity.VALID
    assert judge.verdict({"a": "!"}) is Validity.INVALID
    assert judge.verdict({"a": "ab" * 40 + "!"}) is Validity.UNJUDGED
