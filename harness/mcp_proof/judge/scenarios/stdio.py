"""Servers as processes: what they print, how they end, and what they take a long time for."""

from typing import Final

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.scenarios.ordinary import ECHO
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.standing_in import StandIn
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Revision

STATELESS: Final = Revision.R2026_07_28
MEBIBYTE: Final = 1 << 20
LOG: Final = "ERROR mcp-proof only says this, and means nothing by it. ".ljust(1000, ".")
LINES: Final = 128
"""Of a thousand bytes each: more than any pipe holds."""
LONG: Final = 60_000
"""Milliseconds that nobody waits for."""
CALL: Final[JsonObject] = {"message": "hello"}


@scenario(
    "stdio-stderr",
    "stdio-stderr-not-an-error",
    since=Revision.R2025_11_25,
    transports=("stdio",),
)
def stderr(stage: Stage) -> None:
    """The server writes a lot to standard error as soon as it runs, and then does what it is asked.

    What it writes looks like errors.
    """

    async def complain(process: StandIn) -> None:
        for _ in range(LINES):
            process.complain(f"{LOG}\n")

    stage.process(complain)
    stage.tools(ECHO)
    stage.wish("list", what="tools")
    stage.wish("call", tool="echo", arguments=CALL)


@scenario("stdio-large", "stdio-large-and-split-messages", transports=("stdio",))
def large(stage: Stage) -> None:
    """A call is answered by a mebibyte, and another one as usual."""
    stage.tools(ECHO, {**ECHO, "name": "large", "answer": {"text": "x" * MEBIBYTE}})
    stage.wish("call", tool="large", arguments=CALL)
    stage.wish("call", tool="echo", arguments=CALL)


@scenario(
    "stdio-stubborn",
    "stdio-client-escalates",
    "stdio-client-closes-stdin-first",
    transports=("stdio",),
)
def stubborn(stage: Stage) -> None:
    """The server does not exit when its standard input is closed."""
    stage.suspend("stdio-server-exits-on-eof")
    stage.tools(ECHO)
    stage.wish("call", tool="echo", arguments=CALL)


@scenario("stdio-given-up", "stdio-cancel-by-notification", since=STATELESS, transports=("stdio",))
def given_up(stage: Stage) -> None:
    """A call takes for ever, and the client's user wants it no more; then comes another one."""
    stage.tools(ECHO, {**ECHO, "name": "endless", "latency": LONG})
    stage.wish("call", tool="endless", arguments=CALL, cancel_after=0.1)
    stage.wish("call", tool="echo", arguments=CALL)


@scenario("stdio-exits", "stdio-client-restarts-server", since=STATELESS, transports=("stdio",))
def exits(stage: Stage) -> None:
    """The server exits in the middle of the first call; two more calls follow."""
    stage.tools(ECHO, {**ECHO, "name": "fatal", "latency": LONG})
    exited: list[StandIn] = []

    async def exit_on_call(process: StandIn) -> None:
        await process.heard("fatal")
        if not exited:
            exited.append(process)
            process.exit(1)

    stage.process(exit_on_call)
    stage.wish("call", tool="fatal", arguments=CALL)
    stage.wish("wait", seconds=0.1)
    stage.wish("call", tool="echo", arguments=CALL)
    stage.wish("call", tool="echo", arguments=CALL)
