"""Whether a tool runs as a task (utilities/tasks, `execution.taskSupport`)."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.compatibility.change import Change, Effect
from mcp_proof_contracts.compatibility.difference import kind_of_change
from mcp_proof_contracts.compatibility.presentation import compare_others
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object

MEMBER: Final = "taskSupport"
FORBIDDEN: Final = "forbidden"
"""What it is without a word."""
AS_TASK: Final = ("optional", "required")
PLAINLY: Final = ("forbidden", "optional")


def compare_task_support(path: str, old_tool: JsonObject, new_tool: JsonObject) -> Iterator[Change]:
    """Yield what changed in how a tool runs."""
    path = f"{path}/execution"
    old, new = (as_object(tool.get("execution")) for tool in (old_tool, new_tool))
    before, after = (side.get(MEMBER, FORBIDDEN) for side in (old, new))
    if before != after:
        effect, why = _effect(before, after)
        yield Change(
            path=f"{path}/{MEMBER}",
            kind=kind_of_change(old, new, MEMBER),
            effect=effect,
            why=why,
            adds=effect is Effect.COMPATIBLE,
            old=old.get(MEMBER),
            new=new.get(MEMBER),
        )
    yield from compare_others(path, old, new, (MEMBER,))


def _effect(before: Json, after: Json) -> tuple[Effect, str]:
    known = {*AS_TASK, *PLAINLY}
    if before not in known or after not in known:
        return Effect.UNKNOWN, "The specification knows no such value."
    if before in PLAINLY and after not in PLAINLY:
        return Effect.BREAKING, "Clients that call it plainly are refused: it runs as a task only."
    if before in AS_TASK and after not in AS_TASK:
        return Effect.BREAKING, "Clients that call it as a task are refused: it runs plainly only."
    return Effect.COMPATIBLE, "It can be called as before, and in another way."
