import orjson
import pytest

from mcp_proof_contracts.revision import Revision
from mcp_proof_load.clients.stateless import META
from mcp_proof_load.clients.tool_call import ToolCall
from mcp_proof_load.correctness.sampled import BATCH, SampledRules
from mcp_proof_load.events import Kind

REQUEST = ToolCall("echo", META).message({"text": "…"}, 7)
SERVER = {"io.modelcontextprotocol/serverInfo": {"name": "peer", "version": "1"}}
RESULT = {
    "content": [{"type": "text", "text": "…"}],
    "resultType": "complete",
    "_meta": SERVER,
}
GOOD = {"jsonrpc": "2.0", "id": 7, "result": RESULT}


def rules(share=1.0):
    return SampledRules(Revision.R2026_07_28, (), share, seed=1)


def objections(answer, sampled=None):
    sampled = sampled or rules()
    taken = list(sampled.take("echo", REQUEST, orjson.dumps(answer)))
    return [*taken, *sampled.judged()]


def test_a_good_answer_is_not_objected_to():
    assert objections(GOOD) == []


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        ({**GOOD, "error": {"code": -1, "message": "both"}}, "jsonrpc-result-xor-error"),
        ({**GOOD, "jsonrpc": "1.0"}, "jsonrpc-version-2.0"),
    ],
)
def test_what_a_rule_objects_to_is_an_example_with_its_id(answer, rule):
    found = {example.rule: example for example in objections(answer)}
    assert rule in found
    assert (found[rule].kind, found[rule].operation) == (Kind.RULE, "echo")
    assert found[rule].message
    assert found[rule].actual


def test_a_batch_is_judged_when_it_is_full_and_once():
    sampled, bad = rules(), orjson.dumps({**GOOD, "jsonrpc": "1.0"})
    for number in range(BATCH - 1):
        assert list(sampled.take("echo", ToolCall("echo", META).message({}, number), bad)) == []
    assert list(sampled.take("echo", REQUEST, bad))
    assert list(sampled.judged()) == []


@pytest.mark.parametrize(
    ("share", "least", "most"), [(0.0, 0, 0), (0.1, 60, 140), (1.0, 1000, 1000)]
)
def test_as_many_exchanges_are_kept_as_the_share_says(share, least, most):
    sampled = rules(share)
    assert least <= sum(sampled.wanted() for _ in range(1000)) <= most
