"""What can be connected to. One file per kind of target."""

from mcp_proof.targets.asgi import AsgiTarget
from mcp_proof.targets.cassette import CassetteTarget
from mcp_proof.targets.choice import target_of
from mcp_proof.targets.command import CommandTarget
from mcp_proof.targets.http_image import HttpImageTarget
from mcp_proof.targets.image import image_target
from mcp_proof.targets.memory import MemoryTarget
from mcp_proof.targets.redis import RedisTarget
from mcp_proof.targets.server_object import ServerObjectTarget
from mcp_proof.targets.stdio_image import StdioImageTarget
from mcp_proof.targets.target import Reachable, Target, header_of
from mcp_proof.targets.url import UrlTarget
from mcp_proof.targets.websocket import WebSocketTarget

__all__ = [
    "AsgiTarget",
    "CassetteTarget",
    "CommandTarget",
    "HttpImageTarget",
    "MemoryTarget",
    "Reachable",
    "RedisTarget",
    "ServerObjectTarget",
    "StdioImageTarget",
    "Target",
    "UrlTarget",
    "WebSocketTarget",
    "header_of",
    "image_target",
    "target_of",
]
