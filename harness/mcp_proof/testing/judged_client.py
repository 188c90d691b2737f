"""A client of the user's, judged within a test."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

from mcp_proof.errors import InternalError, PeerError
from mcp_proof.gate import Gate
from mcp_proof.judge.client import Approach, Client
from mcp_proof.judge.command_client import CommandClient
from mcp_proof.judge.function_client import FunctionClient, Tell
from mcp_proof.judge.judging import DEFAULT_TIMEOUT, JudgeOptions, Judging
from mcp_proof.tally import Tally
from mcp_proof.testing.assertions import violation_text
from mcp_proof.testing.failures import ContractViolationError
from mcp_proof_contracts.agreements.promised_by_client import client_agreements
from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Level, Outcome, Verdict
from mcp_proof_contracts.transcript import Transcript
from mcp_proof_mocks.contract_source import ContractSource, contract_of

__tracebackhide__ = True  # of all that is called here: whoever reads a failure looks at the test

AnyClient: TypeAlias = Sequence[str] | Callable[[str], Awaitable[object]]
"""A command, in which `{url}` stands for the mock's URL, or a coroutine function that takes it."""


@dataclass(frozen=True, slots=True)
class JudgedClient:
    """What the scenarios came to."""

    verdicts: dict[str, Verdict]
    """By the rule's id."""
    transcript: Transcript
    """What crossed the wire in all scenarios."""

    @property
    def counts(self) -> dict[str, int]:
        """How many rules got each verdict."""
        outcomes = [verdict.outcome for verdict in self.verdicts.values()]
        return {outcome.value: outcomes.count(outcome) for outcome in Outcome}


def judge_client(  # noqa: PLR0913  # the options of `mcp-proof judge`, all by keyword but the client
    client: AnyClient,
    *,
    revision: Revision | None = None,
    scenarios: Sequence[str] = (),
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    fail_on: Level = Level.MUST,
    timeout: float = DEFAULT_TIMEOUT,
    stdio: bool = False,
    contract: ContractSource = None,
) -> JudgedClient:
    """Lead a client into the scenarios that apply; ask that it violates nothing there.

    Args:
        client: a command, or a coroutine function; each scenario runs it anew.
        revision: what the mock offers; without it the client chooses.
        scenarios: the only ones to play besides the ordinary one.
        only: prefixes of rules.
        skip: prefixes of rules.
        fail_on: the weakest level that is asked for.
        timeout: seconds to wait for the client's next message.
        stdio: whether the command speaks stdio to its server, whose command `{server}` stands for.
        contract: what says in its section `judge` what the client promises: a file or a document.

    Raises:
        ContractViolationError: a rule was violated, or none could be judged.
        UsageError: there is no such rule or scenario.
        ContractError: the contract is wrong.
        InternalError: a rule itself failed.
    """
    promised = contract if isinstance(contract, Contract) else contract_of(contract)
    options = JudgeOptions(
        revision=revision,
        scenarios=tuple(scenarios),
        only=tuple(only),
        skip=tuple(skip),
        timeout=timeout,
        parameters=promised.judge,
        dialect=promised.dialect,
        agreements=tuple(client_agreements(promised.judge)),
    )
    judging = Judging(_client(client, stdio=stdio), options)
    tally = Tally(gate=Gate(fail_on=fail_on), mask=judging.mask)
    with ThreadPoolExecutor(1) as thread:  # the test may have an event loop of its own
        lost = thread.submit(asyncio.run, _judged(judging, tally)).result()
    if tally.faults:
        raise InternalError("\n".join(tally.faults))
    violated = [each.verdict for each in tally.violated if tally.fails(each)]
    if violated:
        text = "\n".join(map(violation_text, violated))
        raise ContractViolationError(judging.mask(text), violated)
    verdicts = {each.verdict.rule.id: each.verdict for each in tally.verdicts}
    if not tally.judged or tally.finished is None:
        why = lost or "no rule could be observed"
        raise ContractViolationError(judging.mask(why), list(verdicts.values()))
    return JudgedClient(verdicts, tally.finished.transcript)


def _client(client: AnyClient, *, stdio: bool) -> Client:
    if not callable(client):
        return CommandClient(client, "stdio" if stdio else "http")

    async def run(approach: Approach, _tell: Tell) -> None:
        await client(approach.url)

    run.__name__ = getattr(client, "__name__", type(client).__name__)
    return FunctionClient(run)


async def _judged(judging: Judging, tally: Tally) -> str:
    """Judge; return why it could not be done, if so."""
    try:
        async for event in judging.events():
            tally.take(event)
    except PeerError as error:
        return str(error)
    return ""
