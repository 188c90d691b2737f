"""The hooks that other repositories can implement in a conftest.py."""

from collections.abc import Mapping

import pytest


@pytest.hookspec(firstresult=True)
def pytest_mcp_state(state: str, parameters: Mapping[str, object]) -> bool | None:
    """Bring the server under test into a state that a consumer contract names under `given`.

    Return true once it is there; what knows no such state returns nothing, and the next is asked.
    """
