"""Real servers have not drifted from themselves: in another process, revision or transport."""

import asyncio

import pytest
from drifted import BOUND, drifted, told
from real_servers import INSTALLED, STDIO, command, served

from mcp_proof.approach import approach
from mcp_proof.drift.matcher import Match, Matcher
from mcp_proof.recorder import Recorder
from mcp_proof.targets import CommandTarget, UrlTarget, header_of
from mcp_proof.tool_server import example_arguments
from mcp_proof_contracts.revision import Revision

pytestmark = INSTALLED

ENVIRONMENT = (Matcher(path=("content",), match=Match.IGNORE, tool="get-env"),)
"""What a process has in its environment is not the same under another one."""
LATEST, MODERN, OLD = Revision.R2025_11_25, Revision.R2026_07_28, Revision.R2025_06_18
NEWEST = {server: max(spoken) for server, (spoken, _) in STDIO.items()}


def used(target, revision):
    """Return the transcript of a conversation that uses all that a server offers, twice."""

    async def talk():
        recorder = Recorder(header_of(target))
        async with asyncio.timeout(BOUND), target.started() as reachable:
            driver = await approach(reachable, recorder, revision, 10.0)
            try:
                await use(driver)
            finally:
                await driver.close()
        return recorder.transcript

    return asyncio.run(talk())


async def use(driver):
    lists = await driver.lists()
    session = await driver.session()
    for tool in [*await driver.list_tools()] * 2:
        arguments = dict(example_arguments(tool) or {})
        if tool.name == "trigger-long-running-operation":
            arguments = {"duration": 0.2, "steps": 2}
        params = {"name": tool.name, "arguments": arguments, "_meta": {"progressToken": "t"}}
        await session.call("tools/call", params)
    for prompt in lists.get("prompts/list", []):
        given = {each["name"]: "1" for each in prompt.get("arguments", [])}
        await session.call("prompts/get", {"name": prompt["name"], "arguments": given})
    for resource in lists.get("resources/list", [])[:5]:
        await session.call("resources/read", {"uri": resource["uri"]})
    await session.call("resources/read", {"uri": "none://none"})


@pytest.mark.parametrize("server", STDIO)
def test_a_server_has_not_drifted_from_itself(server, tmp_path):
    (tmp_path / "note.txt").write_text("hello")
    target = CommandTarget(command(server, tmp_path))
    recording = used(target, NEWEST[server])
    for _ in range(2):
        tally = drifted(recording, target)
        assert told(tally) == []
        assert tally.counts["same"] >= 3


@pytest.mark.parametrize(
    ("server", "recorded", "live"),
    [
        ("server-everything", OLD, LATEST),
        ("server-everything", LATEST, Revision.R2024_11_05),
        ("server-filesystem", LATEST, OLD),
        ("mcp-server-git", MODERN, LATEST),
        ("mcp-server-time", LATEST, MODERN),
    ],
)
def test_a_server_has_not_drifted_at_another_revision(server, recorded, live, tmp_path):
    target = CommandTarget(command(server, tmp_path))
    tally = drifted(used(target, recorded), target, revision=live, allow_destructive=True)
    assert told(tally) == []
    assert tally.counts["untested"] == 0


@pytest.mark.parametrize("over", ["http", "sse"])
def test_a_server_has_not_drifted_over_another_transport(over, tmp_path):
    stdio = CommandTarget(command("server-everything", tmp_path))
    with served(f"server-everything-{over}") as url:
        there = drifted(used(stdio, LATEST), UrlTarget(url), matchers=ENVIRONMENT)
        back = drifted(used(UrlTarget(url), LATEST), stdio, matchers=ENVIRONMENT)
    for tally in (there, back):
        assert told(tally) == []
        assert tally.counts["same"] > 10


def test_what_a_sdk_does_in_one_era_only_is_all_that_is_told_of_its_server():
    with served("sdk-http") as url:
        for recorded, live in ((LATEST, MODERN), (MODERN, LATEST)):
            tally = drifted(used(UrlTarget(url), recorded), UrlTarget(url), revision=live)
            # It asks by a request of its own, for which 2026-07-28 has no way back.
            assert told(tally) == [("tool ask", "", "outcome")]
