import json
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import repeat
from math import isinf
from random import Random
from typing import Any, Final, TypeAlias

from jsonschema_rs import ValidationError, canonical, canonicalize, validator_for

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.generate.alternatives import has_many_alternatives
from mcp_proof_contracts.generate.document import Document
from mcp_proof_contracts.generate.ungeneratable import UngeneratableError
from mcp_proof_contracts.generate.value import Value
from mcp_proof_contracts.json_pointer import json_pointer
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.tool_schema import schema_problem

_Schema: TypeAlias = dict[str, Any] | bool

_ROOM: Final = 6
_SHARES: Final = (0.8, 0.5, 0.2, 0.0)
_AS_WRITTEN: Final = 32
_NORMAL: Final = 96
_LONGEST_FORM: Final = 500_000
"""Characters of a normal form; many independent alternatives multiply in it."""
_MOST_PARTS: Final = 40_000
"""Of all attempts at one value together."""


def generate(schema: Json, random: Random) -> Json:
    """Return a valid instance of a schema, the same for the same state of `random`.

    Raises:
        UngeneratableError: The schema cannot be used, or no valid value was found.
    """
    try:
        return _generator(json.dumps(schema)).value(random)
    except RecursionError as error:
        raise UngeneratableError("The schema nests too deeply to make values of it.") from error


class _Generator:
    """Makes values of one schema: first as it is written, then in its normal form.

    The normal form takes the same values, and has few keywords that a value keeps only by chance.
    """

    def __init__(self, schema: _Schema) -> None:
        if (problem := schema_problem(schema)) is not None:
            raise UngeneratableError(f"The schema cannot be used: {problem}")
        self._schema = schema
        self._written = Document(schema)
        self._validator = validator_for(schema, offline=True)

    def value(self, random: Random) -> Json:
        """Return a valid value; see `generate`."""
        parts = 0
        last: Json = None
        for number, document in enumerate(self._documents()):
            share = _SHARES[number % len(_SHARES)]
            draw = Value(document, random, share, takes_suggestions=number == 0)
            value = draw.of(document.root, _ROOM)
            if self._validator.is_valid(value):
                return value
            last = value if document is self._written else last
            parts += draw.parts
            if parts > _MOST_PARTS:
                break
        raise self._error(last)

    def _documents(self) -> Iterator[Document]:
        yield from repeat(self._written, _AS_WRITTEN)
        if self._normal is not None:
            yield from repeat(self._normal, _NORMAL)

    @cached_property
    def _normal(self) -> Document | None:
        """None if nothing can be valid; as written where there is no normal form of a fair size."""
        if has_many_alternatives(self._written):
            return self._written
        try:
            form = canonicalize(self._schema, offline=True, validate_formats=True)
        except canonical.CanonicalizationError:
            return self._written
        if form.satisfiability() is canonical.Satisfiability.NO:
            return None
        text = json.dumps(form.to_json_schema(), default=float)
        return Document(json.loads(text)) if len(text) <= _LONGEST_FORM else self._written

    def _error(self, value: Json) -> UngeneratableError:
        """Say what the validator objects to first in a value that was made of the schema."""
        try:
            self._validator.validate(value)
        except ValidationError as error:
            pointer, keyword = json_pointer(error.schema_path), error.kind.name
            message = f"the last try broke `{keyword}` at #{pointer}: {excerpt(error.message)}"
            return UngeneratableError(
                f"{self._verdict()}: {message}", pointer=pointer, keyword=keyword
            )
        raise AssertionError("only values that are not valid come here")

    def _verdict(self) -> str:
        if isinf(self._written.height(self._schema)):
            return "No value can be complete: what it requires is forbidden, or requires itself"
        return "No value can be valid" if self._normal is None else "No valid value was found"


@lru_cache(maxsize=256)
def _generator(text: str) -> _Generator:
    return _Generator(json.loads(text))
