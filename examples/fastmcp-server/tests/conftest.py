import pytest

from notes.server import mcp, notes


@pytest.fixture(scope="session")
def mcp_target():
    """The server under test: the object itself, no port and no process."""
    return mcp


@pytest.fixture(autouse=True)
def two_notes():
    notes.clear()
    notes.update({"tea": "Green tea, 70 degrees", "bread": "Flour, water, salt"})
