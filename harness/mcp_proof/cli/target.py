"""The target on the command line: a URL with its headers, or a command after `--`."""

import argparse

from mcp_proof.cli.headers import headers_of
from mcp_proof.errors import UsageError
from mcp_proof.targets import CommandTarget, Target, UrlTarget


def target_of(options: argparse.Namespace) -> Target:
    """Return the target that the options name.

    Raises:
        UsageError: there is none, or it is wrong.
    """
    headers = headers_of(options)
    if options.command is not None and options.url is not None:
        raise UsageError("give either a URL or a command after `--`, not both")
    if options.command is not None:
        if headers:
            raise UsageError("--header and --header-env go with a URL; a command has no headers")
        return CommandTarget(options.command)
    if options.url is None:
        raise UsageError(
            "no target. Give a URL (mcp-proof verify http://localhost:3001/mcp) or a command "
            "(mcp-proof verify -- npx -y @modelcontextprotocol/server-everything stdio)."
        )
    shown = [f"--header-env {item}" for item in options.header_env]
    shown += [f"--header '{item.partition(':')[0]}: …'" for item in options.header]
    return UrlTarget(options.url, headers, " ".join(shown))
