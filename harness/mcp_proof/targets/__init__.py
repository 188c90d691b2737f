"""What can be connected to. One file per kind of target."""

from mcp_proof.targets.asgi import AsgiTarget
from mcp_proof.targets.cassette import CassetteTarget
from mcp_proof.targets.choice import target_of
from mcp_proof.targets.command import CommandTarget
from mcp_proof.targets.memory import MemoryTarget
from mcp_proof.targets.server_object import ServerObjectTarget
from mcp_proof.targets.target import Reachable, Target, header_of
from mcp_proof.targets.url import UrlTarget

__all__ = [
    "AsgiTarget",
    "CassetteTarget",
    "CommandTarget",
    "MemoryTarget",
    "Reachable",
    "ServerObjectTarget",
    "Target",
    "UrlTarget",
    "header_of",
    "target_of",
]
