"""What of an event looks like a secret all the same, after everything that is known was hidden."""

from collections.abc import Iterator
from typing import Final

import orjson

from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.redaction_rule import FIELDS
from mcp_proof_contracts.secrets.given import secrets_in_command
from mcp_proof_contracts.secrets.members import is_about_a_secret
from mcp_proof_contracts.secrets.names import is_about_something, may_name_a_secret, names_a_secret
from mcp_proof_contracts.secrets.values import is_no_word, is_random, is_secretive
from mcp_proof_contracts.transcript import Event, EventKind
from mcp_proof_contracts.wire import as_object

INNOCENT: Final = frozenset({*FIELDS, "sec-websocket-key", "sec-websocket-accept"})
"""Names that sound secret, and hold what the protocol refers by or makes anew each time."""
MARK: Final = "[hidden"
SMALLEST: Final = 1000
"""The smallest number that is taken for a secret."""
OF_SCHEMAS: Final = ("properties", "patternProperties", "$defs", "definitions", "securitySchemes")
TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")
DESCRIBING: Final = ("description", "title", "label", "status", "createdAt", "updatedAt")


def likely_secret(event: Event) -> str | None:
    """Return where in an event something stands that looks like a secret; `None` for nowhere."""
    if event.message is not None:
        if event.message.fault:
            raw = event.message.raw.decode(errors="replace")
            return "its text" if _tells(raw) else None
        return next((json_pointer(steps) for steps in _in_json(event.message.value, ())), None)
    for name, value in as_object(event.data.get("headers")).items():
        if isinstance(value, str) and _is_likely(name, value):
            return f"the header {name}"
    text = event.data.get("text")
    loose = event.kind in (EventKind.STDERR, EventKind.BODY, EventKind.FRAME)
    return "its text" if loose and isinstance(text, str) and _tells(text) else None


def _in_json(value: Json, steps: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for name, held in value.items():
            if _holds_a_secret(name, held, steps[-1] if steps else ""):
                yield (*steps, name)
            yield from _in_json(held, (*steps, name))
    elif isinstance(value, list):
        for at, held in enumerate(value):
            yield from _in_json(held, (*steps, str(at)))
    elif isinstance(value, str) and value[:1] in ("{", "["):
        yield from (steps for _ in _in_text_of_json(value))


def _in_text_of_json(text: str) -> Iterator[tuple[str, ...]]:
    """Look into a text that is JSON itself, as the results of many tools are."""
    try:
        value: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        return
    yield from _in_json(value, ())


def _holds_a_secret(name: str, held: Json, outer: str) -> bool:
    """Whether something of what stands under a name looks like a secret, however deep."""
    if isinstance(held, str):
        return _is_likely(name, held)
    if isinstance(held, list):
        return any(_holds_a_secret(name, item, outer) for item in held)
    if name in INNOCENT or not names_a_secret(name):
        return False
    if isinstance(held, dict):
        return not _is_schema(held, outer) and any(
            _holds_a_secret(name, each, key)
            for key, each in held.items()
            if not _describes(key, each)
        )
    counts = isinstance(held, bool) or name.lower().endswith("tokens")
    return isinstance(held, int | float) and not counts and abs(held) >= SMALLEST


def _is_schema(held: JsonObject, outer: str) -> bool:
    """Whether an object says of what form a secret is."""
    return outer in OF_SCHEMAS or held.get("type") in TYPES or "$ref" in held


def _describes(key: str, held: Json) -> bool:
    """Whether a member of an object that holds a secret only tells about it."""
    is_prose = isinstance(held, str) and " " in held and key != "value"
    return key in INNOCENT or key in DESCRIBING or is_about_something(key) or is_prose


def _is_likely(name: str, text: str) -> bool:
    if name in INNOCENT or MARK in text or is_about_a_secret(name, text):
        return False
    if names_a_secret(name):
        return is_secretive(text)
    return may_name_a_secret(name) and is_no_word(text) and is_random(text)


def _tells(text: str) -> bool:
    """Whether a loose text holds something like `token=…`."""
    found = secrets_in_command((text,)).values
    return any(not is_about_a_secret("", each) and MARK not in each for each in found)
