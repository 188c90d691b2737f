"""The contract file's `judge`: what a client promises beyond MCP, and the terms."""

from functools import cache
from pathlib import Path
from typing import Final

import orjson

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object

SCHEMA: Final = Path(__file__).parent / "contract_schema/judge.json"
"""Every promise, every term, and what a term is that the file leaves out."""


class Terms:
    """What was agreed on with one promise.

    Args:
        promise: its name.
        judge: the whole section; a promise that it does not name has the terms of the schema.
    """

    def __init__(self, promise: str, judge: JsonObject) -> None:
        self.promise = promise
        self.judge = judge
        self._values: JsonObject = {**_defaults()[promise], **as_object(judge.get(promise))}

    def number(self, name: str) -> float:
        """Return a number."""
        value = self._values[name]
        assert isinstance(value, int | float)
        return value

    def count(self, name: str) -> int:
        """Return a whole number."""
        return int(self.number(name))

    def seconds(self, name: str) -> float:
        """Return a time, which the file has in milliseconds."""
        return self.number(name) / 1000

    def text(self, name: str) -> str:
        """Return a text."""
        return str(self._values[name])

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        return [str(each) for each in as_list(self._values[name])]

    def beside(self, promise: str) -> "Terms | None":
        """Return the terms of another promise, if the client gives that too."""
        return Terms(promise, self.judge) if promise in self.judge else None


def promises() -> tuple[str, ...]:
    """Return the names of all promises that a client can give."""
    return tuple(_defaults())


@cache
def _defaults() -> dict[str, dict[str, Json]]:
    schema = as_object(orjson.loads(SCHEMA.read_bytes()))
    return {
        promise: {
            name: as_object(term)["default"]
            for name, term in as_object(as_object(described).get("properties")).items()
            if "default" in as_object(term)
        }
        for promise, described in as_object(schema["properties"]).items()
    }
