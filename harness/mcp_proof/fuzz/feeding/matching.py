"""How well a value from an answer goes with an argument, by their names."""

from typing import Final

from mcp_proof.fuzz.feeding.places import Place
from mcp_proof.fuzz.feeding.values import Value

GENERIC: Final = frozenset({"id", "uuid", "key", "name", "ref", "value", "result", "number"})
"""Words that name anything."""
LINKS: Final = frozenset({"uri", "url", "link", "href"})
SURE, LIKELY, POSSIBLE, NOT_AT_ALL = 3, 2, 1, 0


def affinity(value: Value, place: Place) -> int:
    """Return how likely it is that a value is meant for a place; 0 where nothing says so."""
    return (
        max(_affinity(value, names) for names in (place.name, place.title) if names)
        if (place.name or place.title)
        else NOT_AT_ALL
    )


def _affinity(value: Value, wanted: frozenset[str]) -> int:
    own = value.name
    if own == wanted:
        return LIKELY if own <= GENERIC else SURE
    shared = own & wanted
    if shared and own <= GENERIC and wanted - own <= value.context:
        return SURE  # the `id` of a draft, for `draft_id`
    if shared - GENERIC and (own <= wanted or wanted <= own):
        return LIKELY  # `next_cursor`, for `cursor`
    if own <= GENERIC and wanted <= value.context:
        return LIKELY  # the `id` of a draft, for `draft`
    if wanted & LINKS and isinstance(value.value, str) and "://" in value.value:
        return LIKELY
    return POSSIBLE if shared else NOT_AT_ALL
