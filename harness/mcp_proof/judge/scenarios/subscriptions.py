"""Subscriptions to what changes."""

import asyncio
from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.standing_in import StandIn
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_mocks.server import MockServer

SINCE: Final = Revision.R2026_07_28
LOOK: Final = 0.01
"""Seconds between two looks at whether somebody listens."""
MEMO: Final[JsonObject] = {"uri": "memo://welcome", "name": "welcome", "text": "Welcome."}


@scenario("two-subscriptions", "sub-client-correlates", "sub-client-filter-shape", since=SINCE)
def two_subscriptions(stage: Stage) -> None:
    """The client listens to the tools and, apart from that, to a resource; both change."""
    steps: list[Json] = [{"announce": "tools"}, {"update": "memo://welcome"}]
    stage.tools({**ECHO, "name": "change", "steps": steps})
    stage.document |= {"resources": [MEMO], "announces": ["tools"], "subscriptions": True}
    stage.wish("listen", name="tools", notifications={"toolsListChanged": True})
    stage.wish("listen", name="memo", notifications={"resourceSubscriptions": ["memo://welcome"]})
    stage.wish("call", tool="change", arguments={"message": "now"})
    stage.wish("wait", seconds=0.05)
    stage.wish("stop-listening", name="tools")
    stage.wish("stop-listening", name="memo")


@scenario("server-ends", "sub-client-resubscribes", since=SINCE, transports=("stdio",))
def server_ends(stage: Stage) -> None:
    """The server's process ends by itself while the client listens, and is needed once more."""
    stage.tools(ECHO)
    stage.document["announces"] = ["tools"]
    processes: list[StandIn] = []

    async def started(process: StandIn) -> None:
        processes.append(process)

    async def listened(server: MockServer) -> None:
        while not server.audience.subscriptions:  # noqa: ASYNC110  # nobody tells of it
            await asyncio.sleep(LOOK)
        processes[0].exit(1)

    stage.process(started)
    stage.play(listened)
    stage.wish("listen", name="tools", notifications={"toolsListChanged": True})
    stage.wish("wait", seconds=0.1)
    stage.wish("list", what="tools")


@scenario("no-subscriptions", "resources-subscribe-needs-capability", until=LATEST_STATEFUL)
def no_subscriptions(stage: Stage) -> None:
    """The client is to subscribe to a resource, which the server does not offer."""
    stage.document["resources"] = [MEMO]
    stage.wish("read", uri="memo://welcome")
    stage.wish("subscribe", uri="memo://welcome")


@scenario("a-subscription", "resources-subscribe-needs-capability", until=LATEST_STATEFUL)
def a_subscription(stage: Stage) -> None:
    """The client subscribes to a resource, hears of its change, and ends the subscription."""
    stage.tools({**ECHO, "name": "change", "steps": [{"update": "memo://welcome"}]})
    stage.document |= {"resources": [MEMO], "subscriptions": True}
    stage.wish("subscribe", uri="memo://welcome")
    stage.wish("call", tool="change", arguments={"message": "now"})
    stage.wish("unsubscribe", uri="memo://welcome")
