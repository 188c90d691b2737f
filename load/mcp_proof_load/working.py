"""`mcp-proof load --worker`: make load as a master says, until it says that it is over."""

import asyncio
import sys
from tempfile import TemporaryDirectory

from mcp_proof.cli.ending import Ending
from mcp_proof.config import Config
from mcp_proof.config.headers import headers_of
from mcp_proof.errors import InternalError
from mcp_proof.interruption import Interruption
from mcp_proof_contracts.excerpt import printable_lines
from mcp_proof_load.configured import MASTER_PORT
from mcp_proof_load.crew import Crew, Gone
from mcp_proof_load.orders import Orders


def work(config: Config) -> int:
    """Work until the master says that it is over, or the user does; return the exit code.

    Raises:
        UsageError: something is set that only the master can say.
        InternalError: a load process failed.
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
        )
        return asyncio.run(_Working().work(orders, int(config.number("processes"))))


class _Working:
    """The load processes of one worker command."""

    def __init__(self) -> None:
        self._stop = Interruption()

    def interrupt(self) -> None:
        """Have the processes tell their last numbers, and end."""
        self._stop.want()

    async def work(self, orders: Orders, processes: int) -> int:
        crew = Crew()
        with Ending() as ending:
            ending.running = self
            try:
                await crew.start_workers(orders, processes)
                failed = await self._until_all_are_gone(crew, processes)
            finally:
                await crew.close()
        if failed:
            raise InternalError("\n".join(failed))
        return 130 if self._stop.wanted else 0

    async def _until_all_are_gone(self, crew: Crew, processes: int) -> list[str]:
        failed: list[str] = []
        while processes:
            heard = await (crew.heard() if self._stop.wanted else self._stop.unless(crew.heard()))
            if self._stop.wanted:
                crew.stop()
            if isinstance(heard, Gone):
                processes -= 1
                if heard.code:
                    failed.append(f"a load process ended with code {heard.code}:\n{heard.said}")
            elif heard is not None and heard.members["what"] == "ready":
                sys.stderr.write(printable_lines("a load process has found its master\n"))
        return failed
