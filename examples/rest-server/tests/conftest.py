from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from desk_tools.app import create_app


@pytest.fixture
def translator(make_mcp_mock):
    """The MCP server behind ours."""
    return make_mcp_mock(Path(__file__).with_name("translator.yaml"))


@pytest.fixture
def client(translator):
    with TestClient(create_app(translator.url)) as client:
        yield client
