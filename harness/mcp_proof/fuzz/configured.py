"""What the settings say of a campaign."""

from pathlib import Path

from mcp_proof.config import Config
from mcp_proof.errors import UsageError
from mcp_proof.fuzz.case import parsed
from mcp_proof.fuzz.given import Given
from mcp_proof.fuzz.hooks import CustomStrategy, load_hooks
from mcp_proof.fuzz.options import FuzzOptions
from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.contract_file import ContractError, load_contract
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import published
from mcp_proof_mocks.contract_source import find_contract


def configured_fuzzing(config: Config) -> FuzzOptions:
    """Return what the settings say of a campaign.

    Raises:
        UsageError: a revision and another dialect than MCP are both chosen; the case is none.
    """
    dialect = None if config.text("dialect") == "auto" else Dialect(config.text("dialect"))
    if dialect not in (None, Dialect.MCP) and config.text("revision") != "auto":
        raise config.wrong("dialect", f"{dialect} has no revisions: leave one of the two out")
    if config.text("revision") == "all":
        raise config.wrong("revision", "choose one: a campaign is made at one revision")
    case = config.text("case")
    return FuzzOptions(
        revision=published(config.text("revision")),
        dialect=dialect,
        tools=config.texts("tool"),
        allow_destructive=config.flag("allow-destructive"),
        max_examples=int(config.number("max-examples")),
        seconds=config.number("time") if "time" in config.settings else None,
        seed=int(config.number("seed")),
        rate=config.number("rate") if "rate" in config.settings else None,
        timeout=config.number("timeout"),
        case=parsed(case) if case else None,
        corpus=Path(config.text("corpus")),
        given=Given(contract=_contract(config), strategies=_strategies(config)),
    )


def _contract(config: Config) -> Contract | None:
    name = config.text("contract")
    if not name:
        return None
    folder = Path(config.folder("contract"))
    beside = folder / name
    try:
        return load_contract(beside if beside.is_file() else find_contract(name))
    except (ContractError, FileNotFoundError) as error:
        raise config.wrong("contract", str(error)) from error


def _strategies(config: Config) -> tuple[CustomStrategy, ...]:
    try:
        return load_hooks(Path(config.text("hooks"))) if config.text("hooks") else ()
    except UsageError as error:
        raise config.wrong("hooks", str(error)) from error
