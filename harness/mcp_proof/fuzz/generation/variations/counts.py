from collections.abc import Iterator

from mcp_proof.fuzz.generation.places import Place


def counts(place: Place, keyword: str, most: int) -> Iterator[int]:
    """The counts that a keyword gives, those beyond `most` left out."""
    for count in place.said(keyword):
        if isinstance(count, int | float) and 0 <= count <= most:
            yield int(count)
