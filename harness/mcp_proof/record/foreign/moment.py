"""Moments as other tools write them."""

from datetime import UTC, datetime

from mcp_proof.record.foreign.place import Place


def moment(place: Place) -> datetime:
    """Return the moment that a text of ISO 8601 names, in UTC; so is one without a zone.

    Raises:
        MalformedError: it names none.
    """
    try:
        found = datetime.fromisoformat(place.text)
    except ValueError:
        place.wrong("a moment such as 2026-07-28T12:00:00Z")
    try:  # as the first or the last one of a calendar it may be none in UTC
        return found.astimezone(UTC) if found.tzinfo is not None else found.replace(tzinfo=UTC)
    except OverflowError:
        place.wrong("a moment of the years 1 to 9999 in UTC")


def started(place: Place) -> str:
    """Return when a recording began, as headers of transcripts have it; empty where nobody says."""
    if not place.text:
        return ""
    return moment(place).isoformat(timespec="seconds")
