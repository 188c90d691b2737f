"""What a gateway needs of each server behind it."""

from typing import Protocol

from mcp_proof_contracts.json_value import Json, JsonObject


class UnreachableError(Exception):
    """A server behind the gateway does not answer, or not as its transport has it."""


class SlowError(UnreachableError):
    """A server behind the gateway takes too long."""


class Registered(Protocol):
    """A server behind a gateway."""

    async def tools(self) -> list[JsonObject]:
        """Return its tools as a gateway lists them.

        Raises:
            UnreachableError: it does not answer.
        """
        ...

    async def call(self, tool: str, params: JsonObject) -> Json:
        """Return what a tool gives.

        Raises:
            ToolFailedError: there is no such tool, or it failed.
            UnreachableError: it does not answer.
        """
        ...


def listed_tool(tool: JsonObject) -> JsonObject:
    """Return a tool with the names that a gateway has for its members, whoever lists it."""
    names = {"inputSchema": "input_schema", "outputSchema": "output_schema"}
    return {names.get(name, name): value for name, value in tool.items()}
