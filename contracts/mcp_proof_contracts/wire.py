"""JSON-RPC on the wire: bytes to messages and back, without I/O and without judgement.

Parsing never raises, because what a peer sends is evidence even when it is garbage: bytes that
are no JSON become a message of kind `INVALID` that says why. Rules decide what is a violation.
"""

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, cast

import orjson

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.members_at_hand import members_at_hand

BOM: Final = b"\xef\xbb\xbf"
LONE_SURROGATE: Final = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u(?:d[89ab][0-9a-f]{2}(?!\\ud[c-f])"
    rb"|(?<!\\ud[89ab][0-9a-f]{2}\\u)d[c-f][0-9a-f]{2})",
    re.IGNORECASE,
)
"""An escape of one half of a surrogate pair, after any escaped backslashes."""
PROGRESS: Final = "notifications/progress"
MAX_DEPTH: Final = 200
"""Levels of nesting that are read; what is deeper could be neither shown nor written again."""


class Kind(StrEnum):
    """What a message is, by the members it carries (JSON-RPC 2.0 sections 4 and 5)."""

    REQUEST = "request"
    NOTIFICATION = "notification"
    RESULT = "result"
    ERROR = "error"
    BATCH = "batch"
    INVALID = "invalid"


members_at_hand(Kind)


@dataclass(slots=True, init=False)
class Message:
    """One JSON text as it crossed the wire, decoded but not judged.

    Nobody changes one. It is not frozen because a server makes one for each request, and freezing
    doubles what that costs; for the same reason its members are looked up once.
    """

    raw: bytes
    value: Json
    kind: Kind
    fault: str
    """Why `raw` could not be decoded; empty when it could."""
    members: JsonObject = field(compare=False, repr=False)
    """The JSON object, or an empty one when the message is something else."""
    id: Json = field(compare=False, repr=False)
    """The `id` member; `None` when absent or null."""
    method: str = field(compare=False, repr=False)
    """The `method` member, or "" when it is absent or no string."""
    params: JsonObject = field(compare=False, repr=False)
    """The `params` object, or an empty one."""

    def __init__(self, raw: bytes, value: Json, kind: Kind, fault: str = "") -> None:
        members = value if isinstance(value, dict) else {}
        method = members.get("method")
        params = members.get("params")
        self.raw = raw
        self.value = value
        self.kind = kind
        self.fault = fault
        self.members = members
        self.id = members.get("id")
        self.method = method if isinstance(method, str) else ""
        self.params = params if isinstance(params, dict) else {}

    @property
    def result(self) -> JsonObject:
        """The `result` object, or an empty one."""
        return as_object(self.members.get("result"))

    @property
    def error(self) -> JsonObject:
        """The `error` object, or an empty one."""
        return as_object(self.members.get("error"))

    @property
    def error_code(self) -> int | None:
        """The integer `error.code`, or `None`."""
        code = self.error.get("code")
        return code if isinstance(code, int) and not isinstance(code, bool) else None

    @property
    def progress_token(self) -> Json:
        """The token that a request gives, or that a progress notification names."""
        if self.method == PROGRESS:
            return self.params.get("progressToken")
        return as_object(self.params.get("_meta")).get("progressToken")

    @property
    def excerpt(self) -> str:
        """The text as a finding quotes it."""
        return excerpt(self.raw.decode(errors="backslashreplace"))

    @property
    def is_response(self) -> bool:
        """Whether this answers a request, well or badly."""
        return self.kind is Kind.RESULT or self.kind is Kind.ERROR


def as_object(value: Json) -> JsonObject:
    """`value` when it is a JSON object, otherwise an empty object."""
    return value if isinstance(value, dict) else {}


def as_list(value: Json) -> JsonArray:
    """`value` when it is a JSON array, otherwise an empty list."""
    return value if isinstance(value, list) else []


def as_integer(value: Json) -> int:
    """An integer as JSON Schema knows them: 2.0 is one."""
    return int(cast("float", value))


def quote(value: Json) -> str:
    """A JSON value as a finding quotes it: as JSON, so that 1 and "1" look different."""
    return excerpt(encode(value).decode())


def parse(raw: bytes) -> Message:
    """Decode one JSON text. A byte order mark is skipped here; `jsonrpc-no-bom` judges it."""
    text = raw.removeprefix(BOM)
    try:
        value: Json = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        value = _with_lone_surrogates(text)
        if value is None:
            return Message(raw, None, Kind.INVALID, _fault(text, error))
    if _too_deep(text, value):
        return Message(raw, None, Kind.INVALID, f"nested deeper than {MAX_DEPTH} levels")
    return Message(raw, value, kind_of(value))


def kind_of(value: Json) -> Kind:
    """Classify a decoded message by the members that JSON-RPC gives each kind."""
    if isinstance(value, list):
        return Kind.BATCH
    if not isinstance(value, dict):
        return Kind.INVALID
    if "method" in value:
        return Kind.REQUEST if "id" in value else Kind.NOTIFICATION
    if "error" in value:
        return Kind.ERROR
    return Kind.RESULT if "result" in value else Kind.INVALID


ORJSON_LIMITS: Final = ("64-bit", "surrogates")
"""What errors of orjson speak of where JSON itself has no limit."""


def encode(value: Json) -> bytes:
    """Serialize to compact UTF-8, one line, no byte order mark."""
    try:
        return orjson.dumps(value)
    except TypeError as error:
        if not any(limit in str(error) for limit in ORJSON_LIMITS):
            raise
        try:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        except UnicodeEncodeError:
            return json.dumps(value, separators=(",", ":")).encode()


def message(value: Json) -> Message:
    """Build the message that `value` makes when it is encoded."""
    return Message(encode(value), value, kind_of(value))


def is_integer(value: Json) -> bool:
    """Whether a JSON number is an integer; 1.0 is one, as JSON Schema has it."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def id_key(value: Json) -> tuple[str, str]:
    """A hashable identity for a request id: JSON type and value, so that 1 and "1" differ.

    1 and 1.0 are the same number in JSON.
    """
    if isinstance(value, str):
        return ("str", value)
    if isinstance(value, float) and is_integer(value):
        value = int(value)
    return (type(value).__name__, repr(value))


def mistyped(one: Json, other: Json) -> bool:
    """Whether two ids differ in nothing but their JSON type, as "1" and 1 do."""
    return id_key(one) != id_key(other) and id_key(one)[1] == id_key(other)[1]


def _with_lone_surrogates(text: bytes) -> Json:
    """Read JSON whose only oddity are escapes of half a character, or return `None`.

    The grammar allows them (RFC 8259, section 8.2), and text cut in the middle of an emoji is
    written so by JSON.stringify and json.dumps; only orjson refuses them.
    """
    if LONE_SURROGATE.search(text) is None:
        return None
    mended = LONE_SURROGATE.sub(rb"\1\\ufffd", text)
    try:
        value: Json = orjson.loads(mended)
    except orjson.JSONDecodeError:
        return None
    return value


def _too_deep(text: bytes, value: Json) -> bool:
    shortest = 2 * MAX_DEPTH  # what is opened is also closed
    if len(text) <= shortest or text.count(b"[") + text.count(b"{") <= MAX_DEPTH:
        return False
    level: list[Json] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return any(isinstance(inner, dict | list) for inner in level)


def _fault(text: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        text.decode()
    except UnicodeDecodeError as problem:
        return f"not UTF-8: byte {problem.start} is 0x{text[problem.start]:02x}"
    return f"not JSON: {error.msg} (character {error.pos})"
