"""What the drivers in Python have in common: a plan comes in, what was seen goes out, as JSON."""

import asyncio
import json
import sys
from contextlib import contextmanager

PLAN = json.load(sys.stdin)
asked, progress = [], {}


def transport(*, http, sse, stdio):
    """Make one of these, as the plan says."""
    if PLAN["transport"] == "stdio":
        program, *arguments = PLAN["command"]
        return stdio(program, arguments)
    return {"http": http, "sse": sse}[PLAN["transport"]](PLAN["url"])


def reporting(name):
    """Return what takes in the progress of a tool."""

    async def report(done, total, _message):
        progress.setdefault(name, []).append([done, total])

    return report


async def each(member, use):
    """Use each name with its arguments, one after the other, as many times as the plan says."""
    seen = {}
    for name, arguments in PLAN[member].items():
        for _ in range(PLAN.get("times", {}).get(name, 1)):
            seen[name] = await use(name, arguments)
    return seen


@contextmanager
def mounted():
    """Where the plan has a contract: mount a mock of it in this process, and use no socket."""
    if "contract" not in PLAN:
        yield
        return
    from offline import offline

    from mcp_proof import MockServer
    from mcp_proof.testing.routing import McpRouter

    with offline(), McpRouter() as router:
        router.mount(PLAN["url"], MockServer(PLAN["contract"]))
        yield


def run(look):
    """Print what was seen, and what the server has asked and reported meanwhile."""
    with mounted():
        seen = asyncio.run(look())
    json.dump({**seen, "asked": asked, "progress": progress}, sys.stdout)
