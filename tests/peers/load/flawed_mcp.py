"""What the flawed server says: MCP 2026-07-28 without sessions, and 2025-11-25 with them."""

import base64
import uuid
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

import orjson

STATELESS = "2026-07-28"
STATEFUL = "2025-11-25"
META = "io.modelcontextprotocol/"
INFO = {"name": "flawed", "version": "1"}
REMEMBERED = 10
"""Texts of one session that are remembered: a healthy server does not grow."""
KEPT = 2000
"""Sessions that are kept open where nobody closes them; then the oldest is gone."""
CACHED = {"server/discover", "tools/list"}

TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
NUMBERS = {
    "type": "object",
    "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
    "required": ["a", "b"],
}
SUM = {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}
TEXTS = {
    "type": "object",
    "properties": {"texts": {"type": "array", "items": {"type": "string"}}},
    "required": ["texts"],
}
READS = {"readOnlyHint": True}


def _tool(name: str, about: str, takes: Any, gives: Any) -> dict[str, Any]:
    described = {"name": name, "description": about, "annotations": READS}
    return {**described, "inputSchema": takes, "outputSchema": gives}


TOOLS = [
    _tool("echo", "Say a text again.", TEXT, TEXT),
    _tool("add", "Add two whole numbers.", NUMBERS, SUM),
    _tool("notes", "Say a text; returns the last that this session said.", TEXT, TEXTS),
]


class RefusedError(Exception):
    """A message is answered with an error, or has no place here at all."""

    def __init__(self, code: int, message: str, status: int = 200, data: Any = None) -> None:
        super().__init__(message)
        self.error: dict[str, Any] = {"code": code, "message": message}
        if data is not None:
            self.error["data"] = data
        self.status = status


@dataclass(eq=False, slots=True)
class Session:
    """Who says something; without sessions, one connection."""

    texts: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))


@dataclass(slots=True)
class Journal:
    """What the server counted."""

    requests: int = 0
    """Messages with an id that arrived."""
    opened: int = 0
    closed: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    flawed: Counter[str] = field(default_factory=Counter)
    """How often each flaw showed."""

    def counts(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "requests": self.requests,
            "calls": dict(self.calls),
            "sessions": {"opened": self.opened, "closed": self.closed},
            "flawed": dict(self.flawed),
        }


class Sessions:
    """The sessions of the stateful era, by id."""

    def __init__(self, journal: Journal) -> None:
        self.by_id: dict[str, Session] = {}
        self._journal = journal

    def open(self) -> str:
        name = uuid.uuid4().hex
        if len(self.by_id) == KEPT:
            del self.by_id[next(iter(self.by_id))]
        self.by_id[name] = Session()
        self._journal.opened += 1
        return name

    def found(self, headers: dict[str, str]) -> Session:
        """Return the session that a request names."""
        name = headers.get("mcp-session-id")
        if name is None:
            raise RefusedError(-32600, "this needs a session: send `initialize` first", status=400)
        if name not in self.by_id:
            raise RefusedError(-32001, "Session not found", status=404)
        return self.by_id[name]

    def close(self, headers: dict[str, str]) -> None:
        self.found(headers)
        del self.by_id[headers["mcp-session-id"]]
        self._journal.closed += 1


def initialized() -> dict[str, Any]:
    return {"protocolVersion": STATEFUL, "capabilities": {"tools": {}}, "serverInfo": INFO}


def is_stateless(message: dict[str, Any], headers: dict[str, str]) -> bool:
    """Whether a message is of the era without sessions."""
    meta = _meta(message)
    version = headers.get("mcp-protocol-version", "")
    return version >= STATELESS or f"{META}protocolVersion" in meta or "mcp-method" in headers


def check_stateless(message: dict[str, Any], headers: dict[str, str]) -> None:
    """Refuse what lacks its metadata, or whose headers say something else."""
    meta = _meta(message)
    version = meta.get(f"{META}protocolVersion")
    if not isinstance(version, str) or not isinstance(meta.get(f"{META}clientCapabilities"), dict):
        raise RefusedError(-32602, "every request needs its metadata in `_meta`", status=400)
    params = message.get("params", {})
    told = {"mcp-protocol-version": version, "mcp-method": message["method"]}
    if message["method"] == "tools/call":
        told["mcp-name"] = params.get("name")
    for name, value in told.items():
        if _decoded(headers.get(name, "")) != value:
            raise RefusedError(-32020, f"the header {name} is not {value!r}", status=400)
    if version != STATELESS:
        data = {"supported": [STATELESS], "requested": version}
        raise RefusedError(
            -32022, f"Unsupported protocol version: {version}", status=400, data=data
        )


def result_of(message: dict[str, Any], session: Session, *, stateless: bool) -> dict[str, Any]:
    """Return the result of a request; of a call, the sound one."""
    if not isinstance(message.get("params", {}), dict):
        raise RefusedError(-32602, "`params` is no object")
    match message["method"]:
        case "server/discover" if stateless:
            result = {"supportedVersions": [STATELESS], "capabilities": {"tools": {}}}
        case "tools/list":
            if "cursor" in message.get("params", {}):
                raise RefusedError(-32602, "no page has this cursor: there is only one")
            result = {"tools": TOOLS}
        case "tools/call":
            result = _called(message.get("params", {}), session)
        case "ping" if not stateless:
            result = {}
        case method:
            status = 404 if stateless else 200
            raise RefusedError(-32601, f"Method not found: {method}", status=status)
    if stateless:
        result |= {"resultType": "complete", "_meta": {f"{META}serverInfo": INFO}}
        if message["method"] in CACHED:
            result |= {"ttlMs": 0, "cacheScope": "public"}
    return result


def _called(params: dict[str, Any], session: Session) -> dict[str, Any]:
    given = params.get("arguments", {})
    if not isinstance(given, dict):
        raise RefusedError(-32602, "`arguments` is no object")
    match params.get("name"), given:
        case "echo", {"text": str(text)}:
            session.texts.append(text)
            return _answer({"text": text})
        case "add", {"a": int(a), "b": int(b)} if bool not in {type(a), type(b)}:
            return _answer({"sum": a + b})
        case "notes", {"text": str(text)}:
            session.texts.append(text)
            return _answer({"texts": list(session.texts)})
        case (("echo" | "add" | "notes"), _):
            return failure("the arguments do not fit the tool's schema")
    raise RefusedError(-32602, f"Unknown tool: {params.get('name')}")


def _answer(structured: Any) -> dict[str, Any]:
    content = [{"type": "text", "text": orjson.dumps(structured).decode()}]
    return {"content": content, "structuredContent": structured}


def failure(text: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": text}], "isError": True}


def _meta(message: dict[str, Any]) -> dict[str, Any]:
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    return meta if isinstance(meta, dict) else {}


def _decoded(value: str) -> str:
    """Return a header as it was meant (Value Encoding)."""
    if value.startswith("=?base64?") and value.endswith("?="):
        return base64.b64decode(value[9:-2]).decode()
    return value
