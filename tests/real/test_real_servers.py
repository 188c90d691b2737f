"""Real, respected servers at each revision they speak: only the findings written down, no more.

The findings, each with its clause, stand in `findings/`, one file per server and transport; a
finding that is not there is suspected to be a false alarm, one that is no longer seen is stale.
"""

import os

import pytest
from real_servers import HTTP, INSTALLED, OFFLINE, STDIO, command, known, served, violated

from mcp_proof.targets import CommandTarget, UrlTarget
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision

pytestmark = INSTALLED

WHOLLY = {"server-everything", "mcp-server-git"}
"""Servers of which every revision is verified, one of each official SDK: the others have the same
code for those before the last."""
EVERY_REVISION = bool(os.environ.get("MCP_PROOF_EVERY_REVISION"))
"""Whether they are verified of all servers: by hand, for it takes four minutes."""


def revisions_of(server: str) -> list[Revision]:
    """The last of each era; the others too, where all are asked for."""
    spoken = STDIO[server][0]
    last = {LATEST_STATEFUL, max(spoken)}
    return [each for each in spoken if EVERY_REVISION or server in WHOLLY or each in last]


@pytest.mark.parametrize(
    ("server", "revision"),
    [(server, revision) for server in STDIO for revision in revisions_of(server)],
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
