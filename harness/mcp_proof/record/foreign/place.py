"""A value at its place in a document that is not ours: every mistake is told with its pointer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, Self

from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import encode, quote


class MalformedError(ValueError):
    """A document is not what its format says; the message begins with a JSON pointer."""


@dataclass(frozen=True, slots=True)
class Place:
    """One value, and where it stands."""

    value: Json
    path: tuple[str | int, ...] = ()

    def at(self, name: str) -> Self:
        """Return a member of an object; one that is not there is null."""
        return type(self)(self.object.get(name), (*self.path, name))

    def has(self, name: str) -> bool:
        """Whether an object has a member that is not null."""
        return isinstance(self.value, dict) and self.value.get(name) is not None

    @property
    def object(self) -> JsonObject:
        """The value as an object."""
        if not isinstance(self.value, dict):
            self.wrong("an object")
        return self.value

    @property
    def items(self) -> Iterator[Self]:
        """The elements of an array; one that is not there has none."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self.wrong("an array")
        for number, item in enumerate(self.value):
            yield type(self)(item, (*self.path, number))

    @property
    def text(self) -> str:
        """The value as a text; empty where it is not there."""
        if self.value is None:
            return ""
        if not isinstance(self.value, str):
            self.wrong("a text")
        return self.value

    @property
    def is_text(self) -> bool:
        """Whether the value is a text."""
        return isinstance(self.value, str)

    @property
    def number(self) -> float:
        """The value as a number; 0 where it is not there."""
        if self.value is None:
            return 0.0
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.wrong("a number")
        try:
            return float(self.value)
        except OverflowError:
            self.wrong("a number of usual size")

    @property
    def json(self) -> bytes:
        """The value written as JSON."""
        try:
            return encode(self.value)
        except (TypeError, RecursionError) as error:
            raise MalformedError(f"{json_pointer(self.path)}: {error}") from error

    def wrong(self, expected: str) -> NoReturn:
        """Say what was expected here.

        Raises:
            MalformedError: always.
        """
        where = json_pointer(self.path) or "the document"
        match self.value:
            case dict():
                got = "an object"
            case list():
                got = "an array"
            case _:
                got = quote(self.value)
        raise MalformedError(f"{where}: expected {expected}, got {got}")
