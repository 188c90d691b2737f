"""Which server, what it speaks, and which of its tools may be called."""

from typing import Final

from mcp_proof.options.commands import (
    ALL,
    ASKING,
    BRIDGE,
    CALLING,
    DRIFT,
    FUZZ,
    JUDGE,
    LOAD,
    LOCK,
    REACHING,
    REPLAY,
    TARGETED,
)
from mcp_proof.options.kinds import Choice, File, Flag, Text, Texts, Words
from mcp_proof.options.option import Option

REVISION_NAMES: Final = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28")
"""Spelled out here so that `--help` loads nothing else; a test compares them with the table."""
DIALECT_NAMES: Final = (
    "mcp",
    "rest",
    "contextframe",
    "openapi-jsonrpc",
    "websocket",
    "gateway",
    "queue",
)
SERVERS: Final = (
    Option(
        "url",
        (*TARGETED, *REPLAY),
        Text(),
        "the server's URL; or a command after `--`, which is run and spoken to by stdio",
        "URL",
        written="alone",
        configured=TARGETED,
    ),
    Option(
        "command",
        (*ALL, *REPLAY, *JUDGE),
        Words(),
        "the server's command, or the client's",
        written="after --",
        configured=TARGETED,
    ),
    Option(
        "cassettes",
        LOCK,
        Texts(),
        "further recordings, with --client",
        "FILE",
        written="alone",
        configured=(),
    ),
    Option(
        "image",
        REACHING,
        Text(),
        "a container image: run over HTTP where it exposes a port, otherwise over stdio",
        "NAME",
    ),
    Option(
        "endpoint",
        REACHING,
        Text(),
        "the URL of the endpoint as the container of --image sees it, where it is not /mcp at the "
        "exposed port",
        "URL",
    ),
    Option(
        "config",
        REACHING,
        File(),
        "the servers of a desktop configuration, such as claude_desktop_config.json",
        "FILE",
    ),
    Option("server", REACHING, Text(), "only this one of the servers in --config", "NAME"),
    Option(
        "revision",
        (*ASKING, *JUDGE),
        Choice("auto", "all", *REVISION_NAMES),
        "the revision to speak; auto asks the server, or lets the client choose (default), all "
        "takes each that is spoken",
        default="auto",
    ),
    Option(
        "dialect",
        ALL,
        Choice("auto", *DIALECT_NAMES),
        "what the server speaks: auto asks it (default), of a mock it is what the contract says",
        default="auto",
    ),
    Option(
        "tool",
        CALLING,
        Texts(),
        "this tool may be called though it does not declare itself read-only; fuzz and load try "
        "these alone (repeatable)",
        "NAME",
    ),
    Option(
        "allow-destructive",
        (*FUZZ, *BRIDGE, *DRIFT, *LOAD),
        Flag(),
        "call every tool, also those that may change or destroy something",
    ),
)
