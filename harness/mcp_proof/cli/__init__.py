"""The command line: one grammar for all commands. Only the parser is loaded before a command."""

import argparse
import errno
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NoReturn, Protocol, TypeVar

REVISION_NAMES: Final = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28")
"""Spelled out here so that `--help` loads nothing else; a test compares them with the table."""

EXIT_CODES: Final = """\
exit codes: 0 nothing found that fails the run, 1 something found (or a stale baseline entry),
2 wrong usage, 3 the peer could not be started or reached, or nothing could be judged, 4 our own
fault, 130 interrupted (the report of what was done is written)"""

FAULTS: Final = """\
faults: a rule's id breaks that rule (`mcp-proof rules` lists them). What happens to replies:
  bad-progress, crossed-answers, duplicate-response, late-response, missing-member, no-response,
  reordered, result-and-error, unknown-error-code, wrong-id, wrong-type, wrong-version
What happens to bytes, of the mock or of a server that it stands in front of:
  bandwidth, cut-mid-event, garbage, half-close, half-written-line, jitter, latency, reset,
  slicer, stalled-stream, truncate
Both can be narrowed: method=, tool=, call=3 or 3.., probability=, seed=.
docs/faults.md has their parameters."""

LONGEST_TIMEOUT: Final = 3600
LAST_PORT: Final = 65535

TARGET_HELP: Final = (
    "the server's URL; or a command after `--`, which is run and spoken to by stdio"
)


Number = TypeVar("Number", int, float)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors say what to do next."""

    def error(self, message: str) -> NoReturn:
        """Print the error with the command that explains the options; exit 2."""
        stray = message.startswith("unrecognized arguments")
        hint = " A command to verify goes after `--`." if stray else ""
        self.exit(2, f"{self.prog}: {message}.{hint}\nSee `{self.prog} --help`.\n")


class Subparsers(Protocol):
    """What `add_subparsers` returns, as far as we use it; argparse keeps the class private."""

    def add_parser(self, name: str, **options: Any) -> Parser:  # noqa: ANN401  # argparse's own
        """Add a command."""
        ...


class ShowVersion(argparse.Action):
    """Prints the version; looking it up costs too much to do it before it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_unused: object) -> NoReturn:
        """Print and exit."""
        from importlib.metadata import version  # noqa: PLC0415  # only when asked for

        parser.exit(0, f"mcp-proof {version('mcp-proof')}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command: list[str] | None = None
    if "--" in arguments:
        at = arguments.index("--")
        arguments, command = arguments[:at], arguments[at + 1 :]
    options = _parser().parse_args(arguments)
    options.command = command
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    from mcp_proof.errors import McpProofError  # noqa: PLC0415  # nothing loads before the parser

    try:
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
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.stderr.write(f"mcp-proof: cannot write: {error.strerror}\n")
        return 2
    except Exception:  # noqa: BLE001  # whatever it is, it must be named as ours: exit 4
        import traceback  # noqa: PLC0415  # only needed for a fault of our own

        traceback.print_exc()
        sys.stderr.write("mcp-proof: this is a fault of mcp-proof itself, not of the server.\n")
        return 4


def _parser() -> Parser:
    parser = Parser(
        prog="mcp-proof",
        description="Verify any Model Context Protocol server, or stand in for one.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="print the version")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    _add_verify(commands)
    _add_mock(commands)
    _add_catalogue(commands)
    return parser


def _add_verify(commands: Subparsers) -> None:
    verify = commands.add_parser(
        "verify",
        help="drive a server and judge it",
        usage="mcp-proof verify [options] URL\n       mcp-proof verify [options] -- COMMAND ARG...",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verify.set_defaults(module="verify")
    verify.add_argument("url", nargs="?", metavar="URL", help=TARGET_HELP)
    verify.add_argument(
        "--revision",
        choices=("auto", *REVISION_NAMES),
        default="auto",
        help="the revision to verify; auto asks the server (default)",
    )
    _add_repeatable(verify, "--only", "PREFIX", "only rules with this prefix")
    _add_repeatable(verify, "--skip", "PREFIX", "no rules with this prefix")
    verify.add_argument(
        "--fail-on",
        choices=("must", "should"),
        default="must",
        help="the weakest level that fails the run (default: must)",
    )
    _add_reporting(verify)
    _add_connection(verify)


def _add_reporting(verify: Parser) -> None:
    verify.add_argument("--baseline", metavar="FILE", help="YAML list of known findings to excuse")
    formats = "html, json, junit, sarif, markdown, badge or transcript"
    reports = f"also write a report: {formats} (repeatable)"
    _add_repeatable(verify, "--report", "FORMAT=FILE", reports)
    verify.add_argument("--quiet", action="store_true", help="print only violations and counts")


def _add_connection(verify: Parser) -> None:
    _add_headers(verify, "")
    verify.add_argument(
        "--timeout",
        type=_seconds,
        default=15.0,
        metavar="SECONDS",
        help="patience for one answer (default: 15); four times as much for the very first one",
    )


def _add_headers(parser: Parser, whither: str) -> None:
    header = f"an HTTP header{whither}"
    from_environment = f"{header} whose value is in an environment variable"
    _add_repeatable(parser, "--header", "'NAME: VALUE'", header)
    _add_repeatable(parser, "--header-env", "NAME=VARIABLE", from_environment)


def _add_repeatable(parser: Parser, option: str, value: str, what: str) -> None:
    parser.add_argument(option, action="append", default=[], metavar=value, help=what)


def _add_mock(commands: Subparsers) -> None:
    mock = commands.add_parser(
        "mock",
        help="serve a contract file, or stand in front of a server, faithfully or with faults",
        usage="mcp-proof mock [options] NAME|FILE|URL\n"
        "       mcp-proof mock --stdio [options] -- COMMAND ARG...",
        epilog=FAULTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    mock.set_defaults(module="mock")
    mock.add_argument(
        "served",
        nargs="?",
        metavar="NAME|FILE|URL",
        help="a contract file, or a bundled name; or the http URL of a server to stand in front of",
    )
    mock.add_argument(
        "--schema",
        action="store_true",
        help="print the JSON Schema of contract files, for editors, and end",
    )
    mock.add_argument(
        "--port", type=_port, metavar="PORT", help="TCP port; 0 takes a free one (default)"
    )
    mock.add_argument("--host", metavar="ADDRESS", help="address to listen on (default: 127.0.0.1)")
    mock.add_argument("--stdio", action="store_true", help="serve standard input and output")
    faults = "misbehave in this way, see below (repeatable)"
    _add_repeatable(mock, "--fault", "NAME[:KEY=VALUE,…]", faults)
    mock.add_argument(
        "--journal", metavar="FILE", help="keep all that crosses the wire, as a transcript"
    )
    mock.add_argument(
        "--control",
        action="store_true",
        help="let programs on this machine change the faults at /_mock/faults while it runs",
    )
    # A mock behind a relay of stream faults is told so: the relay has those of the contract too.
    mock.add_argument("--no-stream-faults", action="store_true", help=argparse.SUPPRESS)
    _add_headers(mock, " for the server that the contract passes through to")


def _number(text: str, kind: type[Number]) -> Number:
    try:
        return kind(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from error


def _seconds(text: str) -> float:
    value = _number(text, float)
    if not 0 < value <= LONGEST_TIMEOUT:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and {LONGEST_TIMEOUT} seconds")
    return value


def _port(text: str) -> int:
    value = _number(text, int)
    if not 0 <= value <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and {LAST_PORT}")
    return value


def _add_catalogue(commands: Subparsers) -> None:
    rules = commands.add_parser("rules", help="list the rules")
    rules.set_defaults(module="rules")
    rules.add_argument("prefixes", nargs="*", metavar="PREFIX", help="only rules with this prefix")
    explain = commands.add_parser("explain", help="show a rule's page")
    explain.set_defaults(module="explain")
    explain.add_argument("rule_id", metavar="ID", help="the rule's id")
