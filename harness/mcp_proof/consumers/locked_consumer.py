"""The consumer contract of a client, made of recordings of it, or widened by them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mcp_proof.errors import UsageError
from mcp_proof.lock.presentable import presentable_value
from mcp_proof.record.foreign import read_recording
from mcp_proof_contracts.consumers.consumer import KINDS, load_consumer
from mcp_proof_contracts.consumers.consumption import consumed, is_known
from mcp_proof_contracts.contract_file import ContractError
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import spoken
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.surface_of_transcript import server_side
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_contracts.yaml_edit import YamlEditError, edited_yaml
from mcp_proof_contracts.yaml_render import rendered
from mcp_proof_contracts.yaml_text import yaml_of

HEAD: Final = """\
# What this client needs, as its recordings show it: every server that it is to work with must give
# it. Add what it reads in results (`reads: [/structuredContent/temperature]`) and the state in
# which the server must be (`given: a city is known`); another lock keeps them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedConsumer:
    """What goes into the file, and what is told of it."""

    text: str
    changed: bool
    headline: str
    told: tuple[str, ...]


def locked_consumer(
    name: str, recordings: Sequence[Path], path: Path | None, mask: Mask
) -> LockedConsumer:
    """Return the contract of a consumer.

    Args:
        name: what it is called.
        recordings: journals of mocks, or cassettes.
        path: the file so far, if there is one; another client's is refused.
        mask: hides secrets.

    Raises:
        UsageError: there is no recording, or a file is wrong; with its line.
    """
    if not recordings:
        raise UsageError("--consumer: which recordings of it? Give files (*.ndjson)")
    old = _before(name, path)
    before: JsonObject = as_object(yaml_of(old).value) if old is not None else {"consumer": name}
    document = before
    for recording in recordings:
        transcript = read_recording(recording)
        said = spoken(server_side(transcript))
        if said is None or not is_known(said):
            why = "nothing in it tells what was spoken" if said is None else f"it speaks {said}"
            raise UsageError(f"{recording}: no needs can be read from it: {why}")
        document = consumed(transcript, said, document)
    document = as_object(presentable_value(document, mask))
    if not document["interactions"] and not document.get("capabilities"):
        names = ", ".join(map(str, recordings))
        raise UsageError(f"{names}: nothing that was asked for in it was answered with a result")
    text = HEAD + rendered(document, open_levels=3) if old is None else _edited(old, document, path)
    return LockedConsumer(
        text=text,
        changed=text != old,
        headline="written" if old is None else "updated" if text != old else "nothing changed",
        told=tuple(_told(before, document)),
    )


def _edited(old: str, document: JsonObject, path: Path | None) -> str:
    try:
        return edited_yaml(old, document, open_levels=3)
    except YamlEditError as error:
        raise UsageError(f"{path}: {error}") from error


def _before(name: str, path: Path | None) -> str | None:
    if path is None or not path.exists():
        if path is not None and not path.parent.is_dir():
            raise UsageError(f"{path}: there is no folder {path.parent}")
        return None
    try:
        consumer = load_consumer(path)
    except ContractError as error:
        raise UsageError(f"{error}\nIt is left as it is.") from error
    if consumer.name != name:
        raise UsageError(f"{path}: it is the contract of {consumer.name!r}, not of {name!r}")
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def _told(before: JsonObject, after: JsonObject) -> Iterator[str]:
    """Say what was added, and what got wider."""
    known = {str(each["name"]): each for each in _interactions(before)}
    for each in _interactions(after):
        what = next(f"{kind} {each[kind]}" for kind in KINDS if kind in each)
        if each["name"] not in known:
            yield f"+ {what}"
        elif each != known[str(each["name"])]:
            yield f"~ {what}: its arguments"
    for name in ("speaks", "capabilities"):
        new = set(map(str, as_list(after.get(name)))) - set(map(str, as_list(before.get(name))))
        yield from (f"+ {name}: {each}" for each in sorted(new))


def _interactions(document: JsonObject) -> list[JsonObject]:
    return [as_object(each) for each in as_list(document.get("interactions"))]
