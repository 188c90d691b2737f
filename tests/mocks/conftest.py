"""Shared by the tests of scripts: time that passes at once."""

import pytest

from mcp_proof_mocks.call import Waiting


@pytest.fixture
def slept(monkeypatch):
    """The seconds of every delay; none is waited for."""
    seconds: list[float] = []

    async def sleep(_self, wanted: float) -> None:
        seconds.append(wanted)

    monkeypatch.setattr(Waiting, "sleep", sleep)
    return seconds
