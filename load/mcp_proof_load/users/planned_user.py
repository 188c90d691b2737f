"""A user that does what the plan of its process says."""

import random
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from gevent.event import Event
from locust import User
from locust.env import Environment
from locust.exception import StopUser

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_load.clients.channels.channel_client import ChannelClient
from mcp_proof_load.clients.client import Answer, BrokenError, Client, SilentError
from mcp_proof_load.clients.kinds import client_of
from mcp_proof_load.correctness.answers import example, wrong_with
from mcp_proof_load.correctness.marker import Marker
from mcp_proof_load.engine.desk import Desk
from mcp_proof_load.engine.hooks import fire
from mcp_proof_load.engine.pace import Turn
from mcp_proof_load.events import NO_SESSION, Kind
from mcp_proof_load.measuring.ledger import ANSWERED, BROKEN, FAILED, LATE, SENT, SILENT
from mcp_proof_load.plan import Operation

T = TypeVar("T")
IDLE: Final = 0.2
"""Seconds before a user looks again whether it is to end, when there is nothing to do any more."""
TOO_LATE: Final = 0.001
"""Seconds after its intended start from which a call counts as late."""
PAUSE_AFTER_BREAK: Final = 0.1
"""Seconds before a user whose connection broke opens another: a dead server is not flooded."""


class PlannedUser(User):
    """What all users of a planned run have in common: a client, and calls that are counted."""

    abstract = True
    desk: Desk
    """Set on the classes of a process, before any user begins."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.environment: Environment = environment
        self.leaving = Event()
        """Set when this user is to end."""
        self._client: Client | None = None
        self._latest = ""
        """The operation that is called, or was last; empty before the first."""
        self._about_to_send: int | None = None
        """The position of an operation whose call is not with the operating system yet."""
        self.session = 0
        """The number of the session, in the markers of its calls."""

    def on_start(self) -> None:
        """Wait for the plan."""
        self.desk.ready.wait()
        self.desk.arrive()
        self.plan = self.desk.plan
        self.random = random.Random(self.plan.seed ^ self.desk.number())  # noqa: S311  # repeatable on purpose
        self._weights = [operation.weight for operation in self.plan.operations]

    def on_stop(self) -> None:
        """Leave in order."""
        self.leave()
        self.desk.depart()

    def stop(self, force: bool = False) -> bool:  # noqa: FBT001, FBT002  # as locust has it
        """End after the call that is under way."""
        self.leaving.set()
        return bool(super().stop(force))

    @property
    def going(self) -> bool:
        """Whether another call may begin."""
        return not (self.leaving.is_set() or self.desk.ending.is_set())

    def wait_for_turn(self) -> Turn | None:
        """Wait until a call is to begin; return `None` where none is to, any more."""
        if not self.going:
            self.leaving.wait(IDLE)
            return None
        turn = self.desk.pace.wait(self.leaving)
        return turn if self.going else None

    def take(self, turn: Turn) -> Answer | None:
        """Make the call of a turn."""
        if turn.recorded is None:
            return self.call(self.pick(), turn.intended)
        operation = self.desk.recorded[turn.recorded.name]
        return self.call(operation, turn.intended, turn.recorded.arguments)

    def pick(self) -> Operation:
        """Return what is called next."""
        several = self.plan.operations
        return several[0] if len(several) == 1 else self.random.choices(several, self._weights)[0]

    def opened(self) -> Client:
        """Return the client, with a session that is opened now where there is none.

        Raises:
            StopUser: none can be had, and the user is to end.
        """
        while self._client is None:
            self.session = self.desk.number()
            client = self._made()
            try:
                client.open()
            except (BrokenError, SilentError) as error:
                self._refused(error)
                client.close()
                if not self.going or self.leaving.wait(PAUSE_AFTER_BREAK):
                    raise StopUser from error
            else:
                self._client = client
        return self._client

    def _refused(self, error: Exception) -> None:
        """Count the call that was due, which cannot even be made without a session."""
        ledger = self.desk.ledger
        for field in (SENT, BROKEN) if self._latest else ():
            ledger.add(ledger.position[self._latest], field)
        self.desk.complain(f"{NO_SESSION}{error}")

    def _made(self) -> Client:
        client = client_of(self.plan, self.session)
        channel: object = client  # of what kind, only the plan knows
        if isinstance(channel, ChannelClient):
            cast("Any", channel).on_stray = self._stray
        client.when_sent(self._sent)
        return client

    def leave(self) -> None:
        """Close the session; the next call opens another."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def call(
        self,
        operation: Operation,
        intended: float | None = None,
        recorded: JsonObject | None = None,
    ) -> Answer | None:
        """Make a call, count it, and look at whose answer came.

        Args:
            operation: what is called.
            intended: when it should have begun, by `time.perf_counter`; now by default.
            recorded: the arguments, where they are not to be picked.

        Returns:
            The answer; `None` without one.
        """
        self._latest = operation.name
        client, desk = self.opened(), self.desk
        number = desk.number()
        marker = Marker(self.session, number)
        arguments = self._arguments(operation, str(marker)) if recorded is None else recorded
        began = time.perf_counter()
        if desk.hears:
            desk.remember(number, began)
        if intended is not None and began - intended > TOO_LATE:
            desk.ledger.add(desk.ledger.position[operation.name], LATE)
        answer = self.asked(
            operation.name, began, lambda: client.call(operation.name, arguments, number)
        )
        if answer is None:
            return None
        self.answered(operation.name, answer, began, intended)
        for wrong in wrong_with(answer, operation, marker):
            desk.violated(wrong)
        desk.sample(operation.name, arguments, number, answer)
        return answer

    def asked(self, name: str, began: float, ask: Callable[[], T]) -> T | None:
        """Ask the server for something and count that; return `None` without an answer.

        Args:
            name: the operation's.
            began: when, by `time.perf_counter`.
            ask: asks, over the client that is open.
        """
        desk, position = self.desk, self.desk.ledger.position[name]
        desk.take_one()
        desk.ledger.begin(position)
        self._about_to_send = position
        try:
            return ask()
        except SilentError as error:
            desk.silent(name, time.monotonic() - (time.perf_counter() - began))
            self._lose(position, SILENT, error, name, began)
        except BrokenError as error:
            self._lose(position, BROKEN, error, name, began)
            self.leaving.wait(PAUSE_AFTER_BREAK)
        return None

    def answered(
        self, name: str, answer: Answer, began: float, intended: float | None = None
    ) -> None:
        """Count an answer, and how long it took."""
        desk, ended = self.desk, answer.came or time.perf_counter()
        position = desk.ledger.position[name]
        desk.ledger.add(position, FAILED if answer.failure else ANSWERED)
        desk.ledger.time(position, ended - (began if intended is None else intended))
        if self.plan.rate is not None:
            desk.ledger.serve(position, ended - began)
        if answer.failure:
            desk.complain(f"{name}: {answer.failure}")
        self._tell(name, ended - began, len(answer.body), answer.failure)

    def _lose(self, position: int, ending: int, error: Exception, name: str, began: float) -> None:
        """Count a call without an answer; the next one opens another session."""
        self._sent()  # so that no call ends that has not begun
        self.desk.ledger.add(position, ending)
        self.desk.complain(f"{name}: {error}")
        self._tell(name, time.perf_counter() - began, 0, str(error))
        self.leave()

    def _sent(self) -> None:
        """Count the call that was about to be sent; what else a client sends is none."""
        position = self._about_to_send
        if position is not None:
            self._about_to_send = None
            self.desk.ledger.add(position, SENT)

    def _stray(self, body: bytes) -> None:
        """Count an answer to a call that was answered already, or that nobody made."""
        self.desk.violated(example(Kind.DUPLICATED, self._latest, body))

    def _arguments(self, operation: Operation, marker: str) -> JsonObject:
        several = operation.arguments
        chosen = several[0] if len(several) == 1 else self.random.choice(several)
        return {**chosen, operation.marker: marker} if operation.marker else chosen

    def _tell(self, name: str, seconds: float, length: int, error: str) -> None:
        if not self.plan.statistics:
            return
        fire(
            self.environment.events.request,
            request_type="tools/call",
            name=name,
            response_time=seconds * 1000,
            response_length=length,
            exception=error or None,
            context={},
        )
