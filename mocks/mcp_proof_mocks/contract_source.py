"""Where a server's contract comes from: a file, the library, a document, or nothing yet."""

import copy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.contract_file import checked_contract, load_contract
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.suggestion import did_you_mean

ContractSource: TypeAlias = Contract | Path | str | JsonObject | None
"""A contract, its file, its name in the library, its document; or `None` for an empty one."""
Edit: TypeAlias = Callable[[dict[str, Json]], None]

LIBRARY: Final = Path(__file__).parent / "library"
EMPTY: Final[JsonObject] = {"info": {"name": "mock", "version": "0"}}


def contract_of(source: ContractSource, edits: Sequence[Edit] = ()) -> Contract:
    """Read a contract; `edits` may change its document before it is checked.

    Raises:
        FileNotFoundError: there is no such file, and no contract of that name in the library.
        ContractError: the document is wrong.
    """

    def edit(document: dict[str, Json]) -> None:
        for each in edits:
            each(document)

    if isinstance(source, Contract):
        return source
    if isinstance(source, str | Path):
        return load_contract(find_contract(str(source)), edit=edit)
    document = copy.deepcopy(dict(EMPTY if source is None else source))
    edit(document)
    return checked_contract({**EMPTY, **document} if isinstance(source, Mapping) else document)


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
