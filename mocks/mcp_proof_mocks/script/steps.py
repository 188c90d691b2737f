"""What happens inside a call before its answer: one function for each step of the contract file."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from mcp_proof_contracts.contract import Step
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_integer, as_list, as_object
from mcp_proof_mocks.script.ask import ask
from mcp_proof_mocks.script.fetch import fetch
from mcp_proof_mocks.script.latency import duration
from mcp_proof_mocks.script.run import Run
from mcp_proof_mocks.script.template import template

PreparedStep: TypeAlias = Callable[[Run], Awaitable[None]]
Act: TypeAlias = Callable[[Run, Json], None]
"""Does what a step says, at once; the value's slots are filled."""


def prepared(steps: "tuple[Step, ...]") -> list[PreparedStep]:
    """Prepare the steps of a case."""
    return [_prepared(step, index) for index, step in enumerate(steps)]


def _prepared(step: Step, index: int) -> PreparedStep:
    if step.name == "ask":
        return lambda run: ask(run, as_object(step.value), index)
    if step.name == "delay":
        draw = duration(step.value)

        async def wait(run: Run) -> None:
            if not run.is_past(index):
                await run.call.waiting.sleep(draw(run.server.random))

        return wait
    if step.name == "fetch":
        url = template(step.value)

        async def get(run: Run) -> None:
            if not run.is_past(index):
                await fetch(run, url(run.scope))

        return get
    act, fill = ACTS[step.name], template(step.value)

    async def once(run: Run) -> None:
        if not run.is_past(index):
            act(run, fill(run.scope))

    return once


def _log(run: Run, value: Json) -> None:
    step = as_object(value)
    logger = step.get("logger")
    name = logger if isinstance(logger, str) else None
    run.call.log(str(step.get("level", "info")), step["data"], name)


def _progress(run: Run, value: Json) -> None:
    run.call.progress(as_object(value))


def _task(run: Run, value: Json) -> None:
    run.call.detach(str(value))


def _announce(run: Run, value: Json) -> None:
    run.server.announce(str(value))


def _offer(run: Run, value: Json) -> None:
    _let(run, value, offered=True)


def _withdraw(run: Run, value: Json) -> None:
    _let(run, value, offered=False)


def _let(run: Run, value: Json, *, offered: bool) -> None:
    """List tools, or what is named by its kind, or no longer."""
    named = value if isinstance(value, Mapping) else {"tools": value}
    for kind, names in named.items():
        run.server.offer([str(name) for name in as_list(names)], offered=offered, kind=kind)


def _update(run: Run, value: Json) -> None:
    run.server.update(str(value))


def _notify(run: Run, value: Json) -> None:
    step = as_object(value)
    params: JsonObject = {"params": step["params"]} if "params" in step else {}
    run.call.send({"jsonrpc": "2.0", "method": step["method"], **params})


def _disconnect(run: Run, value: Json) -> None:
    retry = as_object(value).get("retry_ms")
    run.call.disconnect(None if retry is None else as_integer(retry))


ACTS: Final[Mapping[str, Act]] = {
    "log": _log,
    "progress": _progress,
    "task": _task,
    "announce": _announce,
    "offer": _offer,
    "withdraw": _withdraw,
    "update": _update,
    "notify": _notify,
    "disconnect": _disconnect,
}
