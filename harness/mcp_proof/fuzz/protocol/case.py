"""What is sent where a message belongs, with a text form that a command line can carry."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, cast, get_args

from mcp_proof.errors import UsageError
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.wire import as_list, as_object

TRANSPORTS: Final = cast("tuple[TransportName, ...]", get_args(TransportName))
REPEATED: Final = re.compile(r"(.{1,40}?)\1{31,}", re.DOTALL)
"""What the text form shortens: depth and length are made of repetition."""
LONGEST: Final = 64 * 1024 * 1024
"""Bytes that a text form may stand for."""
EXAMPLE: Final = '{"transport":"stdio","steps":[{"raw":"{\\"id\\":"}]}'


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolStep:
    """Bytes that are sent in one go: over HTTP the body of a request, otherwise a message."""

    raw: bytes
    headers: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    """Over HTTP, beside those of the session; `None` leaves one out. Two names that differ in case
    are two header lines."""
    method: str = "POST"
    path: str = ""
    """Below the server's address, where a dialect has paths; "" stands for its endpoint."""
    verbatim: bool = False
    """Whether the header lines and the body go out as they are, however they contradict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolCase:
    """One deliberate mistake, or several at random, and how it is made."""

    name: str
    """What is wrong, in words."""
    transport: TransportName
    steps: tuple[ProtocolStep, ...]
    opening: bool = False
    """Whether it stands where a session begins: it is sent before anything else."""

    @property
    def size(self) -> int:
        """How many bytes it is."""
        return sum(len(step.raw) for step in self.steps)

    def to_json(self) -> str:
        """Return the text form: one line of ASCII, each byte the character of its number."""
        members: dict[str, Json] = {"name": self.name, "transport": self.transport}
        if self.opening:
            members["opening"] = True
        members["steps"] = [_step_members(step) for step in self.steps]
        return json.dumps(members, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "ProtocolCase":
        """Read the text form.

        Raises:
            UsageError: it is none.
        """
        try:
            value: Json = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise _refusal(f"it is no JSON: {error}") from error
        members = as_object(value)
        transport = members.get("transport")
        if transport not in TRANSPORTS:
            raise _refusal(f"transport {transport!r} is none of {', '.join(TRANSPORTS)}")
        steps = as_list(members.get("steps"))
        if not steps:
            raise _refusal("it has no steps")
        return cls(
            name=str(members.get("name", "a given case")),
            transport=transport,
            steps=tuple(_step(as_object(step)) for step in steps),
            opening=members.get("opening") is True,
        )


def is_protocol_case(value: Json) -> bool:
    """Whether a case is of bytes, and not of operations."""
    return "transport" in as_object(value)


def _step_members(step: ProtocolStep) -> JsonObject:
    members: dict[str, Json] = {"raw": _shortened(step.raw.decode("latin-1"))}
    if step.headers:
        members["headers"] = {
            name: None if value is None else _shortened(value)
            for name, value in step.headers.items()
        }
    if step.method != "POST":
        members["method"] = step.method
    if step.path:
        members["path"] = step.path
    if step.verbatim:
        members["verbatim"] = True
    return members


def _shortened(text: str) -> Json:
    """Return a text, or the list of its parts: texts, and pairs of a text and how often it is."""
    parts = list(_parts(text))
    return text if all(isinstance(part, str) for part in parts) else parts


def _parts(text: str) -> Iterator[Json]:
    begin = 0
    for run in REPEATED.finditer(text):
        if run.start() > begin:
            yield text[begin : run.start()]
        yield [run[1], len(run[0]) // len(run[1])]
        begin = run.end()
    if begin < len(text):
        yield text[begin:]


def _step(members: JsonObject) -> ProtocolStep:
    text = "".join(_texts(members.get("raw")))
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError as error:
        raise _refusal(f"{text[error.start]!r} is no byte; write \\u00c3\\u00a4 for ä") from error
    return ProtocolStep(
        raw=raw,
        headers={
            name: None if value is None else "".join(_texts(value))
            for name, value in as_object(members.get("headers")).items()
        },
        method=str(members.get("method", "POST")),
        path=str(members.get("path", "")),
        verbatim=members.get("verbatim") is True,
    )


def _texts(raw: Json) -> Iterator[str]:
    left = LONGEST
    for part in as_list(raw) if isinstance(raw, list) else [raw]:
        text, times = (part, 1) if isinstance(part, str) else _repetition(part)
        left -= len(text) * times
        if left < 0:
            raise _refusal(f"it stands for more than {LONGEST} bytes")
        yield text * times


def _repetition(part: Json) -> tuple[str, int]:
    match as_list(part):
        case [str() as text, int() as times] if times >= 0:
            return text, times
        case _:
            raise _refusal('bytes are a text, or a list of texts and pairs such as ["[", 10000]')


def _refusal(why: str) -> UsageError:
    return UsageError(f"this is no protocol case: {why}. One is written {EXAMPLE}")
