"""A case: what is sent, as plain JSON, so that one line can say it again.

One step is `{"tool": NAME, "arguments": {…}}`; instead of `tool` there may be `template`, `prompt`,
`completion` or `method`. Several steps are a list. `{"$from": [STEP, POINTER]}` stands for a part
of what an earlier step (the first is 0) answered. Beside `arguments` a step may have

- `"client": "hostile:3"`: so our client answers what the server asks it meanwhile, see
  `mcp_proof.fuzz.client`;
- `"session": 1`: it goes over another session, with a connection of its own;
- `"wait": false`: the next step is sent without waiting for the answer to this one;
- `"cancel": true`: the call is cancelled as soon as it is sent, and its answer not waited for.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, cast

from mcp_proof.errors import UsageError
from mcp_proof.fuzz.client import FORM, is_hostile
from mcp_proof.fuzz.operation import OperationKind
from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

LONGEST: Final = 1500
"""Characters of a case that are printed as they are; a longer one is packed."""
PACKED: Final = "z:"
"""What a packed case begins with: Base64 of zlib follows."""
LARGEST: Final = 64 * 1024 * 1024
"""Bytes that a packed case may unpack to."""
FROM: Final = "$from"
SESSIONS: Final = 2
"""Sessions that a case may use."""


class UnresolvedError(Exception):
    """A step needs what no earlier step answered."""


@dataclass(frozen=True, slots=True)
class Step:
    """One input of one operation."""

    kind: OperationKind
    name: str
    arguments: JsonObject
    client: str = ""
    """How our client answers the server's requests; empty: as a client should, always the same."""
    session: int = 0
    """Which of the sessions it goes over."""
    wait: bool = True
    """Whether the next step is sent after its answer only."""
    cancel: bool = False
    """Whether the call is cancelled right after it was sent."""

    @property
    def json(self) -> JsonObject:
        """As a case has it."""
        said: dict[str, Json] = {self.kind.value: self.name, "arguments": self.arguments}
        if self.client:
            said["client"] = self.client
        if self.session:
            said["session"] = self.session
        if not self.wait:
            said["wait"] = False
        if self.cancel:
            said["cancel"] = True
        return said

    @property
    def needs(self) -> frozenset[int]:
        """The earlier steps that its arguments refer to."""
        return frozenset(_referred(self.arguments))

    @property
    def label(self) -> str:
        """The label of its operation."""
        return f"{self.kind} {self.name}"


@dataclass(frozen=True)
class Case:
    """Steps that are sent one after the other, in one session."""

    steps: tuple[Step, ...]

    @property
    def json(self) -> Json:
        """The step, or the list of steps."""
        steps: list[Json] = [step.json for step in self.steps]
        return steps[0] if len(steps) == 1 else steps

    @cached_property
    def text(self) -> str:
        """The case as canonical JSON: the same for the same case."""
        return json.dumps(self.json, ensure_ascii=True, sort_keys=True)

    @property
    def is_hostile(self) -> bool:
        """Whether our client answers anything as no server can wish."""
        return any(is_hostile(step.client) for step in self.steps)

    @property
    def dangles(self) -> bool:
        """Whether a step refers to one that is not before it."""
        return any(
            not 0 <= needed < index
            for index, step in enumerate(self.steps)
            for needed in step.needs
        )

    def in_flight_from(self, index: int) -> tuple[Step, ...]:
        """Return the steps that are sent together, from this one on: mostly it alone."""
        end = index
        while end < len(self.steps) - 1 and not self.steps[end].wait:
            end += 1
        return self.steps[index : end + 1]

    @property
    def size(self) -> tuple[int, int]:
        """What makes one case smaller than another: its steps, then its length."""
        return len(self.steps), len(self.text)


def printed(case: Json) -> str:
    """Return a case as one word of a command line, packed where it is long."""
    text = json.dumps(case, ensure_ascii=True)
    if len(text) <= LONGEST:
        return text
    return PACKED + base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()


def parsed(text: str) -> Json:
    """Return the JSON of a printed case.

    Raises:
        UsageError: it is none.
    """
    try:
        if text.startswith(PACKED):
            packed = base64.urlsafe_b64decode(text.removeprefix(PACKED))
            text = zlib.decompressobj().decompress(packed, LARGEST).decode()
        return cast("Json", json.loads(text))
    except (ValueError, binascii.Error, zlib.error) as error:
        raise UsageError(
            f"--case is no case: {error}. It takes what a failure's reproduction has there, such as"
            ' {"tool": "NAME", "arguments": {}}'
        ) from error


def case_of(value: Json) -> Case:
    """Return the case that a JSON value stands for.

    Raises:
        UsageError: it stands for none.
    """
    items = as_list(value) if isinstance(value, list) else [value]
    if not items:
        raise UsageError("--case has no step")
    return Case(tuple(_step(as_object(item)) for item in items))


def _step(item: JsonObject) -> Step:
    for kind in OperationKind:
        name, arguments = item.get(kind.value), item.get("arguments", {})
        if isinstance(name, str) and isinstance(arguments, Mapping):
            return _sent_so(Step(kind, name, arguments, _client(item)), item)
    kinds = ", ".join(OperationKind)
    raise UsageError(
        f"--case: a step has one of {kinds} with a name, and arguments that are an object; "
        f"got {json.dumps(item)[:200]}"
    )


def _client(item: JsonObject) -> str:
    client = item.get("client", "")
    if isinstance(client, str) and (not client or FORM.fullmatch(client)):
        return client
    raise UsageError(
        f"--case: client is {json.dumps(client)[:200]}; expected generated:N or hostile:N"
    )


def _sent_so(step: Step, item: JsonObject) -> Step:
    """Return a step with the members that say how it is sent."""
    session, wait, cancel = (
        item.get("session", 0),
        item.get("wait", True),
        item.get("cancel", False),
    )
    if type(session) is int and session < SESSIONS and isinstance(wait, bool):
        cancellable = step.kind is OperationKind.TOOL and wait
        if session >= 0 and isinstance(cancel, bool) and (cancellable or not cancel):
            return replace(step, session=session, wait=wait, cancel=cancel)
    raise UsageError(
        f"--case: session is a number below {SESSIONS}, wait and cancel are true or false, and "
        f"only a tool's call that is waited for can be cancelled; got {json.dumps(item)[:200]}"
    )


def renumbered(steps: Iterable[tuple[int, Step]]) -> tuple[Step, ...]:
    """Return steps with what refers to an earlier one referring to where that is now.

    Args:
        steps: each with the number by which others refer to it.
    """
    numbered = list(steps)
    places = {old: new for new, (old, _) in enumerate(numbered)}
    return tuple(_with_references(step, places) for _, step in numbered)


def joined(*parts: Sequence[Step]) -> Case:
    """Return one case of several, each of whose references are to its own steps."""
    steps: list[Step] = []
    for part in parts:
        steps += shifted(part, len(steps))
    return Case(tuple(steps))


def shifted(steps: Sequence[Step], by: int) -> list[Step]:
    """Return steps with references to what is so many steps further on."""
    return [_with_references(step, {index: index + by for index in step.needs}) for step in steps]


def _with_references(step: Step, places: Mapping[int, int]) -> Step:
    if not step.needs:
        return step
    moved = {name: _moved(value, places) for name, value in step.arguments.items()}
    return replace(step, arguments=moved)


def _referred(value: Json) -> Iterator[int]:
    if isinstance(value, Mapping):
        match value.get(FROM):
            case [int(index), str()] if len(value) == 1:
                yield index
            case _:
                for member in value.values():
                    yield from _referred(member)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _referred(item)


def _moved(value: Json, places: Mapping[int, int]) -> Json:
    if isinstance(value, Mapping):
        match value.get(FROM):
            case [int(index), str(pointer)] if len(value) == 1:
                # A step that is gone is referred to as none: the case then ends there.
                return {FROM: [places.get(index, -1), pointer]}
            case _:
                return {name: _moved(member, places) for name, member in value.items()}
    if isinstance(value, list):
        return [_moved(item, places) for item in value]
    return value


def resolved(value: Json, answers: Sequence[Json]) -> Json:
    """Return a value with the parts of earlier answers that it asks for.

    Raises:
        UnresolvedError: a part is not there.
    """
    if isinstance(value, Mapping):
        if set(value) == {FROM}:
            return _part(as_list(value[FROM]), answers)
        return {name: resolved(member, answers) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(item, answers) for item in value]
    return value


def _part(reference: Sequence[Json], answers: Sequence[Json]) -> Json:
    match reference:
        case [int(index), str(pointer)] if 0 <= index < len(answers):
            value = answers[index]
        case _:
            raise UnresolvedError(f"{json.dumps(reference)} names no earlier step")
    for step in pointer_steps(pointer):
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            raise UnresolvedError(f"the answer of step {index} has nothing at {pointer}")
    return value
