"""Where a server's contract comes from: a file, the library, a document, or nothing yet."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.contract_file import Edit, checked_contract, load_contract
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.suggestion import did_you_mean

ContractDocument: TypeAlias = Path | str | JsonObject | None
ContractSource: TypeAlias = Contract | ContractDocument
"""A contract, its file, its name in the library, its document; or `None` for an empty one."""

LIBRARY: Final = Path(__file__).parent / "library"
EMPTY: Final[JsonObject] = {"info": {"name": "mock", "version": "0"}}


def contract_of(source: ContractDocument, edit: Edit | None = None) -> Contract:
    """Read a contract; `edit` may change its document once it is checked.

    Raises:
        FileNotFoundError: there is no such file, and no contract of that name in the library.
        ContractError: the document is wrong.
        TypeError: it is none of these.
    """
    if isinstance(source, str | Path):
        return load_contract(find_contract(str(source)), edit=edit)
    if source is not None and not isinstance(source, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers seldom check their types
        raise TypeError(
            "a contract is a file, a name in the library, a document or nothing, "
            f"not {type(source).__name__} {source!r}"
        )
    return checked_contract({**EMPTY, **(source or {})}, edit=edit)


def find_contract(name: str) -> Path:
    """Return the file of a contract: a path, or the bare name of one in the library.

    Raises:
        FileNotFoundError: there is neither.
    """
    for path in (Path(name), LIBRARY / f"{name}.yaml"):
        if path.is_file():
            return path
    known = sorted(path.stem for path in LIBRARY.glob("*.yaml"))
    raise FileNotFoundError(
        f"no contract file {name!r}, and none of that name in the library ({', '.join(known)})."
        f"{did_you_mean(name, known)}"
    )
