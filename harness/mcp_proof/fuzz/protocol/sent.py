"""What the bytes of a case say, read as strictly as can be: which answers are due, which are none.

What is not certain is left out: nobody can be blamed for how they read what is malformed.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mcp_proof.fuzz.protocol.case import ProtocolCase, ProtocolStep
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.headers import standard_headers
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.wire import as_object, id_key, is_integer

LARGEST_TEXT: Final = 64 * 1024
DEEPEST: Final = 64
LARGEST_INTEGER: Final = 2**53 - 1
"""What every parser reads: RFC 8259, section 9 lets it limit size, depth and range."""
REQUEST: Final = frozenset({"jsonrpc", "id", "method", "params"})
NOTIFICATION: Final = "notifications/"
ID: Final = re.compile(
    rb'"(?:i|\\u0069)(?:d|\\u0064)"\s*:\s*(null|"(?:[^"\\]|\\.)*"|-?[\d.eE+-]+|.)',
    re.IGNORECASE | re.DOTALL,
)
"""Wherever something looks like an id, in good JSON or bad."""
LINE_ENDS: Final = re.compile(rb"[\r\n\x0b\x0c]|\xc2\x85|\xe2\x80[\xa8\xa9]")
"""What ends a line for one reader of lines or another: which of them is a newline, no text says."""
CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[^\r\n]*)?\r\n")
LENGTH: Final = "content-length"
CODING: Final = "transfer-encoding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a text says."""

    due: tuple[Json, ...] = ()
    """Ids of requests without any fault: each must be answered."""
    expected: tuple[Json, ...] = ()
    """Ids of requests that are right as JSON-RPC has it, though not as MCP has it."""
    notification: str = ""
    """The method of the notification that it is; "" when it is something else, or not certain."""
    blank: bool = False
    """Whether there is nothing in it."""


@dataclass(frozen=True, slots=True)
class SentCase:
    """What all texts of a case say."""

    texts: tuple[Sent, ...]
    ids: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    """How often something looks like this id, so that an answer may have it."""
    safe: bool = False
    """Whether each of these ids has but one reading: what else an answer has is made up."""

    @property
    def due(self) -> tuple[Json, ...]:
        """Ids that must be answered."""
        return tuple(request_id for text in self.texts for request_id in text.due)

    @property
    def expected(self) -> tuple[Json, ...]:
        """Ids that should be answered."""
        return tuple(request_id for text in self.texts for request_id in text.expected)

    @property
    def notifications(self) -> tuple[str, ...]:
        """The methods, where there is nothing but notifications."""
        said = [text for text in self.texts if not text.blank]
        methods = tuple(text.notification for text in said)
        return methods if all(methods) else ()


def read_case(case: ProtocolCase, spoken: Spoken) -> SentCase:
    """Return what a case says to a server that speaks this."""
    texts = [text for step in case.steps for text in texts_of(step, case.transport)]
    read = tuple(
        _read(text, sure=_is_plain(step, text, case.transport, spoken))
        for step in case.steps
        for text in texts_of(step, case.transport)
    )
    found = [each for text in texts for each in ID.findall(text) if each != b"null"]
    values = [_loaded(each) for each in found]
    ids = Counter(id_key(value) for value in values if isinstance(value, str | int | float))
    return SentCase(read, ids, all(_is_safe_id(value) for value in values))


def texts_of(step: ProtocolStep, transport: str) -> list[bytes]:
    """Return the texts that a step carries: over stdio its lines, over HTTP its body."""
    if transport == "stdio":
        return step.raw.split(b"\n")
    body = body_of(step)
    return [step.raw if body is None else body]


def body_of(step: ProtocolStep) -> bytes | None:
    """Return what a step has as its body over HTTP; `None` when its framing is at fault."""
    if not step.verbatim:
        return step.raw
    framing = [
        (name.lower(), value)
        for name, value in step.headers.items()
        if name.lower() in (LENGTH, CODING)
    ]
    match framing:
        case [("content-length", value)] if value == str(len(step.raw)):
            return step.raw
        case [("transfer-encoding", "chunked")]:
            return _unchunked(step.raw)
        case _:
            return None


def _unchunked(raw: bytes) -> bytes | None:
    parts: list[bytes] = []
    while (head := CHUNK.match(raw)) is not None:
        size = int(head[1], 16)
        if size == 0:
            return b"".join(parts) if raw[head.end() :] == b"\r\n" else None
        part, rest = raw[head.end() : head.end() + size], raw[head.end() + size :]
        if len(part) < size or not rest.startswith(b"\r\n"):
            return None
        parts.append(part)
        raw = rest[2:]
    return None


def _is_plain(step: ProtocolStep, text: bytes, transport: str, spoken: Spoken) -> bool:
    """Whether nothing but the text can be wrong: headers, method and framing are right."""
    if transport != "http":
        return True
    if step.method != "POST" or body_of(step) is None:
        return False
    ours = {name: v for name, v in step.headers.items() if name.lower() not in (LENGTH, CODING)}
    stateless = isinstance(spoken, Revision) and spoken.era is Era.STATELESS
    return ours == (standard_headers(as_object(strictly_read(text))) if stateless else {})


def _read(text: bytes, *, sure: bool) -> Sent:
    if not text.strip():
        return Sent(blank=True)
    value = strictly_read(text) if sure else None
    if not isinstance(value, Mapping) or not _is_json_rpc(value):
        return Sent()
    if "id" not in value:
        return Sent(notification=str(value["method"]) if _has_good_params(value) else "")
    request_id = value["id"]
    if not _is_safe_id(request_id) or str(value["method"]).startswith(NOTIFICATION):
        return Sent()
    good = _has_good_params(value)
    return Sent(due=(request_id,)) if good else Sent(expected=(request_id,))


def _is_json_rpc(value: JsonObject) -> bool:
    """Whether it is a request or a notification of JSON-RPC 2.0, without further members."""
    return (
        set(value) <= REQUEST
        and value.get("jsonrpc") == "2.0"
        and isinstance(value.get("method"), str)
        and isinstance(value.get("params", {}), Mapping | list)
    )


def _has_good_params(value: JsonObject) -> bool:
    """Whether `params` is what MCP has for every message: an object, with a proper `_meta`."""
    params = value.get("params", {})
    if not isinstance(params, Mapping):
        return False
    meta = params.get("_meta", {})
    if not isinstance(meta, Mapping):
        return False
    token = meta.get("progressToken", "")
    return isinstance(token, str) or is_integer(token)


def _is_safe_id(value: Json) -> bool:
    """Whether everybody reads the id in the same way."""
    if isinstance(value, str):
        return value.isprintable()
    return type(value) is int and abs(value) <= LARGEST_INTEGER


def strictly_read(text: bytes) -> Json:
    """Return the value of a JSON text that no parser may read otherwise or refuse, or `None`."""
    if len(text) > LARGEST_TEXT or text != text.strip() or LINE_ENDS.search(text):
        return None
    try:
        value: Json = json.loads(
            text.decode(), object_pairs_hook=_unique, parse_constant=_refused, parse_float=float
        )
    except (ValueError, RecursionError):
        return None
    return value if _is_common(value, DEEPEST) else None


def _unique(pairs: Sequence[tuple[str, Json]]) -> JsonObject:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a member twice")
    return dict(pairs)


def _refused(constant: str) -> None:
    raise ValueError(constant)


def _is_common(value: Json, depth: int) -> bool:
    """Whether a value is within what every parser reads."""
    if depth == 0:
        return False
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, int | float):
        return abs(value) <= LARGEST_INTEGER
    return all(_is_common(inner, depth - 1) for inner in _inner(value))


def _inner(value: Json) -> Iterator[Json]:
    if isinstance(value, Mapping):
        yield from value
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _loaded(text: bytes) -> Any:  # noqa: ANN401  # any JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
