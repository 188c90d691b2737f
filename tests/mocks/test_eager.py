"""Work that need not wait gets no task; work that waits gets one, and never notices."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from mcp_proof_mocks import eager

BOUND = 10.0


def in_callback(work: Callable[[], Coroutine[Any, Any, None]]) -> "asyncio.Task[None] | None":
    """Start work as a protocol does: from a callback, outside of any task; wait for its end."""

    async def main() -> "asyncio.Task[None] | None":
        loop = asyncio.get_running_loop()
        started: asyncio.Future[asyncio.Task[None] | None] = loop.create_future()

        def start() -> None:
            try:
                started.set_result(eager.run(work()))
            except KeyError as error:
                started.set_exception(error)

        async with asyncio.timeout(BOUND):
            loop.call_soon(start)
            task = await started
            if task is not None:
                await asyncio.wait([task])
        return task

    return asyncio.run(main())


def test_what_need_not_wait_is_done_at_once_and_has_no_task():
    seen: list[object] = []

    async def work() -> None:
        seen.append(asyncio.current_task())

    assert in_callback(work) is None
    assert seen == [None]


def test_what_fails_at_once_raises():
    async def work() -> None:
        raise KeyError("broken")

    with pytest.raises(KeyError, match="broken"):
        in_callback(work)


def test_what_waits_goes_on_in_a_task_with_what_it_waited_for():
    seen: list[object] = []

    async def work() -> None:
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(future.set_result, "answer")
        seen.append(await future)
        await asyncio.sleep(0)
        seen.append(asyncio.current_task())

    task = in_callback(work)
    assert seen == ["answer", task]


def test_what_it_waits_for_may_fail():
    seen: list[str] = []

    async def work() -> None:
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(future.set_exception, OSError("gone"))
        try:
            await future
        except OSError as error:
            seen.append(str(error))

    in_callback(work)
    assert seen == ["gone"]


@pytest.mark.parametrize("turns", [0, 1, 2])
def test_a_cancellation_reaches_it_whenever_it_comes(turns):
    seen: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(BOUND)
        finally:
            seen.append("tidied up")

    async def main() -> None:
        loop = asyncio.get_running_loop()
        started: asyncio.Future[Any] = loop.create_future()
        loop.call_soon(lambda: started.set_result(eager.run(work())))
        task = await started
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert seen == ["tidied up"]


def test_foreign_code_may_ask_for_its_task():
    seen: list[str] = []

    async def work() -> None:
        await eager.in_task()
        async with asyncio.timeout(BOUND):
            await asyncio.sleep(0)
        seen.append("in time")

    assert in_callback(work) is not None
    assert seen == ["in time"]


def test_inside_a_task_it_goes_on_at_once():
    async def main() -> None:
        asking = eager.in_task()
        with pytest.raises(StopIteration):
            asking.send(None)

    asyncio.run(main())
