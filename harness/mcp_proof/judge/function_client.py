"""A client in this process: a coroutine function that is given the mock's address."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from traceback import format_exception_only
from typing import Any, TypeAlias

from mcp_proof.judge.client import Approach, Ended
from mcp_proof_contracts.rule import TransportName

Tell: TypeAlias = Callable[[Mapping[str, object]], None]
"""Takes what the client's user was told of a wish: `{"wish": 0, "ok": True, "value": ...}`."""
Function: TypeAlias = Callable[[Approach, Tell], Awaitable[None]]


class FunctionClient:
    """The coroutine function of a client; what it raises is its exit code."""

    def __init__(self, function: Function, transport: TransportName = "http") -> None:
        self._function = function
        self.transport: TransportName = transport
        self.label = getattr(function, "__name__", type(function).__name__)
        self.arguments = f"({self.label}, in Python)"

    async def run(self, approach: Approach, give_up: "asyncio.Future[str]") -> Ended:
        """Run it until it ends, or until somebody gives it up, with the reason."""
        outcomes: list[Mapping[str, object]] = []

        def tell(outcome: Mapping[str, object]) -> None:
            outcomes.append({"at": time.time(), **outcome})

        running = asyncio.ensure_future(self._function(approach, tell))
        either: set[asyncio.Future[Any]] = {running, give_up}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            ended, at = running.done(), time.time()
        finally:
            running.cancel()
            [failure] = await asyncio.gather(running, return_exceptions=True)
        if not ended:
            return Ended(how="terminated", why=give_up.result(), outcomes=outcomes, at=at)
        if not isinstance(failure, BaseException):
            return Ended(how="exit", code=0, outcomes=outcomes, at=at)
        said = "".join(format_exception_only(failure)).strip()
        return Ended(how="exit", code=1, last_words=said, outcomes=outcomes, at=at)
