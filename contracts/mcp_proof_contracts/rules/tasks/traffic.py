"""What a transcript shows of tasks: which were created, and what was said of each."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.headers import META_RELATED_TASK
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_list, as_object, encode

PAGE: Final = "utilities/tasks"
TOOL_CALLS: Final = "tasks.requests.tools.call"
"""The capability of servers whose tools run as tasks."""
TERMINAL: Final = frozenset({"completed", "failed", "cancelled"})
"""The statuses that no task leaves."""
STATUSES: Final = TERMINAL | {"working", "input_required"}


@dataclass(frozen=True, slots=True)
class Account:
    """What one response says of a task."""

    task: JsonObject
    exchange: Exchange

    @property
    def status(self) -> Json:
        """Where it says that the task stands."""
        return self.task.get("status")

    @property
    def is_over(self) -> bool:
        """Whether it says that the task has come to its end."""
        status = self.status
        return isinstance(status, str) and status in TERMINAL

    @property
    def sent(self) -> int:
        """When the request was sent, by its place in the transcript."""
        return self.exchange.sent.event.seq

    @property
    def came(self) -> int:
        """When the response came."""
        return came(self.exchange)

    @property
    def method(self) -> str:
        """The method of the request."""
        return self.exchange.sent.message.method


@dataclass(slots=True)
class TaskSeen:
    """One task of one session, as far as it was seen."""

    session: str
    id: str
    created: Exchange | None = None
    """The call that created it."""
    accounts: list[Account] = field(default_factory=list["Account"])
    """In the order in which the requests were sent."""
    results: list[Exchange] = field(default_factory=list["Exchange"])
    """The tasks/result requests."""
    cancels: list[Exchange] = field(default_factory=list["Exchange"])
    """The tasks/cancel requests."""
    end: Account | None = None
    """The first account that shows it at its end."""
    _by_coming: list[Account] = field(default_factory=list["Account"])

    def settle(self) -> None:
        """Bring the accounts into order; nothing is added after it."""
        self.accounts.sort(key=lambda account: account.sent)
        self._by_coming = sorted(self.accounts, key=lambda account: account.came)
        self.end = next((account for account in self._by_coming if account.is_over), None)

    def before(self, seq: int) -> Account | None:
        """Return the last account that had come by then."""
        at = bisect_left(self._by_coming, seq, key=lambda account: account.came)
        return self._by_coming[at - 1] if at else None

    def after(self, seq: int) -> Iterator[Account]:
        """Yield the accounts that were asked for after that."""
        at = bisect_left(self.accounts, seq, key=lambda account: account.sent)
        yield from self.accounts[at:]

    @property
    def token(self) -> Json:
        """The progress token of the call that created it."""
        if self.created is None:
            return None
        return as_object(self.created.sent.message.params.get("_meta")).get("progressToken")


def tasks_seen(read: Reading) -> dict[tuple[str, str], TaskSeen]:
    """Return the tasks by session and id; for `Reading.derived`."""
    found: dict[tuple[str, str], TaskSeen] = {}

    def seen(exchange: Exchange, task_id: str) -> TaskSeen:
        key = (exchange.sent.event.session, task_id)
        return found.setdefault(key, TaskSeen(*key))

    for account in creations(read):
        if isinstance(task_id := account.task.get("taskId"), str):
            task = seen(account.exchange, task_id)
            task.created = task.created or account.exchange
            task.accounts.append(account)
    for account in _answered(read):
        seen(account.exchange, asked_for(account.exchange)).accounts.append(account)
    for exchange in read.exchanges("tasks/result"):
        seen(exchange, asked_for(exchange)).results.append(exchange)
    for exchange in read.exchanges("tasks/cancel"):
        seen(exchange, asked_for(exchange)).cancels.append(exchange)
    for task in found.values():
        task.settle()
    return found


def tasks(read: Reading) -> list[TaskSeen]:
    """Return every task that was seen being created, in that order."""
    return [task for task in read.derived(tasks_seen).values() if task.created is not None]


def tasks_by_token(read: Reading) -> dict[tuple[str, bytes], TaskSeen]:
    """Return the tasks by session and progress token, where no other request had it as well.

    For `Reading.derived`.
    """
    found = {(task.session, encode(task.token)): task for task in tasks(read)}
    uses: Counter[tuple[str, bytes]] = Counter()
    for exchange in read.exchanges() if found else ():
        meta = as_object(exchange.sent.message.params.get("_meta"))
        if "progressToken" in meta:
            uses[(exchange.sent.event.session, encode(meta["progressToken"]))] += 1
    return {key: task for key, task in found.items() if uses[key] == 1}


def accounts(read: Reading) -> Iterator[Account]:
    """Every response that is a task, or holds one."""
    yield from creations(read)
    for method in ("tasks/get", "tasks/cancel"):
        yield from (Account(exchange.result, exchange) for exchange in read.results(method))
    for exchange in read.results("tasks/list"):
        for task in as_list(exchange.result.get("tasks")):
            yield Account(as_object(task), exchange)


def creations(read: Reading) -> Iterator[Account]:
    """The tasks that calls were answered with."""
    for exchange in read.results("tools/call"):
        task = exchange.result.get("task")
        if "task" in exchange.sent.message.params and isinstance(task, dict):
            yield Account(task, exchange)


def listed_ids(exchange: Exchange) -> Iterator[str]:
    """Yield the ids of the tasks that a page of tasks/list shows."""
    for task in as_list(exchange.result.get("tasks")):
        task_id = as_object(task).get("taskId")
        if isinstance(task_id, str):
            yield task_id


def asked_for(exchange: Exchange) -> str:
    """The task that a request names; "" when it names none."""
    task_id = exchange.sent.message.params.get("taskId")
    return task_id if isinstance(task_id, str) else ""


def related_task(value: JsonObject) -> Json:
    """The id of the task that params or a result say to belong to; `None` where they say none."""
    related = as_object(as_object(value.get("_meta")).get(META_RELATED_TASK))
    return related.get("taskId")


def names_task(value: JsonObject) -> bool:
    """Whether params or a result carry the key of related tasks."""
    return META_RELATED_TASK in as_object(value.get("_meta"))


def task_support(read: Reading, exchange: Exchange) -> str:
    """What the listed tool that is called says of tasks; "" when no list shows it."""
    tool = read.tool_by_name.get(str(exchange.sent.message.params.get("name")))
    if tool is None:
        return ""
    return str(as_object(tool.get("execution")).get("taskSupport", "forbidden"))


def came(exchange: Exchange) -> int:
    """When the answer of an answered request came."""
    assert exchange.answer is not None
    return exchange.answer.event.seq


def events_of(*exchanges: Exchange | None) -> tuple[Event, ...]:
    """All that was sent and came back for these."""
    shown = [event for each in exchanges if each is not None for event in each.evidence]
    return tuple({event.seq: event for event in shown}.values())


def _answered(read: Reading) -> Iterator[Account]:
    """What is said of the very tasks that were asked for."""
    for method in ("tasks/get", "tasks/cancel"):
        for exchange in read.results(method):
            task_id = asked_for(exchange)
            if task_id and exchange.result.get("taskId") == task_id:
                yield Account(exchange.result, exchange)
