"""How a tool is offered, and how a bug is planted in it."""

import os
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

TOOLS: dict[str, "Tool"] = {}
"""In the order of the listing."""
PLANTED: dict[str, Callable[..., Any]] = {}
"""What happens in the broken server before a tool runs: it may end there, by what it returns."""
CHECKED: dict[str, dict[str, Any]] = {}
"""What the broken server checks arguments by, where that is less than it lists."""
DRAFT_07 = "http://json-schema.org/draft-07/schema#"


class Tool(NamedTuple):
    """A tool: what is listed of it, and what it does."""

    listed: dict[str, Any]
    run: Callable[..., Any]


class ToolError(Exception):
    """A tool failed, and its caller is told so in a result."""


class ProtocolError(Exception):
    """A request is refused with a JSON-RPC error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class NeverAnsweredError(Exception):
    """A request that gets no answer, though the server goes on."""


def takes(properties: dict[str, Any], *optional: str, **members: Any) -> dict[str, Any]:
    """Return the schema of an object that has all properties but the optional ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, **members}


def tool(
    description: str,
    arguments: dict[str, Any],
    output: dict[str, Any] | None = None,
    **hints: bool,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Offer what is decorated as a tool of its name; it gives a text, or what `output` says."""

    def offer(run: Callable[..., Any]) -> Callable[..., Any]:
        listed = {
            "name": run.__name__,
            "title": run.__name__.replace("_", " ").capitalize(),
            "description": description,
            "inputSchema": arguments,
            "annotations": {"readOnlyHint": True, "openWorldHint": False, **hints},
        }
        TOOLS[run.__name__] = Tool(listed | ({"outputSchema": output} if output else {}), run)
        return run

    return offer


def planted(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Plant what is decorated into this tool, prompt, template or completion."""

    def plant(bug: Callable[..., Any]) -> Callable[..., Any]:
        PLANTED[name] = bug
        return bug

    return plant


def checks_only(name: str, schema: dict[str, Any]) -> None:
    """Let the broken server check the arguments of this tool by less than it lists."""
    CHECKED[name] = schema


def failed(text: str) -> dict[str, Any]:
    """Return the result of a tool that failed."""
    return {"content": [{"type": "text", "text": text}], "isError": True}


def die() -> NoReturn:
    """End the process at once, as a fault in native code does."""
    os._exit(1)
