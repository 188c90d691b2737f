"""Real, respected servers at each revision they speak: only the findings written down, no more.

The findings, each with its clause, stand in `findings/`, one file per server and transport; a
finding that is not there is suspected to be a false alarm, one that is no longer seen is stale.
"""

import pytest
from real_servers import HTTP, INSTALLED, OFFLINE, STDIO, command, known, served, violated

from mcp_proof.targets import CommandTarget, UrlTarget

pytestmark = INSTALLED


@pytest.mark.parametrize(
    ("server", "revision"),
    [(server, revision) for server, (spoken, _) in STDIO.items() for revision in spoken],
)
def test_over_stdio_nothing_is_found_but_what_is_written_down(server, revision, tmp_path):
    found = violated(CommandTarget(command(server, tmp_path), env=OFFLINE), revision)
    assert {r: v.findings[0] for r, v in found.items() if r not in known(server, revision)} == {}
    assert set(found) == known(server, revision)


@pytest.mark.parametrize(
    ("server", "revision"),
    [(server, revision) for server, (spoken, *_) in HTTP.items() for revision in spoken],
)
def test_over_http_nothing_is_found_but_what_is_written_down(server, revision):
    with served(server) as url:
        found = violated(UrlTarget(url), revision)
    assert {r: v.findings[0] for r, v in found.items() if r not in known(server, revision)} == {}
    assert set(found) == known(server, revision)
