"""A server, asked case after case, and what is wrong with how it takes them."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import pytest

from mcp_proof.approach import approach
from mcp_proof.fuzz.failure import Complaint
from mcp_proof.fuzz.protocol.cases import cases
from mcp_proof.fuzz.protocol.judge import judge
from mcp_proof.fuzz.protocol.observation import without_fuzzed
from mcp_proof.fuzz.protocol.peer import ProtocolPeer, has_framing
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Target, header_of
from mcp_proof_contracts.judge import judge as judge_rules
from mcp_proof_contracts.rule import Outcome

BOUND = 60.0


async def _complaints(target, spoken, count, wanted, timeout) -> list[tuple[str, Complaint]]:
    async with AsyncExitStack() as stack, asyncio.timeout(BOUND):
        if isinstance(target, AbstractAsyncContextManager):
            target = await stack.enter_async_context(target)
        reachable = await stack.enter_async_context(target.started())
        recorder = Recorder(header_of(target))
        server = await approach(reachable, recorder, spoken, timeout)
        peer = ProtocolPeer(server)
        found: list[tuple[str, Complaint]] = []
        try:
            framing = has_framing(server)
            for case in cases(
                server.spoken, server.transport, seed=1, count=count, framing=framing
            ):
                if wanted in case.name:
                    observation = await peer.send(case)
                    complaints = judge(case, observation, server.spoken)
                    found += [(case.name, complaint) for complaint in complaints]
        finally:
            await peer.close()
            await server.close()
        assert recorder.faults == []
        if not found:
            assert _misled(recorder.transcript, server.spoken) == []
        return found


def _misled(transcript, spoken) -> list[str]:
    """Rules that are violated in the rest of what was recorded."""
    verdicts = judge_rules(without_fuzzed(transcript), spoken)
    return [each.rule.id for each in verdicts if each.outcome is Outcome.VIOLATED or each.fault]


@pytest.fixture
def complaints() -> Callable[..., list[tuple[str, Complaint]]]:
    """Send the cases whose names hold `wanted`; return all complaints, each with its case.

    Where there are none, no rule may have anything to say of the rest either.
    """

    def run(
        target: Target | AbstractAsyncContextManager[Target],
        *,
        spoken=None,
        count=300,
        wanted="",
        timeout=5.0,
    ):
        return asyncio.run(_complaints(target, spoken, count, wanted, timeout))

    return run
