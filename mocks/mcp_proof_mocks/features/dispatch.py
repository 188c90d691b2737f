"""Which feature answers which method."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.features.completion import complete
from mcp_proof_mocks.features.discover import discover
from mcp_proof_mocks.features.logging import set_level
from mcp_proof_mocks.features.prompts import get_prompt, list_prompts
from mcp_proof_mocks.features.resources import (
    list_resources,
    list_templates,
    read_resource,
    subscribe,
    unsubscribe,
)
from mcp_proof_mocks.features.subscriptions import listen
from mcp_proof_mocks.features.tasks import experimental, extension
from mcp_proof_mocks.features.tools import call_tool, list_tools
from mcp_proof_mocks.server import MockServer

Answer: TypeAlias = Callable[[MockServer, Call], Awaitable[JsonObject]]


@dataclass(frozen=True, slots=True)
class Feature:
    """What answers one method."""

    needs: str
    """The part of `MockServer.offers` without which there is no such method."""
    answer: Answer
    era: Era | None = None
    """The only era that has the method."""
    since: Revision = Revision.R2024_11_05


def _by_era(stateful: Answer, stateless: Answer) -> Answer:
    return lambda server, call: (stateless if call.stateless else stateful)(server, call)


TASKS: Final = Revision.R2025_11_25
FEATURES: Final[Mapping[str, Feature]] = {
    "server/discover": Feature("discovery", discover, Era.STATELESS),
    "tools/list": Feature("tools", list_tools),
    "tools/call": Feature("tools", call_tool),
    "resources/list": Feature("resources", list_resources),
    "resources/templates/list": Feature("resources", list_templates),
    "resources/read": Feature("resources", read_resource),
    "resources/subscribe": Feature("subscriptions", subscribe, Era.STATEFUL),
    "resources/unsubscribe": Feature("subscriptions", unsubscribe, Era.STATEFUL),
    "prompts/list": Feature("prompts", list_prompts),
    "prompts/get": Feature("prompts", get_prompt),
    "completion/complete": Feature("completions", complete),
    "logging/setLevel": Feature("logging", set_level, Era.STATEFUL),
    "subscriptions/listen": Feature("changes", listen, Era.STATELESS),
    "tasks/get": Feature("tasks", _by_era(experimental.get_task, extension.get_task), since=TASKS),
    "tasks/cancel": Feature("tasks", _by_era(experimental.cancel, extension.cancel), since=TASKS),
    "tasks/result": Feature("tasks", experimental.get_result, Era.STATEFUL, TASKS),
    "tasks/list": Feature("task lists", experimental.list_tasks, Era.STATEFUL, TASKS),
    "tasks/update": Feature("tasks", extension.update, Era.STATELESS),
}


def feature(server: MockServer, method: str, revision: Revision) -> Answer | None:
    """Return what answers `method` on this server, or `None` when it has nothing of the kind."""
    found = FEATURES.get(method)
    if found is None or found.era not in (None, revision.era) or revision < found.since:
        return None
    return found.answer if server.offers(found.needs) else None
