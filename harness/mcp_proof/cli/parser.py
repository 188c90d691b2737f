"""The grammar: every command with its options, made from their table."""

import argparse
from collections.abc import Callable
from typing import Any, Final, NoReturn, Protocol

from mcp_proof.options import options_of
from mcp_proof.options.kinds import Choice, Flag, Text, Value, WrongValueError
from mcp_proof.options.option import Option

EXIT_CODES: Final = """\
exit codes: 0 nothing found that fails the run, 1 something found, or a demand that was not met
(--min-tested, --require, a stale or expired baseline entry), 2 wrong usage or configuration, 3 the
peer could not be started or reached, or nothing could be judged, 4 our own fault, 130 interrupted
(the report of what was done is written)"""

CONFIGURATION: Final = """\
configuration: what is not given here is taken from MCP_PROOF_<OPTION> in the environment, or else
from the nearest mcp-proof.toml or [tool.mcp-proof] in pyproject.toml"""

PLACES: Final = """\
in the client's command, {url} stands for the mock's URL, {server} for the command that starts it
(with --stdio), {config} for the path of a desktop configuration that names it, {drivers} for
the folder of the ready drivers. Each scenario runs the command anew."""

FAULTS: Final = """\
faults: a rule's id breaks that rule (`mcp-proof rules` lists them). What happens to replies:
  bad-progress, crossed-answers, duplicate-response, late-response, missing-member, no-response,
  reordered, result-and-error, unknown-error-code, wrong-id, wrong-type, wrong-version
What happens to bytes, of the mock or of a server that it stands in front of:
  bandwidth, cut-mid-event, garbage, half-close, half-written-line, jitter, latency, reset,
  slicer, stalled-stream, truncate
Both can be narrowed: method=, tool=, call=3 or 3.., probability=, seed=.
docs/faults.md has their parameters."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors say what to do next."""

    alone: tuple[Option, ...] = ()
    """The options that stand without a name, in their order."""

    def error(self, message: str) -> NoReturn:
        """Print the error with the command that explains the options; exit 2."""
        stray = message.startswith("unrecognized arguments")
        hint = " A command to verify goes after `--`." if stray else ""
        end = "" if message.endswith(("?", ".")) else "."
        self.exit(2, f"{self.prog}: {message}{end}{hint}\nSee `{self.prog} --help`.\n")

    def parse_known_args(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # argparse's own
        """Parse; what stands alone may stand anywhere, also behind options.

        argparse itself is done with all that may be missing when it meets the first of them.
        """
        found, rest = super().parse_known_args(*args, **options)
        for option in self.alone:
            late = next((word for word in rest if not word.startswith("-")), None)
            if late is not None and not hasattr(found, option.attribute):
                rest.remove(late)
                setattr(found, option.attribute, self._value_of(option, late))
        return found, rest

    def _value_of(self, option: Option, word: str) -> Value:
        try:
            return option.kind.parse(word)
        except WrongValueError as error:
            self.error(f"argument {option.metavar}: {error}")


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


def command_line() -> Parser:
    """Return the parser. What it does not find is left out, for it may be configured."""
    parser = Parser(
        prog="mcp-proof",
        description="Verify any Model Context Protocol server, or stand in for one.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=ShowVersion, nargs=0, help="print the version")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    _add_command(
        commands,
        "verify",
        help="drive a server and judge it",
        usage="mcp-proof verify [options] URL\n"
        "       mcp-proof verify [options] --image NAME\n"
        "       mcp-proof verify [options] -- COMMAND ARG...",
        epilog=f"{CONFIGURATION}\n\n{EXIT_CODES}",
    )
    _add_command(
        commands,
        "judge",
        help="drive a client with a mock and judge it",
        usage="mcp-proof judge [options] -- CLIENT ARG... {url}\n"
        "       mcp-proof judge --stdio [options] -- CLIENT ARG... {server}",
        epilog=f"{PLACES}\n\n{CONFIGURATION}\n\n{EXIT_CODES}",
    )
    _add_command(
        commands,
        "fuzz",
        help="try what a server offers with good, odd and bad inputs",
        usage="mcp-proof fuzz [options] URL\n"
        "       mcp-proof fuzz [options] --image NAME\n"
        "       mcp-proof fuzz [options] -- COMMAND ARG...",
        epilog=f"{CONFIGURATION}\n\n{EXIT_CODES}",
    )
    _add_command(
        commands,
        "load",
        help="load a server, and say whether it stays fast and right",
        usage="mcp-proof load [options] URL\n"
        "       mcp-proof load [options] --image NAME\n"
        "       mcp-proof load [options] -- COMMAND ARG...\n"
        "       mcp-proof load --worker --master-host HOST [options]",
        epilog=f"{CONFIGURATION}\n\n{EXIT_CODES}",
    )
    _add_command(
        commands,
        "drift",
        help="ask a server again what a recording asked, and compare the answers",
        usage="mcp-proof drift [options] FILE URL\n"
        "       mcp-proof drift [options] FILE --image NAME\n"
        "       mcp-proof drift [options] FILE -- COMMAND ARG...",
        epilog=f"{CONFIGURATION}\n\n{EXIT_CODES}",
    )
    _add_command(
        commands,
        "diff",
        help="say what changed between two servers or contracts, and whether it breaks clients",
        usage="mcp-proof diff [options] OLD NEW\n"
        "       mcp-proof diff [options] OLD --image NAME\n"
        "       mcp-proof diff [options] OLD -- COMMAND ARG...\n"
        "       mcp-proof diff [options] --against REF FILE",
        epilog=f"{CONFIGURATION}\n\n{EXIT_CODES}",
    )
    _add_command(
        commands,
        "mock",
        help="serve a contract file, or stand in front of a server, faithfully or with faults",
        usage="mcp-proof mock [options] NAME|FILE|URL\n"
        "       mcp-proof mock --stdio [options] -- COMMAND ARG...",
        epilog=f"{FAULTS}\n\n{CONFIGURATION}",
    )
    _add_command(
        commands,
        "bridge",
        help="serve the tools of a server as an OpenAPI application",
        usage="mcp-proof bridge [options] URL\n"
        "       mcp-proof bridge [options] --image NAME\n"
        "       mcp-proof bridge [options] -- COMMAND ARG...",
        epilog=f"{CONFIGURATION}\n\n{EXIT_CODES}",
    )
    _add_command(
        commands,
        "record",
        help="stand between a client and a server, and keep all that passes in a file",
        usage="mcp-proof record -o FILE [options] URL\n"
        "       mcp-proof record -o FILE [options] -- COMMAND ARG...\n"
        "       mcp-proof record -o FILE [options] RECORDING",
        epilog=f"{CONFIGURATION}\n\n{EXIT_CODES}",
    )
    _add_command(
        commands,
        "lock",
        help="write down what a server offers, or what a client needs, or update such a file",
        usage="mcp-proof lock [-o FILE] [options] URL\n"
        "       mcp-proof lock [-o FILE] [options] --image NAME\n"
        "       mcp-proof lock [-o FILE] [options] -- COMMAND ARG...\n"
        "       mcp-proof lock [-o FILE] --client NAME RECORDING...",
        epilog=f"{CONFIGURATION}\n\n{EXIT_CODES}",
    )
    _add_command(
        commands,
        "replay",
        help="serve a cassette: what was recorded is answered again",
        usage="mcp-proof replay [options] FILE\n"
        "       mcp-proof replay --mode once|new|all [options] FILE URL\n"
        "       mcp-proof replay --mode once|new|all [options] FILE -- COMMAND ARG...",
        epilog=f"{CONFIGURATION}\n\n{EXIT_CODES}",
    )
    _add_catalogue(commands)
    return parser


def _add_command(commands: Subparsers, name: str, **texts: str) -> None:
    command = commands.add_parser(
        name, formatter_class=argparse.RawDescriptionHelpFormatter, **texts
    )
    command.set_defaults(module=name)
    command.alone = tuple(each for each in options_of(name) if each.written == "alone")
    for option in options_of(name):
        if option.written != "after --":
            _add(command, option)


def _add(command: Parser, option: Option) -> None:
    help_ = option.help.replace("%", "%%") or argparse.SUPPRESS  # which argparse formats
    about: dict[str, Any] = {"default": argparse.SUPPRESS, "help": help_}
    if option.written == "alone":
        command.add_argument(
            option.name,
            nargs="*" if option.kind.many else "?",
            type=str if option.kind.many else _by(option.kind),
            metavar=option.metavar,
            **about,
        )
    elif isinstance(option.kind, Flag):
        command.add_argument(f"--{option.name}", action="store_true", **about)
    else:
        command.add_argument(
            *([f"-{option.short}"] if option.short else []),
            f"--{option.name}",
            action="append" if option.kind.many else "store",
            type=str if option.kind.many else _by(option.kind),
            metavar=option.metavar or _words(option.kind),
            **about,
        )


def _by(kind: Text) -> Callable[[str], Value]:
    """Return what argparse reads a value with."""

    def read(text: str) -> Value:
        try:
            return kind.parse(text)
        except WrongValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


def _words(kind: Text) -> str | None:
    """Show what can be chosen, as argparse does."""
    return f"{{{','.join(kind.words)}}}" if isinstance(kind, Choice) else None


def _add_catalogue(commands: Subparsers) -> None:
    rules = commands.add_parser("rules", help="list the rules")
    rules.set_defaults(module="rules")
    rules.add_argument("prefixes", nargs="*", metavar="PREFIX", help="only rules with this prefix")
    rules.add_argument(
        "--stats", action="store_true", help="count the rules by side, area and revision"
    )
    explain = commands.add_parser("explain", help="show a rule's page")
    explain.set_defaults(module="explain")
    explain.add_argument("rule_id", metavar="ID", help="the rule's id")
