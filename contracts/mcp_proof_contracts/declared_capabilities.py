"""The capabilities that a server declares for what it offers, at each revision."""

from collections.abc import Iterator
from typing import Final, Protocol

from mcp_proof_contracts.contract import Contract, Step
from mcp_proof_contracts.headers import TASKS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Era, Revision

LISTED: Final = ("tools", "resources", "prompts")
"""The capabilities whose lists may change."""


class Offer(Protocol):
    """What a server has."""

    def offers(self, part: str) -> bool:
        """Whether it has anything of this kind, and says so."""
        ...

    def announces(self, name: str) -> bool:
        """Whether it declares that clients are told when this list changes."""
        ...

    @property
    def extensions(self) -> JsonObject:
        """The settings of its extensions, by identifier."""
        ...


def declared_capabilities(offer: Offer, revision: Revision) -> JsonObject:
    """Return what is declared for an offer at a revision."""
    declared: dict[str, Json] = {
        name: _list_capability(offer, name) for name in LISTED if offer.offers(name)
    }
    if offer.offers("completions") and revision >= Revision.R2025_03_26:
        declared["completions"] = {}
    if offer.offers("logging"):
        declared["logging"] = {}
    if offer.offers("tasks") and revision == Revision.R2025_11_25:
        tasks: JsonObject = {"list": {}} if offer.offers("task lists") else {}
        declared["tasks"] = {**tasks, "cancel": {}, "requests": {"tools": {"call": {}}}}
    if revision.era is Era.STATELESS:
        own: JsonObject = {TASKS: {}} if offer.offers("tasks") else {}
        if extensions := {**offer.extensions, **own}:
            declared["extensions"] = extensions
    return declared


def settled_parts(contract: Contract) -> frozenset[str]:
    """Return the parts that a contract has or lacks for good."""
    tasks = any(tool.task != "forbidden" for tool in contract.tools)
    parts = {
        "completions": contract.completions
        or any(item.completions for item in contract.prompts)
        or any(item.completions for item in contract.resource_templates),
        "subscriptions": contract.subscriptions,
        "logging": contract.logging or any(step.name == "log" for step in _steps(contract)),
        "changes": bool(contract.announces) or contract.subscriptions or tasks,
        "tasks": tasks,
        # Who cannot tell its clients apart shows no list (utilities/tasks, Task Isolation).
        "task lists": tasks and contract.http.sessions,
    }
    return frozenset(name for name, has in parts.items() if has)


def _list_capability(offer: Offer, name: str) -> JsonObject:
    capability: dict[str, Json] = {}
    if offer.announces(name):
        capability["listChanged"] = True
    if name == "resources" and offer.offers("subscriptions"):
        capability["subscribe"] = True
    return capability


def _steps(contract: Contract) -> Iterator[Step]:
    scripts = [
        *(tool.cases for tool in contract.tools),
        *(prompt.cases for prompt in contract.prompts),
        *(resource.cases for resource in contract.resources),
        *(template.cases for template in contract.resource_templates),
    ]
    yield from (step for cases in scripts for case in cases for step in case.steps)
    yield from contract.on_initialized
