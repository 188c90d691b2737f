"""The command line: one grammar for all commands. Only the parser is loaded before a command."""

import argparse
import errno
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
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
    from mcp_proof_mocks.masked_output import masked_output  # noqa: PLC0415  # slow to load

    with masked_output([*arguments, *(command or ())], for_good=argv is None) as mask:
        options = command_line().parse_args(arguments)
        options.mask = mask
        if command is not None:
            options.command = command
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    from mcp_proof.cli.configure import configure  # noqa: PLC0415  # nothing loads before the parser
    from mcp_proof.errors import McpProofError  # noqa: PLC0415  # likewise

    try:
        configure(options)
        module = import_module(f"mcp_proof.cli.{options.module}")
        return int(module.run(options))
    except McpProofError as error:
        from mcp_proof_contracts.excerpt import printable_lines  # noqa: PLC0415  # only for an error

        sys.stderr.write(f"mcp-proof: {printable_lines(str(error))}\n")
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has gone: say so like any program that SIGPIPE ends. Never 0,
        # which would read as a verdict.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as error:  # noqa: BLE001  # whatever it is, it must be named as ours: exit 4
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            sys.stderr.write(f"mcp-proof: cannot write: {error.strerror}\n")
            return 2
        from traceback import format_exception  # noqa: PLC0415  # only for a fault of our own

        told = "".join(format_exception(error))
        sys.stderr.write(
            f"{told}mcp-proof: this is a fault of mcp-proof itself, not of the server.\n"
        )
        return 4
