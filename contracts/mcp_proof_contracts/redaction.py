"""What of an event is written to disk: no secret, and all that the protocol needs."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.redaction_rule import FIELDS, HEADERS, INNER, PARTS, RedactionRule
from mcp_proof_contracts.secrets.likely import likely_secret
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Event, Header, event_line, header_line
from mcp_proof_contracts.wire import Message, as_list, as_object, parse


class LikelySecretError(ValueError):
    """Something would have been kept that looks like a secret; it is not shown here either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What is hidden in what is kept."""

    mask: Mask
    rules: Sequence[RedactionRule] = ()
    """What the user wants hidden besides."""
    strict: bool = False
    """Whether nothing may be kept that looks like a secret all the same."""

    def line(self, event: Event, number: int) -> bytes:
        """Return the line of an event, which is the file's line of this number.

        Raises:
            LikelySecretError: something looks like a secret, and this is strict.
        """
        for rule in self.rules:
            event = rule.hidden_in(event)
        if not self.strict:
            return kept_line(event, self.mask)
        kept = redacted(event, self.mask)
        if (place := likely_secret(kept)) is not None:
            raise LikelySecretError(
                f"line {number} would hold what looks like a secret: {place} of a "
                f"{event.kind} of the {event.sender}"
            )
        return event_line(kept)


def kept_header(header: Header, mask: Mask) -> bytes:
    """Return the first line of a transcript's file."""
    return header_line(replace(header, peer=mask(header.peer)))


def kept_line(event: Event, mask: Mask) -> bytes:
    """Return the line of an event. The event in memory stays whole, for rules to judge it."""
    line = event_line(event)
    text = line.decode()
    # Secrets are seldom: most lines are looked at once. One in Base64 tells little of itself.
    if mask(text) == text and '"raw64":' not in text:
        return line
    return event_line(redacted(event, mask))


def redacted(event: Event, mask: Mask) -> Event:
    """Return an event without secrets, but with all by which it refers to others."""
    spared = {value for value in _references(event) if isinstance(value, str)}
    return replace(
        event,
        probe=mask(event.probe),
        message=event.message and _message(event.message, mask, spared),
        data=as_object(redacted_value(event.data, mask, spared)),
    )


def _message(message: Message, mask: Mask, spared: set[str]) -> Message:
    # What is no UTF-8 comes back as it was.
    text = message.raw.decode(errors="surrogateescape")
    shown = mask(text, spared)
    return message if shown == text else parse(shown.encode(errors="surrogateescape"))


def redacted_value(value: Json, mask: Mask, spared: Collection[str] = ()) -> Json:
    """Return a JSON value whose texts hold no secret."""
    if isinstance(value, str):
        return mask(value, spared)
    if isinstance(value, list):
        return [redacted_value(item, mask, spared) for item in value]
    if isinstance(value, dict):
        return {
            mask(name, spared): redacted_value(item, mask, spared) for name, item in value.items()
        }
    return value


def _references(event: Event) -> Iterator[Json]:
    headers = as_object(event.data.get("headers"))
    yield from (headers.get(name) for name in HEADERS)
    yield event.data.get("id")
    if event.message is not None:
        value = event.message.value
        for message in map(as_object, as_list(value) or [value]):
            yield from _of_message(message)


def _of_message(message: JsonObject) -> Iterator[Json]:
    parts = [as_object(message.get(name)) for name in PARTS]
    inner = [as_object(part.get(name)) for part in parts for name in INNER]
    for part in (message, *parts, *inner):
        yield from (part.get(name) for name in FIELDS)
