"""The target on the command line: a URL, a command after `--`, or servers of a configuration."""

import argparse
import os
from pathlib import Path

from mcp_proof.cli.headers import headers_of
from mcp_proof.config import Config
from mcp_proof.errors import UsageError
from mcp_proof.targets import CommandTarget, Target, UrlTarget
from mcp_proof.targets.desktop_config import desktop_target, desktop_targets


def targets_of(options: argparse.Namespace) -> list[Target]:
    """Return the targets that the options name: one or more.

    Raises:
        UsageError: there is none, or it is wrong.
    """
    config: Config = options.settings
    if config.text("server") and not config.text("config"):
        raise config.wrong("server", "it names a server of `config`, which is not given")
    if config.text("url"):
        return [_url(options)]
    for name in ("header", "header-env"):
        if config.texts(name):
            raise config.wrong(
                name, "it goes with a URL: a command has no headers, a configuration its own"
            )
    if config.text("config"):
        return _configured(config)
    if options.command is not None:
        return [CommandTarget(options.command, cwd=config.folder("command"))]
    raise UsageError(
        "no target. Give a URL (mcp-proof verify http://localhost:3001/mcp) or a command "
        "(mcp-proof verify -- npx -y @modelcontextprotocol/server-everything stdio)."
    )


def _url(options: argparse.Namespace) -> Target:
    headers = headers_of(options)
    shown = [f"--header-env {item}" for item in options.header_env]
    shown += [f"--header '{item.partition(':')[0]}: …'" for item in options.header]
    try:
        return UrlTarget(options.url, headers, " ".join(shown))
    except UsageError as error:
        raise options.settings.wrong("url", str(error)) from error


def _configured(config: Config) -> list[Target]:
    file, name = Path(config.text("config")), config.text("server")
    try:
        if name:
            return [desktop_target(file, name, os.environ)]
        return [*desktop_targets(file, os.environ).values()]
    except UsageError as error:
        raise config.wrong("server" if name else "config", str(error)) from error
