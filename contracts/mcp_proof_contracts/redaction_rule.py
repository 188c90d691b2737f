"""What the user wants hidden in a recording besides: by the name of a member, or by its form."""

import re
from dataclasses import dataclass, replace
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.secrets.mask import HIDDEN
from mcp_proof_contracts.secrets.named_in_text import (
    assigned_pattern,
    member_pattern,
    without_assigned,
    without_member,
)
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import Message, as_object, encode, parse

FIELDS: Final = (
    *("id", "requestId", "progressToken", "cursor", "nextCursor", "requestState", "taskId"),
    *("elicitationId", "io.modelcontextprotocol/subscriptionId"),
)
"""Members by which messages refer to one another: without them nothing could be replayed."""
HEADERS: Final = ("mcp-session-id", "last-event-id", "mcp-method")
"""Headers by which messages refer to one another, as the members `FIELDS` do."""
ANY: Final = "*"
"""Stands for any one name."""
ENVELOPE: Final = ("jsonrpc", "method", "params", "result", "error")
"""What makes a message of JSON; with `id`, which is one of `FIELDS`."""
PARTS: Final = ("params", "result", "error")
INNER: Final = ("_meta", "task", "data")
"""Objects in the parts of a message in which references stand."""
OF_EVENTS: Final = ("method", "how", "id", "event", "opcode")
"""What says of an event what it is, in its data."""
_SESSION: Final = re.compile(r"(?<=[?&])(?:session_?id)=[^&#]*", re.IGNORECASE)
"""What a path of HTTP+SSE refers to its stream by."""


@dataclass(frozen=True, slots=True)
class RedactionRule:
    """Hides members, or what matches in any text."""

    path: tuple[str, ...] = ()
    """The last names on the way to a member."""
    pattern: re.Pattern[str] | None = None

    def hidden_in(self, event: Event) -> Event:
        """Return the event without what this hides."""
        data = {name: self._of_event(name, held) for name, held in event.data.items()}
        return replace(event, message=event.message and self._message(event.message), data=data)

    def _of_event(self, name: str, held: Json) -> Json:
        if name == "headers":
            return {key: self._header(key, text) for key, text in as_object(held).items()}
        if name in OF_EVENTS or not isinstance(held, str):
            return held
        if name != "path":
            return self._loose(held)
        kept, at = "", 0
        for session in _SESSION.finditer(held):
            kept += self._loose(held[at : session.start()]) + session[0]
            at = session.end()
        return kept + self._loose(held[at:])

    def _header(self, key: str, text: Json) -> Json:
        if key in HEADERS or not isinstance(text, str):
            return text
        wanted = self.path[-1:]
        if wanted and wanted[0].lower() == key and self.path[:-1] in ((), ("headers",), (ANY,)):
            return HIDDEN
        return self._matching(text)

    def _message(self, message: Message) -> Message:
        if message.fault:
            text = message.raw.decode(errors="surrogateescape")
            return parse(self._loose(text).encode(errors="surrogateescape"))
        value = message.value
        shown: Json = (
            [self._shown(each, ()) for each in value]
            if isinstance(value, list)
            else self._shown(value, ())
        )
        return message if shown == value else parse(encode(shown))

    def _shown(self, value: Json, steps: tuple[str, ...]) -> Json:
        if refers(steps):
            return value
        if steps and self._names(steps):
            return _without_texts(value, steps)
        if isinstance(value, dict):
            return {
                self._key(name, steps): self._shown(held, (*steps, name))
                for name, held in value.items()
            }
        if isinstance(value, list):
            return [self._shown(held, (*steps, str(at))) for at, held in enumerate(value)]
        return self._text(value, steps) if isinstance(value, str) else value

    def _names(self, steps: tuple[str, ...]) -> bool:
        last = steps[-len(self.path) :] if self.path else ()
        return (
            bool(self.path)
            and len(last) == len(self.path)
            and all(wanted in (ANY, name) for wanted, name in zip(self.path, last, strict=True))
        )

    def _key(self, name: str, steps: tuple[str, ...]) -> str:
        protocol = _is_envelope(steps) and name in (*FIELDS, *ENVELOPE, *INNER)
        return name if protocol else self._matching(name)

    def _text(self, text: str, steps: tuple[str, ...]) -> str:
        """Return a text of a message, which may be JSON itself, as results of many tools are."""
        if not self.path:
            return self._matching(text)
        if text[:1] in ("{", "["):
            held = parse(text.encode(errors="surrogatepass"))
            if not held.fault:
                shown = self._shown(held.value, steps)
                return text if shown == held.value else encode(shown).decode()
        return self._member(text)

    def _loose(self, text: str) -> str:
        """Return a text that is in no JSON."""
        if not self.path or self.path[-1] == ANY:
            return self._matching(text)
        return without_assigned(self._member(text), assigned_pattern(self.path[-1]))

    def _member(self, text: str) -> str:
        name = self.path[-1]
        known = name != ANY and name in text
        return without_member(text, member_pattern(name)) if known else text

    def _matching(self, text: str) -> str:
        return text if self.pattern is None else self.pattern.sub(HIDDEN, text)


def refers(steps: tuple[str, ...]) -> bool:
    """Whether the protocol refers by what stands at a place of a message."""
    outer, name = steps[:-1], steps[-1] if steps else ""
    return (name in FIELDS and _is_envelope(outer)) or steps in (("jsonrpc",), ("method",))


def _is_envelope(steps: tuple[str, ...]) -> bool:
    outer, inner = steps[:1], steps[1:]
    return not outer or (
        outer[0] in PARTS and (not inner or (inner[0] in INNER and len(inner) == 1))
    )


def redaction_rule(text: str) -> RedactionRule:
    """Read a rule: `/name` or `/outer/name` hides members, anything else is a regular expression.

    Raises:
        ValueError: it is no regular expression, or hides what nothing could be replayed without.
    """
    if text.startswith("/"):
        path = tuple(step.replace("~1", "/").replace("~0", "~") for step in text[1:].split("/"))
        if set(path) == {ANY}:
            raise ValueError(f"{text} hides all, so nothing could be replayed. Name a member")
        if path[-1] in FIELDS or path[-1].lower() in HEADERS:
            raise ValueError(
                f"{text}: messages refer to one another by {path[-1]}, so nothing could be replayed"
            )
        if len(path) == 1 and path[0] in ENVELOPE:
            raise ValueError(
                f"{text}: {path[0]} is what makes a message, so nothing could be replayed. Name a "
                f"member within it"
            )
        if "" in path:
            raise ValueError(f"{text}: a name is missing. Write /name or /outer/name")
        return RedactionRule(path=path)
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    if pattern.search("") is not None:
        raise ValueError(f"{text!r} matches the empty text, which stands everywhere")
    return RedactionRule(pattern=pattern)


def _without_texts(value: Json, steps: tuple[str, ...]) -> Json:
    """Return a value of the same shape in which nothing can be read but what messages refer by."""
    if refers(steps):
        return value
    if isinstance(value, dict):
        return {name: _without_texts(held, (*steps, name)) for name, held in value.items()}
    if isinstance(value, list):
        return [_without_texts(held, (*steps, str(at))) for at, held in enumerate(value)]
    if isinstance(value, str):
        return HIDDEN
    return value if value is None or isinstance(value, bool) else 0
