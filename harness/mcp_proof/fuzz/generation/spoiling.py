"""Valid arguments spoilt in one place, as the schema confirms: one defect at a time."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mcp_proof.fuzz.generation.boundary import stays_single
from mcp_proof.fuzz.generation.instances import Instances
from mcp_proof.fuzz.generation.places import places, replaced
from mcp_proof.fuzz.generation.validity import Judge, Validity
from mcp_proof.fuzz.generation.variations import Variation, variations
from mcp_proof_contracts.generate.document import Document
from mcp_proof_contracts.json_value import Json, JsonObject

SEED: Final = st.integers(0, 2**32 - 1)
_TRIES: Final = 6
_NUMBERS: Final = st.integers(0, 2**20 - 1)
ANYTHING: Final = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(-1e308, 1e308) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def spoilt(
    document: Document, judge: Judge, instances: Instances
) -> SearchStrategy[JsonObject | None]:
    """Return arguments with one defect, or `None` where a few attempts left them valid."""

    @st.composite
    def draw_one(draw: DrawFn) -> JsonObject | None:
        base = instances.base(draw(SEED))
        found = places(document, base)
        for _ in range(_TRIES):
            number = draw(_NUMBERS)
            place = found[number % len(found)]
            part = _part(draw, list(variations(place)), number // len(found))
            value = replaced(base, place.path, part)
            if not isinstance(value, dict) or judge.verdict(value) is not Validity.INVALID:
                continue
            if stays_single(judge, place, value, part):
                return value
        return None

    def _part(draw: DrawFn, offered: list[Variation], number: int) -> Json:
        chosen = number % (len(offered) + 1)
        return draw(ANYTHING) if chosen == len(offered) else offered[chosen].value

    return draw_one()
