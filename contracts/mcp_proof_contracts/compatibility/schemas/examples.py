"""Values that may show that a schema does not admit all that another one does."""

import json
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from jsonschema_rs import canonical

from mcp_proof_contracts.compatibility.schemas.sides import Larger, Smaller
from mcp_proof_contracts.generate import UngeneratableError, generate
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_list, as_object

FEW: Final = 6
MANY: Final = 20
LONGEST_FORM: Final = 50_000
UNNAMED: Final = "other"
"""A member that no schema names, as likely as not."""
OTHERS: Final[tuple[Json, ...]] = (0, "a", None, [], {})


def likely_examples(larger: Larger, smaller: Smaller, tries: Sequence[Json]) -> Iterator[Json]:
    """Yield a few values that cost little."""
    yield from tries
    for side in (smaller, larger):
        yield from _suggested(side.written)
    for value in _generated(smaller.described, range(FEW)):
        yield value
        if isinstance(value, dict):
            yield from ({**value, UNNAMED: other} for other in OTHERS)
        elif isinstance(value, list):
            yield [*value, *value]


def sought_examples(larger: Larger, smaller: Smaller) -> Iterator[Json]:
    """Yield values that are made for it, and more of the others."""
    yield from _generated(_difference(larger, smaller), range(FEW))
    yield from _generated(smaller.described, range(FEW, MANY))


def _suggested(schema: Json) -> Iterator[Json]:
    told = as_object(schema)
    yield from as_list(told.get("enum"))
    yield from as_list(told.get("examples"))
    yield from (told[keyword] for keyword in ("const", "default") if keyword in told)


def _difference(larger: Larger, smaller: Smaller) -> Json:
    """A schema of exactly the values that are looked for; `False` where it cannot be had."""
    try:
        form = smaller.asked.subtract(larger.form)
        text = json.dumps(form.to_json_schema(), default=float)
    except (canonical.CanonicalizationError, ValueError):
        return False
    return json.loads(text) if len(text) <= LONGEST_FORM else False


def _generated(schema: Json, seeds: range) -> Iterator[Json]:
    for seed in seeds if schema is not False else ():
        try:
            yield generate(schema, Random(seed))  # noqa: S311  # the same each time, on purpose
        except UngeneratableError:
            return
