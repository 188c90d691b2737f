"""The text of a contract file: a new one, or a user's with what has changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.lock.rounded import rounded_values
from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.contract_file import DocumentError, checked_contract
from mcp_proof_contracts.contract_members import OUR_MEMBERS
from mcp_proof_contracts.contract_of_surface import KEYS, Seen, locked_document
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.schema_problem import Problem
from mcp_proof_contracts.tool_definitions import embed_definitions
from mcp_proof_contracts.wire import as_list, as_object, encode, parse
from mcp_proof_contracts.yaml_edit import YamlEditError, edited_yaml
from mcp_proof_contracts.yaml_render import rendered_item, rendered_member
from mcp_proof_contracts.yaml_text import YamlTextError, yaml_of

HEAD: Final = """\
# What this server offers, as `mcp-proof lock` found it. Change it as you like: another lock keeps
# comments, order and all that the server does not list, such as `answer`, `cases` and `fuzz`.
"""
ESSENTIAL: Final = ("name", "uri", "uriTemplate", "inputSchema", "outputSchema", "arguments")
"""Members without which a thing would be said to be another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedText:
    """What goes into the file."""

    text: str
    contract: Contract
    left_out: tuple[str, ...]
    """What the server lists and no contract file can hold, and why."""


def locked_text(seen: Seen, old: str | None, folder: Path) -> LockedText:
    """Return the text of a contract file for a server.

    Args:
        seen: the server.
        old: the text so far, of a contract that can be read; `None` where there is none.
        folder: where the file stands.

    Raises:
        PeerError: what the server lists is too much for one file.
        UsageError: what only the file has does not go with what the server lists now.
    """
    before = None if old is None else cast("dict[str, Json]", yaml_of(old).value)
    document, left_out = _document(seen, before, folder)
    try:
        text = _new_text(document) if old is None else edited_yaml(old, document, open_levels=3)
        read = yaml_of(text).value
    except YamlTextError as error:
        raise PeerError(f"what the server lists cannot stand in one file: {error}") from error
    except YamlEditError as error:
        raise UsageError(str(error)) from error
    assert read == document, "the file would read back as something else"
    return LockedText(
        text=text, contract=checked_contract(document, folder=folder), left_out=left_out
    )


def _document(
    seen: Seen, before: JsonObject | None, folder: Path
) -> tuple[JsonObject, tuple[str, ...]]:
    """Return the document, and what had to be left out for it to be a contract."""
    left_out: list[str] = []
    whole = None if before is None else _with_definitions(before, folder)
    document = _copy(locked_document(seen, whole))
    left_out += _drop([*rounded_values(document)], document)
    while True:
        shown = document if before is None else _as_written(document, before, whole or {})
        try:
            checked_contract(shown, folder=folder)
        except DocumentError as error:
            told = list(_drop(error.problems, document))
            if not told:
                raise UsageError(_disagreement(error)) from error
            left_out += told
        else:
            return shown, tuple(left_out)


def _disagreement(error: DocumentError) -> str:
    return f"what the file adds does not go with what the server lists now:\n{error}"


def _with_definitions(document: JsonObject, folder: Path) -> JsonObject:
    """Return a document with what the files say that its tools name."""
    whole = _copy(document)
    embed_definitions(whole, folder)
    return whole


def _as_written(document: JsonObject, before: JsonObject, whole: JsonObject) -> JsonObject:
    """Leave tools to their files, as far as these still say the same."""
    pairs = zip(as_list(before.get("tools")), as_list(whole.get("tools")), strict=True)
    named = [(as_object(raw), read) for raw, read in pairs if "definition" in as_object(raw)]
    if not named or "tools" not in document:
        return document
    tools = [
        next((raw for raw, read in named if as_object(read) == as_object(tool)), tool)
        for tool in as_list(document["tools"])
    ]
    return {**document, "tools": tools}


def _copy(document: JsonObject) -> dict[str, Json]:
    return cast("dict[str, Json]", parse(encode(document)).value)


def _drop(problems: list[Problem], document: dict[str, Json]) -> Iterator[str]:
    """Take out what the server lists and a contract cannot hold; tell of each.

    Nothing is taken out that only the file has.
    """
    places = {tuple(pointer_steps(problem.pointer)): problem for problem in problems}
    gone: set[tuple[str, ...]] = set()
    # From the last to the first, so that the numbers of those before stay.
    for steps, problem in sorted(places.items(), key=_order, reverse=True):
        holder, (part, number, member) = _place(document, [*steps])
        items = holder.get(part)
        if part not in KEYS or not isinstance(items, list) or member in OUR_MEMBERS[part]:
            continue
        thing = steps[: 4 if steps[0] == "servers" else 2]
        if thing in gone:
            continue
        item = cast("dict[str, Json]", items[int(number)])
        name = excerpt(str(item.get(KEYS[part])))
        if member in item and member not in ESSENTIAL:
            del item[member]
            yield f"{part} {name}: its member {member!r}: {problem.message}"
        else:
            del items[int(number)]
            gone.add(thing)
            yield f"{part} {name}: {member}: {problem.message}"


def _order(place: tuple[tuple[str, ...], Problem]) -> list[tuple[int, str]]:
    """Steps in order, numbers by what they count."""
    return [(int(step), "") if step.isdecimal() else (-1, step) for step in place[0]]


def _place(document: JsonObject, steps: list[str]) -> tuple[JsonObject, tuple[str, str, str]]:
    """Return who holds the list of a thing, and that list, its number in there and a member."""
    if steps[:1] == ["servers"] and len(steps) > 2:  # noqa: PLR2004  # the list and a number
        servers = as_list(document["servers"])
        return _place(as_object(servers[int(steps[1])]), steps[2:])
    part, number, member = [*steps, "", "", ""][:3]
    return document, (part, number, member)


# A new file


def _new_text(document: JsonObject) -> str:
    return HEAD + "".join(_paragraphs(document))


def _paragraphs(document: JsonObject) -> Iterator[str]:
    """Write what is short on lines that follow each other, and lists with room between items."""
    for name, value in document.items():
        if name in (*KEYS, "servers") and value:
            items = (rendered_item(item, indent=2, open_levels=1) for item in as_list(value))
            yield f"\n{name}:\n" + "\n\n".join(items) + "\n"
        else:
            yield rendered_member(name, value) + "\n"
