"""Occasions: requests that make a server do what a rule is about.

What a server does on its own is seen in the ordinary conversation; what only some requests bring
about (progress, questions to the client, a change of a list) is seen where one of them is known.
The driver finds occasions by what ordinary requests led to; users name others in their contract
file, under `verify.occasions`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object

OCCASIONS: Final[Mapping[str, str]] = {
    "progress": "a request that reports progress",
    "logging": "a request that logs",
    "sampling": "a request that asks the client's model",
    "roots": "a request that asks for the client's roots",
    "elicitation": "a request that asks the user by a form",
    "elicitation_url": "a request that sends the user to a URL",
    "capability": "a request that is refused unless the client declares a capability",
    "rounds": "a request that asks the client in more than one round",
    "failure": "a tool call that fails in the tool",
    "resource_failure": "a resource whose reading fails in the server",
    "prompt_failure": "a prompt that fails in the server",
    "completion_failure": "a completion that fails in the server",
    "slow": "a request that takes one to three seconds, and stops when it is cancelled",
    "side_effect": "a slow request that stops when it is cancelled, seen to end by `effect`",
    "effect": "a request whose result is another whenever `side_effect` came to its end",
    "impatient": "a request that asks the client, and gives up within two seconds",
    "disconnect": "a request whose stream the server ends before the answer",
    "tools_changed": "a request after which the list of tools is another",
    "resources_changed": "a request after which the list of resources is another",
    "prompts_changed": "a request after which the list of prompts is another",
    "resource_updated": "a request after which a resource is another",
    "updated_resource": "the reading of the resource that `resource_updated` changes",
    "template_resource": "the reading of a resource that a template stands for",
    "task": "a tool call that runs as a task",
    "task_failure": "a task that ends with `isError`",
    "task_error": "a task that ends with a JSON-RPC error",
    "task_input": "a task that asks the client",
    "task_required": "a tool call that the server takes only as a task",
    "slow_task": "a task that takes a second or more",
    "schema_argument": "a tool call that takes a JSON Schema as an argument",
    "upstream": "a tool call that makes the server fetch a URL",
    "scoped": "a request that takes more scope than others",
    "private": "a request that is answered differently for each user",
    "url_required": "a request that is refused until the user has been at a URL",
}
"""Every occasion, and what it is in words."""

CANARY: Final = "$CANARY"
"""Stands in an occasion's arguments for a URL of ours on this machine, where whoever fetches it
is seen."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One request."""

    method: str
    params: JsonObject

    @property
    def tool(self) -> str:
        """The tool that it calls; "" for other requests."""
        return str(self.params.get("name")) if self.method == "tools/call" else ""


def needs(name: str) -> str:
    """Say why a rule is untested where an occasion was missing."""
    return (
        f"needs {OCCASIONS[name]}: none was seen; name one in a contract file, under "
        f"verify.occasions.{name}"
    )


def read_occasion(value: JsonObject) -> Occasion:
    """Read one that is valid by `contract_schema/verify.json`."""
    arguments: dict[str, Json] = dict(as_object(value.get("arguments", {})))
    if "resource" in value:
        return Occasion("resources/read", {"uri": value["resource"]})
    if "complete" in value:
        return Occasion("completion/complete", as_object(value["complete"]))
    named = {"arguments": arguments} if arguments or "tool" in value else {}
    if "prompt" in value:
        return Occasion("prompts/get", {"name": value["prompt"], **named})
    return Occasion("tools/call", {"name": value["tool"], **named})
