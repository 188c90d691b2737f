"""Every command of the table of systems in docs/dialects does what the table says."""

import re
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from installed import with_sources
from markdown_page import blocks
from terminal_session import TerminalSession

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs/dialects/index.md"
REDIS = "redis://localhost:6379"
"""Stands for the Redis that the reader has."""
ROW = re.compile(r"^\| (S\d+) \| (.+?) \| `(.+?)` \| `(.+?)` \|$", re.MULTILINE)
TOKEN = re.compile(r"Authorization: (Bearer \S+)")


class Row(NamedTuple):
    """A system, and what mocks and verifies it."""

    name: str
    system: str
    mock: str
    verify: str


ROWS = [Row(*found) for found in ROW.findall(PAGE.read_text(encoding="utf-8"))]


def test_every_system_of_the_documents_has_its_row():
    assert [row.name for row in ROWS] == [f"S{number}" for number in range(1, 15)]
    assert all(row.mock.startswith("mcp-proof mock ") for row in ROWS)
    assert all(row.verify.startswith("mcp-proof verify ") for row in ROWS)


@pytest.fixture
def session(tmp_path):
    """A terminal in a folder with the file that the page shows."""
    path = ":".join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    environment = {**with_sources(REPOSITORY), "PATH": path, "HOME": str(tmp_path)}
    with TerminalSession(tmp_path, environment) as session:
        for block in blocks(PAGE):
            (tmp_path / block.title).write_text(session.actual(block.text), encoding="utf-8")
        yield session


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_mock_of_a_row_is_verified_by_its_command(row, session, request):
    if REDIS in row.mock:
        url = request.getfixturevalue("redis_url")
        row = Row(*(text.replace(REDIS, url) for text in row))
    session.run(row.mock)
    if "TOKEN" in row.verify:
        session.environment["TOKEN"] = told(session, TOKEN)
    session.run(row.verify)


def told(session: TerminalSession, what: re.Pattern[str]) -> str:
    """What the mock has said that looks like this."""
    [server] = session.servers
    found = what.search(server.said)
    assert found is not None, server.said
    return found[1]
