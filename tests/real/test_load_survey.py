"""What a survey finds out of a real server before it loads it."""

import asyncio

from real_servers import INSTALLED, command

from mcp_proof.approach import approach
from mcp_proof.recorder import Recorder
from mcp_proof.targets import CommandTarget, header_of
from mcp_proof_load.survey.options import SurveyOptions
from mcp_proof_load.survey.surveying import NOBODY, Surveyed, survey

pytestmark = INSTALLED
BOUND = 60.0
TOOLS = ("echo", "get-sum", "get-tiny-image", "get-structured-content")


def test_echo_of_server_everything_gives_its_marker_back_and_nothing_else_does(tmp_path):
    async def run() -> Surveyed:
        target = CommandTarget(command("server-everything", tmp_path))
        server = await approach(target, Recorder(header_of(target)), None, 10.0, NOBODY)
        try:
            async with asyncio.timeout(BOUND):
                return await survey(server, SurveyOptions(tools=TOOLS))
        finally:
            await server.close()

    surveyed = asyncio.run(run())
    operations = {each.name: each for each in surveyed.plan.operations}
    assert set(operations) == set(TOOLS)
    assert (operations["echo"].marker, operations["echo"].echoes) == ("message", True)
    assert not any(operations[name].marker for name in TOOLS[1:])
    assert not any(each.shares for each in operations.values())
    assert surveyed.plan.client == "stdio"
    assert surveyed.plan.connections == 2
    told = next(each for each in surveyed.untested if each.startswith("crossed answers of"))
    assert all(name in told for name in TOOLS[1:])
