"""What can be connected to. One file per kind of target."""

from mcp_proof.targets.asgi import AsgiTarget
from mcp_proof.targets.command import CommandTarget
from mcp_proof.targets.memory import MemoryTarget
from mcp_proof.targets.target import Target
from mcp_proof.targets.url import UrlTarget

__all__ = ["AsgiTarget", "CommandTarget", "MemoryTarget", "Target", "UrlTarget"]
