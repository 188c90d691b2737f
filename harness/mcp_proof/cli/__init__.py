"""The command line: one grammar for all commands. Only the parser is loaded before a command."""

import sys
from collections.abc import Sequence
from typing import Final

from mcp_proof.cli.parser import command_line

HELP: Final = frozenset({"-h", "--help", "--version"})
LONGEST_HELP: Final = 2
"""Words of a command line that asks for help: there is no place for a secret in it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command: list[str] | None = None
    if "--" in arguments:
        at = arguments.index("--")
        arguments, command = arguments[:at], arguments[at + 1 :]
    if len(arguments) <= LONGEST_HELP and HELP & {*arguments[-1:]}:
        command_line().parse_args(arguments)  # which ends here
    from mcp_proof.cli.command import run_command  # noqa: PLC0415  # slow to load, and not for help

    return run_command(arguments, command, for_good=argv is None)
