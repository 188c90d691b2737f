"""Real, respected servers: how they start, and what is known to be found about them."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from installed import PEERS, needs

from mcp_proof.events import VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import Target
from mcp_proof_contracts.revision import REVISIONS, STATEFUL, Revision
from mcp_proof_contracts.rule import Outcome, Verdict, registry

ROOT = Path(__file__).parent.parent.parent
NODE = str(Path(sys.executable).with_name("node"))
MODULES = PEERS / "node/node_modules"
OFFICIAL = MODULES / "@modelcontextprotocol"
PYTHON = PEERS / "python/bin"
BOUND = 90.0
"""Seconds within which one verification ends."""
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
OFFLINE = dict.fromkeys((*PROXIES, *map(str.lower, PROXIES)), "http://127.0.0.1:9")
"""No proxy is there: what some servers read on the internet is out of reach on every machine."""

INSTALLED = needs("node", "python", "clients-sdk1", "clients-sdk2")
FASTMCP = [
    str(PEERS / "clients-sdk2/bin/python"),
    str(ROOT / "tests/peers/fastmcp_server.py"),
]

STDIO = {
    "server-everything": (
        STATEFUL,
        [NODE, str(OFFICIAL / "server-everything/dist/index.js"), "stdio"],
    ),
    "server-filesystem": (
        STATEFUL,
        [NODE, str(OFFICIAL / "server-filesystem/dist/index.js"), "{tmp}"],
    ),
    "server-memory": (STATEFUL, [NODE, str(OFFICIAL / "server-memory/dist/index.js")]),
    "server-sequential-thinking": (
        STATEFUL,
        [NODE, str(OFFICIAL / "server-sequential-thinking/dist/index.js")],
    ),
    "playwright-mcp": (
        STATEFUL,
        [NODE, str(MODULES / "@playwright/mcp/cli.js"), "--executable-path", "{tmp}/none"],
    ),
    "context7-mcp": (REVISIONS, [NODE, str(MODULES / "@upstash/context7-mcp/dist/index.js")]),
    "mcp-server-time": (REVISIONS, [str(PYTHON / "mcp-server-time")]),
    "mcp-server-git": (REVISIONS, [str(PYTHON / "mcp-server-git")]),
    "mcp-server-fetch": (REVISIONS, [str(PYTHON / "mcp-server-fetch")]),
    "duckduckgo-mcp-server": (REVISIONS, [str(PYTHON / "duckduckgo-mcp-server")]),
    "markitdown-mcp": (REVISIONS, [str(PYTHON / "markitdown-mcp")]),
    "mcp-server-sqlite": (
        STATEFUL,
        [str(PEERS / "clients-sdk1/bin/mcp-server-sqlite"), "--db-path", "{tmp}/sqlite.db"],
    ),
    "fastmcp": (REVISIONS, [*FASTMCP, "stdio"]),
}


def command(server: str, folder: Path) -> list[str]:
    _, arguments = STDIO[server]
    return [argument.format(tmp=folder) for argument in arguments]


def violated(target: Target, revision: Revision) -> dict[str, Verdict]:
    async def run() -> dict[str, Verdict]:
        async with asyncio.timeout(BOUND):
            return {
                event.verdict.rule.id: event.verdict
                async for event in Verification(target, VerifyOptions(revision=revision)).events()
                if isinstance(event, VerdictReached)
            }

    verdicts = asyncio.run(run())
    assert sum(v.outcome is Outcome.PASSED for v in verdicts.values()) >= 20
    return {
        rule_id: verdict
        for rule_id, verdict in verdicts.items()
        if verdict.outcome is Outcome.VIOLATED
    }


def known(name: str, revision: Revision) -> set[str]:
    """The rules that a server is known to violate at this revision."""
    path = ROOT / "tests/real/findings" / f"{name}.yaml"
    rules: set[str] = set()
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        assert entry["reason"], "every finding is written down with its clause"
        rule = registry.get(entry["rule"])
        assert rule is not None, entry["rule"]
        since = max(rule.since, entry.get("since", rule.since))
        until = min(rule.until, entry.get("until", rule.until))
        if since <= revision <= until:
            rules.add(rule.id)
    return rules


EVERYTHING = [NODE, str(OFFICIAL / "server-everything/dist/index.js")]
SDK = [str(PYTHON / "python"), str(ROOT / "tests/peers/sdk_server.py"), "{port}"]
HTTP = {
    "server-everything-http": (
        [r for r in STATEFUL if r.features.streamable_http],
        [*EVERYTHING, "streamableHttp"],
        "/mcp",
    ),
    "sdk-http": (REVISIONS[1:], [*SDK, "streamable-http"], "/mcp"),
    "server-everything-sse": (STATEFUL, [*EVERYTHING, "sse"], "/sse"),
    "fastmcp-http": (REVISIONS[1:], [*FASTMCP, "http", "{port}"], "/mcp"),
    "sdk-sse": (STATEFUL, [*SDK, "sse"], "/sse"),
}
PROTECTED = [str(PYTHON / "python"), str(ROOT / "tests/peers/sdk_protected.py"), "{port}"]
GUARDED = {"sdk-protected": (REVISIONS[1:], PROTECTED, "/mcp")}
"""What takes a token to be verified."""


@contextmanager
def served(server: str) -> Iterator[str]:
    """Run a server on a free loopback port; gives its URL when it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    _, arguments, path = {**HTTP, **GUARDED}[server]
    process = subprocess.Popen(
        [argument.format(port=port) for argument in arguments],
        env={**os.environ, **OFFLINE, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}{path}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)  # another process starts: there is nothing to wait on
        else:
            return
    pytest.fail("the server did not begin to listen")
