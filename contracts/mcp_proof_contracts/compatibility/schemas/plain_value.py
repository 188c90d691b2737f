"""A small value of a schema, and the same with something else at one place."""

from collections.abc import Iterator
from random import Random

from mcp_proof_contracts.compatibility.schemas.sides import Larger, Smaller
from mcp_proof_contracts.compatibility.schemas.smaller import smallest
from mcp_proof_contracts.compatibility.schemas.told_members import Asked
from mcp_proof_contracts.generate import UngeneratableError, generate
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.openapi.embedded_schema import UnembeddableError
from mcp_proof_contracts.wire import as_object


def plain_values(schema: Json, other: Json, asked: Asked) -> Iterator[Json]:
    """Yield a small value of those asked about, beside another schema, if one is found."""
    try:
        side = Smaller(schema, Larger(other, formats=False), asked)
        value = generate(side.described, Random(0))  # noqa: S311  # the same each time, on purpose
    except (UngeneratableError, UnembeddableError, ValueError):
        return
    if side.admits(value):
        yield smallest(value, side.admits)


def placed(value: Json, place: tuple[str | int, ...], part: Json) -> Json:
    """Return a value with a part at a place; what leads there is made."""
    if not place:
        return part
    step, rest = place[0], place[1:]
    if isinstance(step, str):
        members = as_object(value)
        return {**members, step: placed(members.get(step), rest, part)}
    first = value[0] if isinstance(value, list) and value else None
    return [placed(first, rest, part)]
