"""One load run: look at the server, have load processes load it, and judge what they measured."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from traceback import format_exception

from mcp_proof.approach import approach
from mcp_proof.errors import McpProofError
from mcp_proof.events import RunStarted, peer_found
from mcp_proof.interruption import Interruption
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Target, UrlTarget, header_of
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_load.events import LoadEvent, LoadFinished, Planned
from mcp_proof_load.loaded import Loaded
from mcp_proof_load.options import LoadOptions
from mcp_proof_load.planning import opening_of, plan_of, planned, survey_options
from mcp_proof_load.survey.ownership import require_ownership
from mcp_proof_load.survey.surveying import NOBODY, survey


class Loading:
    """One run over a server: iterate over `events()`."""

    def __init__(
        self,
        target: Target,
        options: LoadOptions,
        mask: Mask | None = None,
        fitted: Callable[[Planned], Planned] = lambda planned: planned,
    ) -> None:
        self.target = target
        self.options = options
        self._fitted = fitted
        """Says of what is planned which limits of the budget it cannot be held to; raises where it
        is not what the user wants to compare it with."""
        self.mask = mask or Mask()
        """What must be applied to all that is shown of the events."""
        self.mask.hide(target.secrets.values)
        self._stop = Interruption()

    def interrupt(self) -> None:
        """End now; what was measured so far is told."""
        self._stop.want()

    async def events(self) -> AsyncIterator[LoadEvent]:
        """Run, telling each moment.

        Raises:
            PeerError: the server could not be started or reached.
            UsageError: there is nothing to call, or the target is not to be loaded.
        """
        started = time.monotonic()
        recorder = Recorder(header_of(self.target), secrets=self.target.secrets, mask=self.mask)
        header = recorder.transcript.header
        yield RunStarted(peer=header.peer, transport=header.transport, started=header.started)
        ending = LoadFinished(seconds=0.0, interrupted=True, faults=())
        async with AsyncExitStack() as stack:
            server = await self._stop.unless(self._start(stack, recorder))
            if server is not None:
                yield peer_found(server.spoken, server.transport, server.introduction)
                async for event in self._load(stack, server):
                    if isinstance(event, LoadFinished):
                        ending = event
                    else:
                        yield event
        yield replace(
            ending,
            seconds=time.monotonic() - started,
            interrupted=self._stop.wanted,
            faults=(*recorder.faults, *ending.faults),
        )

    async def _start(self, stack: AsyncExitStack, recorder: Recorder) -> ToolServer:
        await require_ownership(self.target, owned=self.options.owned)
        target = await stack.enter_async_context(self.target.started())
        await require_ownership(target, owned=self.options.owned)
        options = self.options
        spoken = options.revision or options.dialect
        server = await approach(target, recorder, spoken, options.timeout, NOBODY)
        stack.push_async_callback(server.close)
        return server

    async def _load(self, stack: AsyncExitStack, server: ToolServer) -> AsyncIterator[LoadEvent]:
        surveyed = await self._stop.unless(survey(server, survey_options(self.options)))
        if surveyed is None:
            return
        opening = opening_of(server.recorder.transcript)
        plan = plan_of(surveyed.plan, self.options, opening)
        await server.close()  # a process is not to run beside those that are loaded
        target = server.target
        loaded = Loaded(plan, self.options, target.url if isinstance(target, UrlTarget) else "")
        await loaded.prepare(stack, server.transport)
        yield self._fitted(planned(plan, self.options, surveyed.untested))
        try:
            async for event in loaded.events(self._stop):
                yield event
        except McpProofError:
            raise
        except Exception as error:  # noqa: BLE001  # a fault of our own, told at the end
            loaded.run.faults.append("".join(format_exception(error)))
        yield loaded.finished()
