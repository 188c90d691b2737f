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
    found = sorted(folder.iterdir())
    files = [path for path in found if path.suffix.lower() in SUFFIXES]
    if not files:
        raise UsageError(f"{folder}: no consumer contract in it; they are files of YAML (*.yaml)")
    consumers: list[Consumer] = []
    taken: dict[str, Path] = {}
    problems = [
        f"{path}: consumer contracts are files of YAML; call it {path.with_suffix('.yaml').name}, "
        "or put it elsewhere"
        for path in found
        if path.suffix.lower() == ".json"
    ]
    for path in files:
        try:
            consumer = load_consumer(path)
        except ContractError as error:
            problems.append(str(error))
            continue
        if not (consumer.interactions or consumer.capabilities or consumer.speaks):
            problems.append(
                f"{path}: it says nothing that {consumer.name!r} needs: give `interactions`, "
                "`capabilities` or `speaks`"
            )
        other = taken.setdefault(id_of(consumer.name), path)
        if other != path:
            problems.append(f"{path}: the consumer is called as in {other}: {consumer.name!r}")
        consumers.append(consumer)
    if problems:
        raise UsageError("\n".join(problems))
    return consumers
