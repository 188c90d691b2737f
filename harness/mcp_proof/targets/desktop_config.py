"""The servers that a desktop application is configured with: `claude_desktop_config.json`.

An entry of `mcpServers` has a `command` with `args`, `env` and `cwd`, or a `url` with `headers`. In
all of them `${NAME}` stands for a variable of the environment, `${NAME:-text}` has a default.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from mcp_proof.config.headers import header_problem
from mcp_proof.errors import UsageError
from mcp_proof.targets.any_url import url_target
from mcp_proof.targets.command import CommandTarget
from mcp_proof.targets.target import Reachable
from mcp_proof.targets.url import UrlTarget
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.secrets.given import secrets_in_command
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.secrets.names import names_a_secret
from mcp_proof_contracts.suggestion import did_you_mean

SERVERS: Final = "mcpServers"
VARIABLE: Final = re.compile(r"\$\{(?P<name>[A-Za-z_]\w*)(?P<default>:-[^}]*)?\}")

COMMENT: Final = re.compile(r"^\s*//", re.MULTILINE)
"""What guides show above such a file, and applications refuse."""
COMMAND_KEYS: Final = ("command", "args", "env", "cwd")
URL_KEYS: Final = ("url", "headers")
NEVER_EMPTY: Final = ("command", "cwd", "url")
UNUSED_KEYS: Final = ("alwaysAllow", "autoApprove", "description", "disabled", "timeout", "type")
"""What applications write there for themselves."""


def desktop_targets(file: Path, environment: Mapping[str, str]) -> dict[str, Reachable]:
    """Return every server of the file by its name, in the file's order.

    Raises:
        UsageError: the file cannot be read, an entry is wrong, or a variable is not set.
    """
    entries = _entries(file)
    return {name: _target(_Place(file, name), entries[name], environment) for name in entries}


def desktop_target(file: Path, name: str, environment: Mapping[str, str]) -> Reachable:
    """Return one server of the file; the others need not be right.

    Raises:
        UsageError: there is no such server, or as `desktop_targets` has it.
    """
    entries = _entries(file)
    if name not in entries:
        raise UsageError(
            f"{file}: {SERVERS}: there is no server {name!r}; it has {', '.join(entries)}."
            f"{did_you_mean(name, entries)}"
        )
    return _target(_Place(file, name), entries[name], environment)


class _Place:
    """Where in the file something stands, for errors."""

    def __init__(self, file: Path, name: str) -> None:
        self._where = f"{file}: {SERVERS}.{name}"

    def wrong(self, key: str, what: str) -> UsageError:
        mask = Mask(secrets_in_command([what]).values)
        return UsageError(f"{self._where}{key and '.'}{key}: {mask(what)}")


def _entries(file: Path) -> JsonObject:
    document = _document(file)
    entries = document.get(SERVERS) if isinstance(document, dict) else None
    if not isinstance(entries, dict) or not entries:
        raise UsageError(f"{file}: {SERVERS}: expected an object with a server for each name")
    return entries


def _document(file: Path) -> Json:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: this is no JSON: {error}") from error
    try:
        document: Json = json.loads(text)
    except ValueError as error:
        hint = ". JSON has no comments" if COMMENT.search(text) else ""
        raise UsageError(f"{file}: this is no JSON: {error}{hint}") from error
    return document


def _target(place: _Place, entry: Json, environment: Mapping[str, str]) -> Reachable:
    if not isinstance(entry, dict):
        raise place.wrong("", f"expected an object, got {entry!r}")
    if ("command" in entry) == ("url" in entry):
        raise place.wrong("", "expected either `command` or `url`")
    keys = COMMAND_KEYS if "command" in entry else URL_KEYS
    for key in entry:
        if key not in (*keys, *UNUSED_KEYS):
            allowed = ", ".join(keys)
            raise place.wrong(key, f"unknown; allowed are {allowed}.{did_you_mean(key, keys)}")

    def expand(key: str, text: Json) -> str:
        return _expanded(place, key, text, environment)

    if "url" in entry:
        return _url_target(
            place, expand("url", entry["url"]), _texts(place, "headers", entry, expand)
        )
    arguments = entry.get("args", [])
    if not isinstance(arguments, list):
        raise place.wrong("args", f"expected a list of texts, got {arguments!r}")
    words: list[Json] = [entry["command"], *arguments]
    return CommandTarget(
        [expand("args" if number else "command", word) for number, word in enumerate(words)],
        env=_texts(place, "env", entry, expand),
        cwd=expand("cwd", entry["cwd"]) if "cwd" in entry else None,
    )


def _url_target(place: _Place, url: str, headers: Mapping[str, str]) -> UrlTarget:
    carried = {name: value.strip() for name, value in headers.items()}
    for name, value in carried.items():
        if (problem := header_problem(name, value)) is not None:
            raise place.wrong("headers", problem)
    try:
        return url_target(url, carried)
    except UsageError as error:
        raise place.wrong("url", str(error)) from error


def _texts(
    place: _Place, key: str, entry: JsonObject, expand: Callable[[str, Json], str]
) -> dict[str, str]:
    texts = entry.get(key, {})
    if not isinstance(texts, dict):
        raise place.wrong(key, "expected an object of texts")
    return {name: expand(f"{key}.{name}", text) for name, text in texts.items()}


def _expanded(place: _Place, key: str, text: Json, environment: Mapping[str, str]) -> str:
    if not isinstance(text, str):
        shown = "" if names_a_secret(key) else f" {text or ''}"
        raise place.wrong(key, f"expected a text, got {type(text).__name__}{shown}".rstrip())

    def value(found: re.Match[str]) -> str:
        name, default = found["name"], found["default"]
        if name in environment:
            return environment[name]
        if default is None:
            hint = did_you_mean(name, environment)
            raise place.wrong(key, f"the environment variable {name} is not set.{hint}")
        return default.removeprefix(":-")

    expanded = VARIABLE.sub(value, text)
    if not expanded and key in NEVER_EMPTY:
        raise place.wrong(key, "expected a text, got an empty one")
    return expanded
