"""What the server lists while it is fuzzed: who changed it, and what may still be called."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mcp_proof.fuzz.case import Case, renumbered
from mcp_proof.fuzz.peer import changed_lists
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_list, as_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp_proof.fuzz.campaign import Campaign
    from mcp_proof.fuzz.observation import Observation
    from mcp_proof.fuzz.operation import Operation

CHANGED: Final = "notifications/tools/list_changed"
MOST_LOOKS: Final = 20
"""How often one operation may make us look because the server says that its tools changed."""
CHEAP: Final = 0.1
"""Seconds."""
MOST_REPEATED: Final = 150
"""Inputs that are sent again, to find the one that changed what is listed."""


class Offering:
    """Compares what is listed with what was listed before."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._peer = campaign.peer
        self._lists: JsonObject = {}
        self._read_at = -1
        """How many calls had been made when the lists were read."""
        self._tried: dict[str, Case] = {}
        """The single inputs that were sent since the operation began."""
        self._mark = ("", 0)
        self._looks = 0
        self._looking = False
        self.is_cheap = True
        """Whether the lists can be read often."""
        self.changed = False
        """Whether the lists were ever seen to change since the operations were read."""
        self.appeared: set[str] = set()
        """The names of tools that were listed at last, and not before."""

    def begin(self) -> None:
        """Turn to another operation."""
        if self._read_at != self._peer.calls:
            self._lists = self._read()
        self._tried, self._looks = {}, 0
        self._mark = self._peer.session, len(self._peer.history)

    def settle(self) -> None:
        """Go on with the operations as they were read just now."""
        self.changed, self.appeared, self._read_at = False, set(), -1

    def note(self, case: Case, seen: Sequence[Observation]) -> None:
        """Take a case that was sent; look at once where the server says that its tools changed."""
        if self._looking or not seen:
            return
        if len(case.steps) == 1 and len(self._tried) < MOST_REPEATED:
            self._tried.setdefault(case.text, case)
        told = any(message.method == CHANGED for message in seen[-1].said)
        if told and self._looks < MOST_LOOKS:
            self._looks += 1
            self.look(seen[-1].operation)

    def look(self, operation: Operation) -> None:
        """Find out whether anything changed; if so, which input did it where none may.

        A tool that is gone is called once: it need not work, but nothing may break.
        """
        before, self._lists = self._lists, self._read()
        if not changed_lists(before, self._lists):
            return
        self.changed = self._looking = True
        try:
            self.appeared |= _tools(self._lists) - _tools(before)
            if operation.read_only:
                self._blame()
            self._call(_tools(before) - _tools(self._lists))
        finally:
            self._looking = False
        self._peer.renew()
        self._lists = self._read()

    def _read(self) -> JsonObject:
        """Return what is listed, with all the patience that the user has."""
        server, started = self._peer.server, time.monotonic()
        patience = server.timeout
        server.wait_at_most(self._campaign.options.timeout)
        self._campaign.pause()
        lists = self._peer.await_(self._peer.lists)
        server.wait_at_most(patience)
        self._read_at = self._peer.calls
        self.is_cheap = time.monotonic() - started < CHEAP
        return lists

    def _blame(self) -> None:
        session, begun = self._mark
        begun = begun if session == self._peer.session else 0
        numbered = list(enumerate(self._peer.history))[begun:]
        steps = renumbered(numbered)
        for case in self._tried.values():
            seen = self._campaign.attempt(case, watch_lists=True)
            if seen and seen[-1].changed_lists:
                return
        whole = Case(steps)
        if steps and not whole.dangles:
            self._peer.renew()
            self._campaign.attempt(whole, watch_lists=True)

    def _call(self, vanished: set[str]) -> None:
        for fuzzed in list(self._peer.operations.values()):
            operation = fuzzed.operation
            if operation.name in vanished and operation.has_schema_of_its_own:
                gone = replace(fuzzed, operation=replace(operation, unsteady=True))
                self._peer.operations = {**self._peer.operations, operation.label: gone}
                if not self._campaign.choice.why_not(operation):
                    for arguments in gone.bases[:1]:
                        self._campaign.attempt(Case((gone.step(arguments),)))


def _tools(lists: JsonObject) -> set[str]:
    """Return the names of the listed tools."""
    listed = as_list(lists.get("tools/list", lists.get("tools")))
    return {str(as_object(tool).get("name")) for tool in listed}
