"""A folder of consumer contracts, which is all the broker there is."""

from pathlib import Path

from mcp_proof.errors import UsageError
from mcp_proof_contracts.agreements.kept_consumer import id_of
from mcp_proof_contracts.consumers.consumer import Consumer, load_consumer
from mcp_proof_contracts.contract_file import ContractError

SUFFIXES = (".yaml", ".yml")


def consumers_in(folder: Path) -> list[Consumer]:
    """Return the consumers whose contracts lie in a folder, by the names of their files.

    Raises:
        UsageError: there is no such folder, nothing in it, or a file in it is wrong.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder of consumer contracts")
    files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    if not files:
        raise UsageError(f"{folder}: no consumer contract in it; they are files of YAML (*.yaml)")
    consumers: list[Consumer] = []
    taken: dict[str, Path] = {}
    problems: list[str] = []
    for path in files:
        try:
            consumer = load_consumer(path)
        except ContractError as error:
            problems.append(str(error))
            continue
        other = taken.setdefault(id_of(consumer.name), path)
        if other != path:
            problems.append(f"{path}: the consumer is called as in {other}: {consumer.name!r}")
        consumers.append(consumer)
    if problems:
        raise UsageError("\n".join(problems))
    return consumers
