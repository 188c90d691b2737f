"""Reads matchers from a YAML file, with the line of each mistake."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mcp_proof.drift.matcher import Match, Matcher
from mcp_proof.errors import UsageError
from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.wire import quote
from mcp_proof_contracts.yaml_file import read_yaml
from mcp_proof_contracts.yaml_text import YamlText, YamlTextError

MEMBERS: Final = ("path", "match", "tool", "method")
PLAIN: Final = tuple(kind.value for kind in Match if kind is not Match.REGEX)
LONGEST: Final = 1024 * 1024
"""Bytes of a file of matchers."""


def load_matchers(file: Path) -> tuple[Matcher, ...]:
    """Return the matchers of a file.

    Raises:
        UsageError: it cannot be read, or one of them is wrong.
    """
    try:
        if file.stat().st_size > LONGEST:
            raise UsageError(f"{file}: larger than {LONGEST} bytes")
        text = read_yaml(file)
    except YamlTextError as error:
        where = file if error.line is None else f"{file}:{error.line}"
        raise UsageError(f"{where}: {error}") from error
    except OSError as error:
        raise UsageError(f"{file}: {error}") from error
    if not isinstance(text.value, list):
        raise UsageError(f"{file}: expected a list of matchers, each with `path` and `match`")
    return tuple(_matchers(file, text, text.value))


def _matchers(file: Path, text: YamlText, items: list[Json]) -> Iterator[Matcher]:
    for number, item in enumerate(items):
        try:
            yield _matcher(_mapping(item))
        except ValueError as error:
            raise UsageError(f"{file}:{text.line(f'/{number}')}: {error}") from error


def _mapping(item: Json) -> JsonObject:
    if isinstance(item, dict):
        return item
    raise ValueError(f"expected a mapping with `path` and `match`, got {quote(item)}")


def _matcher(item: JsonObject) -> Matcher:
    for name in item:
        if name not in MEMBERS:
            raise ValueError(f"{name!r} is not one of {', '.join(MEMBERS)}.{_hint(name)}")
    path = item.get("path")
    if not isinstance(path, str) or (path and not path.startswith("/")):
        raise ValueError(
            f"`path` is a JSON pointer into the answer, such as /structuredContent/*/id; got "
            f"{quote(path)}"
        )
    match, pattern = _match(item.get("match", Match.TYPE.value))
    return Matcher(
        path=tuple(pointer_steps(path)),
        match=match,
        pattern=pattern,
        tool=_name(item, "tool"),
        method=_name(item, "method"),
    )


def _match(value: Json) -> tuple[Match, re.Pattern[str] | None]:
    if isinstance(value, str) and value in PLAIN:
        return Match(value), None
    if isinstance(value, dict) and [*value] == [Match.REGEX.value]:
        pattern = value[Match.REGEX.value]
        try:
            return Match.REGEX, re.compile(pattern if isinstance(pattern, str) else "(")
        except re.error as error:
            raise ValueError(f"{quote(pattern)} is no regular expression: {error}") from error
    raise ValueError(
        f"`match` is one of {', '.join(PLAIN)}, or {{regex: PATTERN}}; got {quote(value)}"
    )


def _name(item: JsonObject, member: str) -> str | None:
    name = item.get(member)
    if name is not None and not isinstance(name, str):
        raise ValueError(f"`{member}` is a name; got {quote(name)}")
    return name


def _hint(name: str) -> str:
    return did_you_mean(name, MEMBERS)
