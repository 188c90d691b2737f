"""How long a server may take to exit where that is judged."""

from typing import Final

from mcp_proof.driver import Driver

SHUTDOWN_GRACE: Final = 3.0
"""Seconds that every server has."""


def exit_grace(driver: Driver) -> float:
    """Return the seconds: as many as the server's start took, where those are more."""
    return max(SHUTDOWN_GRACE, driver.started_in)
