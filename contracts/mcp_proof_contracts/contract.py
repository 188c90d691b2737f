"""The contract file: one YAML document that says what a server offers and answers.

Members that the protocol has keep the protocol's names (`inputSchema`, `mimeType`), so that what a
server lists can be pasted in. `answer` and the other lower-case members are ours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import yaml

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import REVISIONS, Revision
from mcp_proof_contracts.suggestion import did_you_mean

Answers = Literal["auto", "json", "sse"]


class _Loader(yaml.SafeLoader):
    """Reads what YAML takes for a date as the text it is: a revision looks like one."""


_Loader.yaml_implicit_resolvers = {
    start: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for start, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class ContractError(ValueError):
    """The contract file is wrong: where, what was expected, what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpContract:
    """How the server behaves over Streamable HTTP."""

    answers: Answers = "auto"
    """`auto` streams only the answers of tools that say something on the way."""
    sessions: bool = True
    """Whether stateful clients get a session id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool: how it is listed, and what it answers."""

    listed: JsonObject
    answer: JsonObject = field(default_factory=dict[str, Json])
    """`text`, `content`, `structured` (templates over the arguments) or `error`; `refusal` is a
    JSON-RPC error (`code`, `message`), `_meta` goes with any result."""
    asks: Sequence[JsonObject] = ()
    """Requests to the client during a call: `{method, params}` each."""
    progress: int = 0
    """How many progress notifications a call sends when the client gave a token."""

    @property
    def name(self) -> str:
        """The tool's name."""
        return str(self.listed["name"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource: how it is listed, and its one content."""

    listed: JsonObject
    content: JsonObject
    """`text` or `blob`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt: how it is listed, and its messages (templates over the arguments)."""

    listed: JsonObject
    messages: Sequence[JsonObject]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What one server offers."""

    info: JsonObject
    instructions: str | None = None
    revisions: tuple[Revision, ...] = REVISIONS
    page_size: int = 100
    http: HttpContract = field(default_factory=HttpContract)
    tools: tuple[Tool, ...] = ()
    resources: tuple[Resource, ...] = ()
    resource_templates: tuple[JsonObject, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    extensions: JsonObject = field(default_factory=dict[str, Json])
    """Declared by `server/discover`: identifiers with their settings."""
    announces: tuple[str, ...] = ()
    """The lists whose changes the server announces: declared, and told once after a handshake."""


def load_contract(path: Path, *, edit: Callable[[dict[str, Json]], None] | None = None) -> Contract:
    """Read a contract file; `edit` may change the document before it is read.

    Raises:
        ContractError: the file cannot be read, or a member is wrong.
    """
    try:
        loaded: Json = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  # a safe loader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContractError(f"{path}: {error}") from error
    if not isinstance(loaded, Mapping):
        raise ContractError(f"{path}: expected a mapping with `info` and what the server offers")
    document = dict(loaded)
    if edit is not None:
        edit(document)
    try:
        return read_contract(document)
    except ContractError as error:
        raise ContractError(f"{path}: {error}") from error


def read_contract(document: JsonObject) -> Contract:
    """Build a contract from the file's content.

    Raises:
        ContractError: a member is unknown, missing or of the wrong kind.
    """
    _known(document, _TOP, "")
    return Contract(
        info=_info(document),
        instructions=_text(document, "instructions"),
        revisions=_revisions(document.get("revisions")),
        page_size=_page_size(document.get("page_size", 100)),
        http=_http(document.get("http", {})),
        tools=tuple(_tool(*item) for item in _items(document, "tools", "name")),
        resources=tuple(_resource(*item) for item in _items(document, "resources", "uri")),
        resource_templates=tuple(
            template for _, template in _items(document, "resource_templates", "uriTemplate")
        ),
        prompts=tuple(_prompt(*item) for item in _items(document, "prompts", "name")),
        extensions=_mapping(document.get("extensions", {}), "extensions"),
        announces=_announces(document.get("announces", [])),
    )


_TOP: Final = (
    "info",
    "instructions",
    "revisions",
    "page_size",
    "http",
    "tools",
    "resources",
    "resource_templates",
    "prompts",
    "extensions",
    "announces",
)
_LISTS: Final = ("tools", "resources", "prompts")
_ANSWER: Final = ("text", "content", "structured", "error", "refusal", "_meta")
_ANSWERS: Final[Mapping[str, Answers]] = {"auto": "auto", "json": "json", "sse": "sse"}


def _info(document: JsonObject) -> JsonObject:
    info = _mapping(document.get("info"), "info")
    for member in ("name", "version"):
        if not isinstance(info.get(member), str):
            raise ContractError(f"info.{member}: expected a string, got {info.get(member)!r}")
    return info


def _tool(where: str, item: JsonObject) -> Tool:
    answer = _mapping(item.get("answer", {}), f"{where}.answer")
    _known(answer, _ANSWER, f"{where}.answer")
    asks = item.get("asks", [])
    progress = item.get("progress", 0)
    if not isinstance(asks, list):
        raise ContractError(f"{where}.asks: expected a list, got {asks!r}")
    if not isinstance(progress, int):
        raise ContractError(f"{where}.progress: expected a number, got {progress!r}")
    return Tool(
        listed={"inputSchema": {"type": "object"}, **_without(item, "answer", "asks", "progress")},
        answer=answer,
        asks=tuple(_mapping(ask, f"{where}.asks[{i}]") for i, ask in enumerate(asks)),
        progress=progress,
    )


def _resource(where: str, item: JsonObject) -> Resource:
    content = {name: item[name] for name in ("text", "blob") if name in item}
    if len(content) != 1:
        raise ContractError(f"{where}: expected either `text` or `blob`")
    listed = {"name": item["uri"], **_without(item, "text", "blob")}
    return Resource(listed=listed, content=content)


def _prompt(where: str, item: JsonObject) -> Prompt:
    messages = item.get("messages", [])
    if not isinstance(messages, list):
        raise ContractError(f"{where}.messages: expected a list, got {messages!r}")
    return Prompt(
        listed=_without(item, "messages"),
        messages=tuple(_mapping(m, f"{where}.messages[{i}]") for i, m in enumerate(messages)),
    )


def _items(document: JsonObject, member: str, key: str) -> list[tuple[str, JsonObject]]:
    items = document.get(member) or []
    if not isinstance(items, list):
        raise ContractError(f"{member}: expected a list, got {items!r}")
    named: list[tuple[str, JsonObject]] = []
    for index, item in enumerate(items):
        where = f"{member}[{index}]"
        mapping = _mapping(item, where)
        if not isinstance(mapping.get(key), str):
            raise ContractError(f"{where}.{key}: expected a string, got {mapping.get(key)!r}")
        named.append((where, mapping))
    return named


def _revisions(value: Json) -> tuple[Revision, ...]:
    if value is None:
        return REVISIONS
    if not isinstance(value, list) or not value:
        raise ContractError(f"revisions: expected a list of revisions, got {value!r}")
    for item in value:
        if item not in REVISIONS:
            allowed = ", ".join(REVISIONS)
            raise ContractError(f"revisions: {item!r} is no revision (allowed: {allowed})")
    return tuple(sorted(Revision(str(item)) for item in value))


def _announces(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list) or any(item not in _LISTS for item in value):
        allowed = ", ".join(_LISTS)
        raise ContractError(f"announces: expected a list of {allowed}, got {value!r}")
    return tuple(str(item) for item in value)


def _page_size(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ContractError(f"page_size: expected a number from 1, got {value!r}")
    return value


def _http(value: Json) -> HttpContract:
    http = _mapping(value, "http")
    _known(http, ("answers", "sessions"), "http")
    answers = _ANSWERS.get(str(http.get("answers", "auto")))
    sessions = http.get("sessions", True)
    if answers is None:
        raise ContractError(
            f"http.answers: {http['answers']!r} is unknown (allowed: {', '.join(_ANSWERS)})"
        )
    if not isinstance(sessions, bool):
        raise ContractError(f"http.sessions: expected true or false, got {sessions!r}")
    return HttpContract(answers=answers, sessions=sessions)


def _text(document: JsonObject, member: str) -> str | None:
    value = document.get(member)
    if value is not None and not isinstance(value, str):
        raise ContractError(f"{member}: expected a string, got {value!r}")
    return value


def _mapping(value: Json, where: str) -> JsonObject:
    if not isinstance(value, Mapping):
        raise ContractError(f"{where}: expected a mapping, got {value!r}")
    return value


def _known(mapping: JsonObject, allowed: Sequence[str], where: str) -> None:
    for name in mapping:
        if name not in allowed:
            hint = did_you_mean(str(name), allowed)
            place = f"{where}.{name}" if where else str(name)
            raise ContractError(f"{place}: unknown (allowed: {', '.join(allowed)}).{hint}")


def _without(mapping: JsonObject, *names: str) -> JsonObject:
    return {name: value for name, value in mapping.items() if name not in names}
