"""Run a command: what it prints holds no secret, and what fails is told by whose fault it is."""

import argparse
import errno
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from traceback import format_exception

from mcp_proof.cli.configure import configure
from mcp_proof.cli.parser import command_line
from mcp_proof.errors import McpProofError
from mcp_proof_contracts.excerpt import printable_lines
from mcp_proof_mocks.masked_output import masked_output


def run_command(arguments: Sequence[str], command: Sequence[str] | None, *, for_good: bool) -> int:
    """Run what a command line asks for and return the exit code.

    Args:
        arguments: the words before `--`.
        command: those behind it; `None` without one.
        for_good: whether the process ends afterwards: see `masked_output`.
    """
    with masked_output([*arguments, *(command or ())], for_good=for_good) as mask:
        options = command_line().parse_args(arguments)
        options.mask = mask
        if command is not None:
            options.command = command
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    try:
        configure(options)
        module = import_module(f"mcp_proof.cli.{options.module}")
        return int(module.run(options))
    except McpProofError as error:
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
        told = "".join(format_exception(error))
        sys.stderr.write(
            f"{told}mcp-proof: this is a fault of mcp-proof itself, not of the server.\n"
        )
        return 4
