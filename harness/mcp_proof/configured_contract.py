"""The contract file that the settings name."""

from pathlib import Path

from mcp_proof.config import Config
from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.contract_file import ContractError, load_contract


def configured_contract(config: Config) -> Contract | None:
    """Return the contract, a file or one of the library; `None` where none is named.

    Raises:
        UsageError: it is wrong, or not there.
    """
    from mcp_proof_mocks.contract_source import find_contract  # noqa: PLC0415  # seldom needed

    name = config.text("contract")
    if not name:
        return None
    beside = Path(config.folder("contract")) / name
    try:
        return load_contract(beside if beside.is_file() else find_contract(name))
    except (ContractError, FileNotFoundError) as error:
        raise config.wrong("contract", str(error)) from error
