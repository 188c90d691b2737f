"""Cases are made of valid messages: the same ones for a seed, and each can be written out."""

from itertools import pairwise

import pytest

from mcp_proof.errors import UsageError
from mcp_proof.fuzz.protocol.case import ProtocolCase, ProtocolStep
from mcp_proof.fuzz.protocol.cases import cases
from mcp_proof.fuzz.protocol.messages import valid_messages
from mcp_proof.fuzz.protocol.sent import read_case
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import encode

CALLS = (("add", {"a": 1}),)
SPOKEN = [
    (Revision.R2024_11_05, "http+sse"),
    (Revision.R2025_03_26, "http"),
    (Revision.R2025_11_25, "stdio"),
    (Revision.R2025_11_25, "http"),
    (Revision.R2026_07_28, "stdio"),
    (Revision.R2026_07_28, "http"),
    (Dialect.REST, "http"),
    (Dialect.GATEWAY, "http"),
    (Dialect.CONTEXTFRAME, "http"),
    (Dialect.OPENAPI_JSONRPC, "http"),
    (Dialect.WEBSOCKET, "websocket"),
    (Dialect.QUEUE, "redis"),
]


@pytest.mark.parametrize(("spoken", "transport"), SPOKEN)
def test_the_same_seed_gives_the_same_cases(spoken, transport):
    first = list(cases(spoken, transport, seed=7, count=300, calls=CALLS))
    assert first == list(cases(spoken, transport, seed=7, count=300, calls=CALLS))
    assert len(first) == 300


def test_another_seed_gives_other_random_cases_after_the_same_classical_ones():
    one, other = (list(cases(Revision.R2025_11_25, "stdio", seed=s, count=400)) for s in (1, 2))
    assert one[:100] == other[:100]
    assert one[-100:] != other[-100:]


@pytest.mark.parametrize(("spoken", "transport"), SPOKEN)
def test_every_case_survives_its_text_form_which_stays_short(spoken, transport):
    for case in cases(spoken, transport, seed=3, count=400, calls=CALLS):
        text = case.to_json()
        assert ProtocolCase.from_json(text) == case
        assert text.isascii()
        assert "\n" not in text
        assert len(text) < 30_000


def test_no_case_names_another_tool_than_those_that_may_be_called():
    raw = [c.steps[0].raw for c in cases(Revision.R2025_11_25, "stdio", seed=1, count=600)]
    assert any(b'"tools/call"' in each for each in raw)
    assert not any(b'"name":"add"' in each for each in raw)


@pytest.mark.parametrize(("spoken", "transport"), SPOKEN)
def test_what_mutations_begin_with_is_without_fault(spoken, transport):
    for message in valid_messages(spoken, transport, "mcp-proof-1", CALLS):
        step = ProtocolStep(raw=encode(message.members), headers=message.headers)
        said = read_case(ProtocolCase(name="good", transport=transport, steps=(step,)), spoken)
        if spoken not in (Dialect.REST, Dialect.GATEWAY, Dialect.QUEUE):
            assert said.due == ("mcp-proof-1",) or said.notifications


def test_cases_are_numbered_so_that_late_answers_are_told_apart():
    texts = [c.steps[0].raw for c in cases(Revision.R2025_11_25, "stdio", seed=1, count=40)]
    assert not any(one == other for one, other in pairwise(texts) if b"mcp-proof-0" in one)


def test_a_plain_http_application_gets_no_framing():
    some = cases(Revision.R2025_11_25, "http", seed=1, count=600, framing=False)
    assert not any(case.steps[0].verbatim for case in some)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('{"transport":"pigeon","steps":[{"raw":"a"}]}', "'pigeon' is none of stdio"),
        ('{"transport":"stdio","steps":[]}', "no steps"),
        ('{"transport":"stdio","steps":[{"raw":"\\u20ac"}]}', "is no byte"),
        ('{"transport":"stdio","steps":[{"raw":[["a",-1]]}]}', "pairs such as"),
        ('{"transport":"stdio","steps":[{"raw":[["a",999999999]]}]}', "more than"),
        ('{"transport":"stdio","steps":[{"raw":7}]}', "pairs such as"),
    ],
)
def test_what_is_no_case_is_refused_with_an_example(text, why):
    with pytest.raises(UsageError, match=why) as refused:
        ProtocolCase.from_json(text)
    assert "One is written" in str(refused.value)
