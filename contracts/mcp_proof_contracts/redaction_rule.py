"""What the user wants hidden in a recording besides: by the name of a member, or by its form."""

import re
from dataclasses import dataclass, replace
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.secrets.mask import HIDDEN
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import Message, as_object, encode, parse

FIELDS: Final = (
    *("id", "requestId", "progressToken", "cursor", "nextCursor", "requestState", "taskId"),
    *("elicitationId", "io.modelcontextprotocol/subscriptionId"),
)
"""Members by which messages refer to one another: without them nothing could be replayed."""
ANY: Final = "*"
"""Stands for any one name."""


@dataclass(frozen=True, slots=True)
class RedactionRule:
    """Hides members, or what matches in any text."""

    path: tuple[str, ...] = ()
    """The last names on the way to a member."""
    pattern: re.Pattern[str] | None = None

    def hidden_in(self, event: Event) -> Event:
        """Return the event without what this hides."""
        data = as_object(self._shown(event.data, ()))
        return replace(event, message=event.message and self._message(event.message), data=data)

    def _message(self, message: Message) -> Message:
        if message.fault:
            text = message.raw.decode(errors="surrogateescape")
            return parse(self._text(text).encode(errors="surrogateescape"))
        shown = self._shown(message.value, ())
        return message if shown == message.value else parse(encode(shown))

    def _shown(self, value: Json, steps: tuple[str, ...]) -> Json:
        if steps and self._names(steps):
            return _without_texts(value)
        if isinstance(value, dict):
            return {
                self._text(name): self._shown(held, (*steps, name)) for name, held in value.items()
            }
        if isinstance(value, list):
            return [self._shown(held, (*steps, str(at))) for at, held in enumerate(value)]
        return self._text(value) if isinstance(value, str) else value

    def _names(self, steps: tuple[str, ...]) -> bool:
        last = steps[-len(self.path) :] if self.path else ()
        return (
            bool(self.path)
            and len(last) == len(self.path)
            and all(wanted in (ANY, name) for wanted, name in zip(self.path, last, strict=True))
        )

    def _text(self, text: str) -> str:
        return text if self.pattern is None else self.pattern.sub(HIDDEN, text)


def redaction_rule(text: str) -> RedactionRule:
    """Read a rule: `/name` or `/outer/name` hides members, anything else is a regular expression.

    Raises:
        ValueError: it is no regular expression, or hides what nothing could be replayed without.
    """
    if text.startswith("/"):
        path = tuple(step.replace("~1", "/").replace("~0", "~") for step in text[1:].split("/"))
        if path[-1] in FIELDS or set(path) == {ANY}:
            raise ValueError(
                f"{text}: messages refer to one another by {path[-1]}, so nothing could be replayed"
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


def _without_texts(value: Json) -> Json:
    """Return a value of the same shape in which nothing can be read."""
    if isinstance(value, dict):
        return {name: _without_texts(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_without_texts(held) for held in value]
    if isinstance(value, str):
        return HIDDEN
    return value if value is None or isinstance(value, bool) else 0
