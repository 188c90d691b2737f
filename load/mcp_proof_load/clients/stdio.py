"""Servers spoken to by stdio: a pool of processes for the users of a load process."""

import time
from collections import deque
from typing import Final

from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_load.clients.channels.channel_client import ChannelClient
from mcp_proof_load.clients.channels.links import LinksByPlan
from mcp_proof_load.clients.channels.opening import greet, meta_of, reply
from mcp_proof_load.clients.client import BrokenError, Client
from mcp_proof_load.clients.processes.running import pids
from mcp_proof_load.clients.processes.server_process import Command, ServerProcess
from mcp_proof_load.plan import Plan

__all__ = ["client", "pids"]

START_PATIENCE: Final = 4
"""How many times longer than others the first answer may take: a process has to start."""
RESTARTS: Final = 60
MINUTE: Final = 60.0
"""No more processes are begun when so many have ended by themselves within so many seconds."""


class _Starting:
    """Starts the processes of a pool."""

    def __init__(self, plan: Plan) -> None:
        place = plan.place
        self._plan = plan
        self._command = Command(
            words=[str(each) for each in as_list(place.get("command"))],
            cwd=str(place["cwd"]) if place.get("cwd") else None,
            env={name: str(value) for name, value in as_object(place.get("env")).items()},
        )
        self._ends: deque[float] = deque(maxlen=RESTARTS)
        self._why = ""
        """Why the last one ended."""

    def __call__(self) -> ServerProcess:
        """Start a process, and be introduced to it.

        Raises:
            BrokenError: it cannot be started, refuses, or too many have ended.
            SilentError: it does not answer.
        """
        if len(self._ends) == RESTARTS and time.monotonic() - self._ends[0] < MINUTE:
            raise BrokenError(
                f"{RESTARTS} processes have ended by themselves within a minute: for now no other "
                f"is begun. The last: {self._why}"
            )
        process = ServerProcess(self._command, reply, self._note_end)
        try:
            patience = START_PATIENCE * self._plan.timeout
            greet(process.channel, process.send, self._plan, patience)
        except BaseException:
            process.close()
            raise
        return process

    def _note_end(self, why: str) -> None:
        self._ends.append(time.monotonic())
        self._why = why


_links = LinksByPlan[ServerProcess](_Starting)


def client(plan: Plan, _session: int) -> Client:
    """Return a client of the processes that the users of a plan share; nothing starts yet."""
    return ChannelClient(_links.of(plan), plan.timeout, meta_of(plan))
