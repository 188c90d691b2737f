"""A case is made smaller with few sends, and never to one that was not seen to show it."""

import asyncio

import pytest

from mcp_proof.fuzz.protocol.case import ProtocolCase, ProtocolStep
from mcp_proof.fuzz.protocol.reduction import shrink_bytes


def case_of(raw, **step):
    steps = (ProtocolStep(raw=raw, **step),)
    return ProtocolCase(name="it", transport="http", steps=steps)


def shrunk(case, wanted, **options):
    sent = []

    async def shows(candidate):
        sent.append(candidate)
        return wanted(candidate)

    return asyncio.run(shrink_bytes(case, shows, **options)), sent


def test_what_matters_is_left():
    case = case_of(b'{"jsonrpc":"2.0","id":1,"method":"ping","x":"\\ud800"}')
    small, _ = shrunk(case, lambda each: b"\\ud800" in each.steps[0].raw, most=300)
    assert small.steps[0].raw == b"\\ud800"


def test_a_long_text_becomes_short_within_the_bound():
    small, sent = shrunk(case_of(b"[" * 100_000), lambda each: each.size >= 1000, most=60)
    assert small.size < 1600
    assert len(sent) <= 60
    assert small in sent


def test_headers_that_do_not_matter_go():
    case = case_of(b"", headers={"A": "1", "B": None})
    small, _ = shrunk(case, lambda each: "B" in each.steps[0].headers)
    assert small.steps[0].headers == {"B": None}


@pytest.mark.parametrize("most", [0, 3])
def test_what_cannot_be_smaller_stays_as_it_is(most):
    case = case_of(b"abc")
    small, sent = shrunk(case, lambda _: False, most=most)
    assert small == case
    assert len(sent) == most
