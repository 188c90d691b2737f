"""What all users of a load process share: the plan, the ledger, numbers for calls, what was odd."""

import itertools
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import uuid4

from gevent.event import Event

from mcp_proof_contracts.headers import META_VERSION
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_load.clients.client import Answer
from mcp_proof_load.clients.kinds import client_of
from mcp_proof_load.clients.processes.running import pids as server_pids
from mcp_proof_load.clients.stateless import META
from mcp_proof_load.clients.tool_call import ToolCall
from mcp_proof_load.correctness.answers import HINT
from mcp_proof_load.correctness.marker import markers_in
from mcp_proof_load.correctness.sampled import sampled_rules
from mcp_proof_load.engine.pace import pace_of
from mcp_proof_load.events import Kind
from mcp_proof_load.measuring.ledger import DELIVERIES, EVENTS, SENT, Ledger
from mcp_proof_load.measuring.report import Example, Report, Silence, this_machine
from mcp_proof_load.plan import Operation, Plan

MAX_EXAMPLES: Final = 2
"""Answers of each kind of violation that a process shows; the others are counted."""
MAX_SILENCES: Final = 2000
"""Unanswered calls whose time is kept; of how many it is not, `verdicts` tells by their count."""
REMEMBERED: Final = 1 << 16
"""Calls whose time is known when what they said is delivered: the last ones."""
MAX_COMPLAINTS: Final = 50
"""Different texts of errors that are kept."""
OTHERS: Final = f"what else went wrong: a process keeps {MAX_COMPLAINTS} different texts"
"""What stands for the others."""
_FIRST: Final = 1 << 51
"""The first number: all are of 52 bits, as some servers keep ids as doubles, and of 16 digits, so
that none is the beginning of another."""
_CALL_BITS: Final = 40
"""Bits that tell the calls of one process apart; 11 others tell the processes."""


class Desk:
    """The users' desk. It has no plan until the process knows what to do."""

    def __init__(self, folder: Path | None = None) -> None:
        self.worker = uuid4().hex
        self.ready = Event()
        """Set when there is a plan."""
        self.ending = Event()
        """Set when no further call is to begin."""
        self.began = 0.0
        """When the first user began, by `time.monotonic`; 0 before."""
        self.final = False
        self.users = 0
        self.hears = False
        """Whether there are listeners."""
        self._sent_at: dict[int, float] = {}
        self._folder = folder
        self._path: Path | None = None
        self._examples: list[Example] = []
        self._shown: Counter[tuple[Kind, str, str]] = Counter()
        self._breaches: dict[str, Counter[str]] = {}
        self._silences: list[Silence] = []
        self._complaints: Counter[str] = Counter()
        self._faults: list[str] = []
        self._numbers: Iterator[int] = itertools.count()

    def follow(self, plan: Plan, process: int = 0) -> None:
        """Take the plan, as one of its processes."""
        if self.ready.is_set():
            return
        # Other processes have other numbers, so that a marker tells whose call it was.
        self._numbers = itertools.count(_FIRST + (process << _CALL_BITS))
        names = [operation.name for operation in plan.operations]
        names = list(dict.fromkeys([*names, *(call.name for call in plan.recorded)]))
        if self._folder is not None:
            self._path = self._folder / f"{self.worker}.ledger"
            self.ledger = Ledger.create(self._path, [*names, *_besides(plan)])
        else:
            self.ledger = Ledger.in_memory([*names, *_besides(plan)])
        self.hears = "listener" in plan.user_kinds
        self.plan = plan
        self._left = -(-plan.max_calls // plan.workers)
        self.process = process
        self.recorded = {name: Operation(name=name, weight=1, arguments=()) for name in names}
        self.rules = sampled_rules(plan, self.number())
        meta = META if plan.speech.get("revision") == META[META_VERSION] else None
        self._requests = {name: ToolCall(name, meta) for name in names}
        self.ready.set()

    def number(self) -> int:
        """Return a number that no other call and no other session of the run has."""
        return next(self._numbers)

    def take_one(self) -> None:
        """Take a call from those that are left to this process, where there is a bound."""
        self._left -= 1
        if not self._left:
            self.ending.set()

    def arrive(self) -> None:
        """Take in a user; with the first one the load begins."""
        if not self.began:
            self.began = time.monotonic()
            self.pace = pace_of(self.plan, self.process, self.number())
        self.users += 1
        self.pace.share(self.users)

    def depart(self) -> None:
        """Let a user go."""
        self.users -= 1
        self.pace.share(self.users)

    def violated(self, example: Example) -> None:
        """Count an answer that is wrong, and keep the first ones as evidence."""
        self.ledger.violated(self.ledger.position[example.operation], example.kind)
        if example.rule:
            rules = self._breaches.setdefault(example.operation, Counter())
            rules[example.rule] += 1
        shown = (example.kind, example.operation, example.rule)
        self._shown[shown] += 1
        if self._shown[shown] <= MAX_EXAMPLES:
            self._examples.append(example)

    def remember(self, number: int, sent: float) -> None:
        """Keep when a call was sent, for what is delivered of it."""
        self._sent_at[number] = sent
        if len(self._sent_at) > REMEMBERED:
            del self._sent_at[next(iter(self._sent_at))]

    def stream_begun(self) -> None:
        """Count a stream that was begun, also anew."""
        self.ledger.add(self.ledger.position[DELIVERIES], SENT)

    def deliver(self, body: bytes, at: float) -> None:
        """Count a message of a stream, and how long after a call it came that it tells of."""
        position = self.ledger.position[DELIVERIES]
        self.ledger.add(position, EVENTS)
        if HINT not in body:
            return
        for marker in markers_in(body):
            if (sent := self._sent_at.get(marker.call)) is not None:
                self.ledger.time(position, max(at - sent, 0.0))
                return

    def sample(self, operation: str, arguments: JsonObject, number: int, answer: Answer) -> None:
        """Have the rules see an exchange, where it is one of the sample."""
        if self.rules is None or not self.rules.wanted():
            return
        request = self._requests[operation].message(arguments, number)
        for example in self.rules.take(operation, request, answer.body):
            self.violated(example)

    def finish(self) -> None:
        """Have the rules see what is left; nothing more will be counted."""
        for example in self.rules.judged() if self.rules is not None else ():
            self.violated(example)
        self.final = True

    def silent(self, operation: str, sent_at: float) -> None:
        """Keep when an unanswered call was sent, for it matters what was answered meanwhile."""
        if len(self._silences) < MAX_SILENCES:
            self._silences.append(Silence(operation=operation, sent_at=sent_at))

    def complain(self, text: str) -> None:
        """Count what went wrong with a call."""
        known = text in self._complaints or len(self._complaints) < MAX_COMPLAINTS
        self._complaints[text if known else OTHERS] += 1

    def failed(self, fault: str) -> None:
        """Keep a fault of our own, by its traceback."""
        if fault not in self._faults and len(self._faults) < MAX_EXAMPLES:
            self._faults.append(fault)

    def report(self) -> Report:
        """Return what this process has to tell."""
        return Report(
            worker=self.worker,
            rows=self.ledger.read() if self.ready.is_set() else {},
            users=self.users,
            final=self.final,
            ledger=str(self._path or ""),
            machine=this_machine(),
            pids=server_pids(),
            began=self.began,
            at=time.monotonic() - self.began if self.began else 0.0,
            examples=tuple(self._examples),
            breaches=self._breaches,
            silences=tuple(self._silences),
            complaints=dict(self._complaints),
            faults=tuple(self._faults),
        )


def _besides(plan: Plan) -> Iterator[str]:
    """Yield the names of what is counted besides the operations of a plan."""
    if "listener" in plan.user_kinds:
        yield DELIVERIES
    if "agent" in plan.user_kinds and (name := client_of(plan, 0).discovery):
        yield name
