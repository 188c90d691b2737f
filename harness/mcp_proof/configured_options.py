"""What the settings say of a verification: what to speak, what to judge, how patiently."""

from collections.abc import Iterator
from shlex import quote

from mcp_proof.config import Config
from mcp_proof.configured_contract import configured_contract
from mcp_proof.runner import VerifyOptions
from mcp_proof_contracts.agreements.agreement import Agreement
from mcp_proof_contracts.agreements.kept_contract import contract_agreements
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision


def configured_options(config: Config, revision: Revision | None) -> VerifyOptions:
    """Return the options, for one revision of MCP; `None` for what the server speaks.

    Raises:
        UsageError: a revision and another dialect than MCP are both chosen.
    """
    name = config.text("dialect")
    dialect = None if name == "auto" else Dialect(name)
    if dialect not in (None, Dialect.MCP) and config.text("revision") != "auto":
        raise config.wrong("dialect", f"{name} has no revisions: leave one of the two out")
    return VerifyOptions(
        revision=revision,
        dialect=dialect,
        tools=config.texts("tool"),
        only=config.texts("only"),
        skip=config.texts("skip"),
        timeout=config.number("timeout"),
        agreements=tuple(_agreements(config)),
    )


def _agreements(config: Config) -> Iterator[Agreement]:
    """Yield what the user agreed on in files; only a verification asks for it."""
    if (contract := configured_contract(config)) is not None:
        yield from contract_agreements(contract, f"--contract {quote(config.text('contract'))}")
