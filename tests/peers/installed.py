"""Where `make test` installs real servers and clients, and what becomes of tests without them."""

import os
from pathlib import Path

import pytest

PEERS = Path(__file__).parent.parent.parent / ".peers"
REQUIRED = "MCP_PROOF_PEERS_REQUIRED"
"""`make test` sets this, so that no test is skipped for want of what it has installed."""
ROOTS = ("harness", "contracts", "mocks", "load")


def needs(*environments: str) -> pytest.MarkDecorator:
    """Skip where one of these is not wholly installed, unless it is required."""
    missing = [name for name in environments if not (PEERS / f"{name}.stamp").exists()]
    return pytest.mark.skipif(
        bool(missing) and not os.environ.get(REQUIRED),
        reason=f"not installed: {', '.join(missing)}; `make test` installs them",
    )


def with_sources(repository: Path) -> dict[str, str]:
    """Variables with which the Python of another environment uses the sources of this checkout."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(repository / root) for root in ROOTS),
    }
