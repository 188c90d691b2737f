"""One value of a schema, by what the schema is about."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from mcp_proof_contracts.generate.arrays import an_array
from mcp_proof_contracts.generate.composition import composed
from mcp_proof_contracts.generate.count import MOST
from mcp_proof_contracts.generate.draw import Draw
from mcp_proof_contracts.generate.kinds import NESTING, kinds
from mcp_proof_contracts.generate.numbers import a_number
from mcp_proof_contracts.generate.objects import an_object
from mcp_proof_contracts.generate.strings import a_string
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list

_SUGGESTED: Final = 1 / 4
"""How often a value that the schema suggests is taken."""
_DEEPEST: Final = -100
"""Room at which nothing more is made: only a value that never ends gets there."""

_MAKERS: Final[Mapping[Json, Callable[[JsonObject, Draw, int], Json]]] = {
    "object": an_object,
    "array": an_array,
    "string": lambda schema, draw, _: a_string(schema, draw),
    "integer": lambda schema, draw, _: a_number(schema, draw.random, whole=True),
    "number": lambda schema, draw, _: a_number(schema, draw.random, whole=False),
    "boolean": lambda _, draw, __: draw.random.random() < 1 / 2,
    "null": lambda _, __, ___: None,
}


class Value(Draw):
    """Makes a value; whether it is valid is for the validator to say."""

    def of(self, schema: Json, room: int) -> Json:
        """Return what keeps `schema` in all likelihood, with about `room` levels."""
        self.parts += 1
        if self.parts > MOST or room < _DEEPEST:
            return None
        plain = composed(schema, self, room)
        if "const" in plain:
            return plain["const"]
        if "enum" in plain:
            return self._one_of(as_list(plain["enum"]))
        suggested = _suggested(plain) if self.takes_suggestions else []
        if suggested and self.random.random() < _SUGGESTED:
            return self._one_of(suggested)
        kind = self._kind(plain, room)
        return _MAKERS[kind](plain, self, room) if kind in _MAKERS else None

    def _kind(self, schema: JsonObject, room: int) -> Json:
        choices = kinds(schema)
        if len(choices) > 1 and room <= 0:
            choices = [kind for kind in choices if kind not in NESTING] or choices
        return self._one_of(choices)

    def _one_of(self, values: Sequence[Json]) -> Json:
        """Any of the values; where there are none, the validator will say so."""
        return self.random.choice(values) if values else None


def _suggested(schema: JsonObject) -> list[Json]:
    default = [schema["default"]] if "default" in schema else []
    return [*as_list(schema.get("examples")), *default]
