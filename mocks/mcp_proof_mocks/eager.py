"""Run coroutines at once: only one that really waits gets a task, and the rest of it runs there.

Most requests are answered without waiting for anything, and a task for each would cost more than
the answer itself.
"""

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeAlias

Awaited: TypeAlias = Any
"""What a suspended coroutine gives to the event loop: a future, or nothing."""


def run(work: Coroutine[Awaited, Any, None]) -> "asyncio.Task[None] | None":
    """Run `work` up to its first wait; return the task that does the rest, or `None` at the end.

    Called outside of tasks, as from a protocol's callbacks. Until it waits the work runs there
    too: see `in_task`.
    """
    try:
        awaited = work.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(_Begun(work, awaited))


@coroutine
def in_task() -> Generator[None, None, None]:
    """Go on inside a task: awaited before foreign code, which may ask for its task."""
    if asyncio.current_task() is None:
        yield


class _Begun(Coroutine[Awaited, Any, None]):
    """Work that was run up to its first wait, for a task to go on with from there."""

    def __init__(self, work: Coroutine[Awaited, Any, None], awaited: Awaited) -> None:
        self._work = work
        self._awaited = awaited
        self._resumed = False

    def send(self, value: object) -> Awaited:
        """Tell the task first what the work has waited for already."""
        if self._resumed:
            return self._work.send(value)
        self._resumed = True
        return self._awaited

    def throw(self, *error: Any) -> Awaited:  # noqa: ANN401  # the three forms of the protocol
        """Hand an exception, such as a cancellation, to the work."""
        self._resumed = True
        return self._work.throw(*error)

    def close(self) -> None:
        """End the work."""
        self._work.close()

    def __await__(self) -> Generator[Awaited, Any, None]:
        return (yield from self._work.__await__())
