"""What the settings say of a verification: what to speak, what to judge, how patiently."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from shlex import quote

from mcp_proof.config import Config
from mcp_proof.configured_contract import configured_contract
from mcp_proof.consumers.folder import consumers_in
from mcp_proof.consumers.states import SetUp, state_command
from mcp_proof.consumers.stimuli import consumer_stimuli
from mcp_proof.errors import UsageError
from mcp_proof.runner import VerifyOptions
from mcp_proof_contracts.agreements.agreement import Agreement
from mcp_proof_contracts.agreements.kept_consumer import consumer_agreements
from mcp_proof_contracts.agreements.kept_contract import contract_agreements
from mcp_proof_contracts.consumers.consumer import Consumer
from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.contract_verify import VerifyContract
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision


def configured_options(
    config: Config, revision: Revision | None, set_up: SetUp | None = None
) -> VerifyOptions:
    """Return the options, for one revision of MCP; `None` for what the server speaks.

    Args:
        config: the settings.
        revision: the revision.
        set_up: what brings about the states that consumers need, in place of a configured command.

    Raises:
        UsageError: a revision and another dialect than MCP are both chosen.
    """
    name = config.text("dialect")
    dialect = None if name == "auto" else Dialect(name)
    if dialect not in (None, Dialect.MCP) and config.text("revision") != "auto":
        raise config.wrong("dialect", f"{name} has no revisions: leave one of the two out")
    timeout = config.number("timeout")
    consumers = _consumers(config)
    if set_up is None and (hook := config.text("state-hook")):
        set_up = state_command(hook, timeout)
    contract = configured_contract(config)
    return VerifyOptions(
        revision=revision,
        dialect=dialect,
        tools=config.texts("tool"),
        only=config.texts("only"),
        skip=config.texts("skip"),
        timeout=timeout,
        agreements=(*_agreements(config, contract), *_needs(config, consumers)),
        hints=contract.verify if contract is not None else VerifyContract(),
        stimuli=tuple(consumer_stimuli(consumers, set_up)),
    )


def _agreements(config: Config, contract: Contract | None) -> Iterator[Agreement]:
    if contract is not None:
        yield from contract_agreements(contract, f"--contract {quote(config.text('contract'))}")


def _consumers(config: Config) -> list[Consumer]:
    name = config.text("consumer")
    if not name:
        return []
    try:
        return consumers_in(Path(config.folder("consumer")) / name)
    except UsageError as error:
        raise config.wrong("consumer", str(error)) from error


def _needs(config: Config, consumers: Sequence[Consumer]) -> Iterator[Agreement]:
    option = f"--consumer {quote(config.text('consumer'))}"
    if hook := config.text("state-hook"):
        option += f" --state-hook {quote(hook)}"
    for consumer in consumers:
        yield from consumer_agreements(consumer, option)
