"""How Hypothesis is to draw where it only makes values, and what they come to is not its matter."""

from typing import cast

from hypothesis import HealthCheck, Phase, Verbosity, settings


def drawing(count: int) -> settings:
    """Return the settings for so many values: nothing is timed, remembered, shrunk or said."""
    return settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        # The iterator of this enumeration has no type of its own.
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
        verbosity=Verbosity.quiet,
    )
