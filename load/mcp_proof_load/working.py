"""`mcp-proof load --worker`: make load as a master says, until it says that it is over."""

import asyncio
import sys
from tempfile import TemporaryDirectory
from typing import Final

from mcp_proof.cli.ending import Ending
from mcp_proof.config import Config
from mcp_proof.config.headers import headers_of
from mcp_proof.errors import InternalError, PeerError, UsageError
from mcp_proof.interruption import Interruption
from mcp_proof_contracts.excerpt import printable_lines
from mcp_proof_load.configured import MASTER_PORT
from mcp_proof_load.crew import Crew, Gone, Line, killed
from mcp_proof_load.orders import Orders

LEFT_TO_READ: Final = 8.0
"""Seconds for which what a killed load process had counted stays: a master on this machine reads
it when the process has missed its heartbeats."""


def work(config: Config) -> int:
    """Work until the master says that it is over, or the user does; return the exit code.

    Raises:
        UsageError: something is set that only the master can say, or the master wants what a
            worker does not do.
        InternalError: a load process failed.
        PeerError: there is no master, or none any more.
    """
    for name in ("url", "command", "image", "config", "budget", "cassette", "profile", "report"):
        if config.is_typed(name):
            raise config.wrong(name, "a --worker does what its master says: say it there")
    headers = [[name, value] for name, value in headers_of(config).items()]
    with TemporaryDirectory(prefix="mcp-proof-load-") as folder:
        orders = Orders(
            role="worker",
            secret={"headers": headers} if headers else {},
            host=config.text("master-host"),
            port=int(config.number("port")) if "port" in config.settings else MASTER_PORT,
            ledgers=folder,
            owned=config.flag("i-own-this-target"),
        )
        _say(f"looking for a master at {orders.host}:{orders.port}")
        return asyncio.run(_Working(orders).work(int(config.number("processes"))))


class _Working:
    """The load processes of one worker command."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._stop = Interruption()
        self._alone = ""
        """Why there is no master, or no longer."""
        self._unwilling = ""
        """Why a worker does not do what the master wants."""
        self._failed: list[str] = []
        self._killed = False

    def interrupt(self) -> None:
        """Have the processes tell their last numbers, and end."""
        self._stop.want()

    async def work(self, processes: int) -> int:
        crew = Crew()
        with Ending() as ending:
            ending.running = self
            try:
                await crew.start_workers(self._orders, processes)
                await self._until_all_are_gone(crew, processes)
                if self._killed:
                    await self._stop.unless(asyncio.sleep(LEFT_TO_READ))
            finally:
                await crew.close()
        if self._stop.wanted:
            return 130
        if self._failed:
            raise InternalError("\n".join(self._failed))
        if self._unwilling:
            raise UsageError(self._unwilling)
        if self._alone:
            raise PeerError(
                f"{self._orders.host}:{self._orders.port}: {self._alone}. Is `mcp-proof load "
                "--master` running there, and can this machine reach it (--host, --port)?"
            )
        return 0

    async def _until_all_are_gone(self, crew: Crew, processes: int) -> None:
        while processes:
            if self._stop.wanted:  # perhaps while the processes were started
                crew.stop()
            heard = await (crew.heard() if self._stop.wanted else self._stop.unless(crew.heard()))
            match heard:
                case Gone():
                    processes -= 1
                    self._mourn(heard)
                case Line(members={"what": "ready"}):
                    _say("a load process has found its master")
                case Line(members={"what": "alone", "why": why}):
                    self._alone = why
                case Line(members={"what": "unwilling", "why": why}):
                    self._unwilling = why
                case _:
                    pass

    def _mourn(self, gone: Gone) -> None:
        if gone.code > 0:
            self._failed.append(f"a load process ended with code {gone.code}:\n{gone.said}")
        if gone.code < 0:
            self._killed = True
            self._failed.append(killed(gone.code))


def _say(text: str) -> None:
    sys.stderr.write(printable_lines(f"{text}\n"))
