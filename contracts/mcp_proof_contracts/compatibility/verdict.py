"""What many changes come to."""

from collections.abc import Sequence
from enum import StrEnum

from mcp_proof_contracts.compatibility.change import Change, Effect


class SemanticVersion(StrEnum):
    """Which part of a version must be raised (semver.org)."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"
    NONE = "none"
    """Nothing changed, so there is nothing to release."""


def effect_of(changes: Sequence[Change]) -> Effect:
    """Return what all of them together do: what the worst of them does."""
    effects = {change.effect for change in changes}
    worst = (effect for effect in (Effect.BREAKING, Effect.UNKNOWN) if effect in effects)
    return next(worst, Effect.COMPATIBLE)


def semantic_version(changes: Sequence[Change]) -> SemanticVersion:
    """Return how much of a version a release with these changes must raise.

    What may break somebody is a major change too: a version is a promise, and one that cannot be
    proved is not given.
    """
    if effect_of(changes) is not Effect.COMPATIBLE:
        return SemanticVersion.MAJOR
    if any(change.adds for change in changes):
        return SemanticVersion.MINOR
    return SemanticVersion.PATCH if changes else SemanticVersion.NONE
