"""The options, each declared once: for the command line, the environment and the file.

Little is imported here, for `--help` loads this and must be quick.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from mcp_proof.option_kinds import (
    Choice,
    File,
    Flag,
    Number,
    ReportFiles,
    Text,
    Texts,
    Value,
    WholeNumber,
    Words,
)

PREFIX: Final = "MCP_PROOF_"
"""What the variables of the environment begin with."""
REVISION_NAMES: Final = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28")
"""Spelled out here so that `--help` loads nothing else; a test compares them with the table."""
DIALECT_NAMES: Final = (
    *("mcp", "rest", "contextframe", "openapi-jsonrpc", "websocket", "gateway", "queue"),
)
LONGEST_TIMEOUT: Final = 3600
LONGEST_RUN: Final = 1_000_000
LAST_PORT: Final = 65535

VERIFY: Final = ("verify",)
MOCK: Final = ("mock",)
FUZZ: Final = ("fuzz",)
BRIDGE: Final = ("bridge",)
DRIFT: Final = ("drift",)
RECORD: Final = ("record",)
REPLAY: Final = ("replay",)
JUDGING: Final = (*VERIFY, *FUZZ)
"""The commands that say what is wrong with a server."""
DRIVING: Final = (*JUDGING, *BRIDGE, *DRIFT)
"""The commands that drive a server."""
REACHING: Final = (*DRIVING, *RECORD)
"""The commands that are given a server."""
LISTENING: Final = (*MOCK, *BRIDGE, *RECORD, *REPLAY)
"""The commands that listen on a port."""
ALL: Final = (*REACHING, *MOCK)


class Option(NamedTuple):
    """What can be said on the command line, and mostly be configured too."""

    name: str
    commands: tuple[str, ...]
    kind: Text
    help: str
    """Empty for an option that only mcp-proof itself uses."""
    metavar: str | None = None
    default: Value | None = None
    """What it is when nobody says; `None` for what the kind has."""
    written: Literal["--name", "alone", "after --"] = "--name"
    """How it stands on the command line."""
    configured: tuple[str, ...] | None = None
    """The commands that it can be configured for; `None` for all that have it."""
    short: str = ""
    """A second way to write it, of one letter."""

    @property
    def attribute(self) -> str:
        """Its name among parsed arguments."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"{PREFIX}{self.attribute.upper()}"

    @property
    def place(self) -> str:
        """How it is called where the command line is meant."""
        alone = self.metavar or self.name
        return {"--name": f"--{self.name}", "alone": alone, "after --": "`--`"}[self.written]

    @property
    def configures(self) -> tuple[str, ...]:
        """The commands that it can be configured for, in the environment or in the file."""
        return self.commands if self.configured is None else self.configured

    @property
    def unset(self) -> Value | None:
        """What it is when nobody says."""
        return self.kind.unset if self.default is None else self.default


OPTIONS: Final = (
    Option(
        "recording",
        (*DRIFT, *REPLAY),
        File(),
        "a cassette or another recording: what it asked is asked again, or answered again",
        "FILE",
        written="alone",
        configured=(),
    ),
    Option(
        "output",
        RECORD,
        File(),
        "the file that is written: a new one, or an empty one",
        "FILE",
        configured=(),
        short="o",
    ),
    Option(
        "url",
        (*REACHING, *REPLAY),
        Text(),
        "the server's URL; or a command after `--`, which is run and spoken to by stdio",
        "URL",
        written="alone",
        configured=REACHING,
    ),
    Option(
        "command",
        (*ALL, *REPLAY),
        Words(),
        "the server's command",
        written="after --",
        configured=REACHING,
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
        DRIVING,
        Choice("auto", "all", *REVISION_NAMES),
        "the revision to speak; auto asks the server (default), all verifies each that it speaks",
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
        DRIVING,
        Texts(),
        "this tool may be called though it does not declare itself read-only; fuzz tries these "
        "alone (repeatable)",
        "NAME",
    ),
    Option(
        "allow-destructive",
        (*FUZZ, *BRIDGE, *DRIFT),
        Flag(),
        "call every tool, also those that may change or destroy something",
    ),
    Option(
        "redact",
        RECORD,
        Texts(),
        "hide this too: /NAME or /OUTER/NAME is a member or a header, anything else a regular "
        "expression (repeatable)",
        "PATTERN",
    ),
    Option(
        "strict",
        RECORD,
        Flag(),
        "end the recording before something is written that looks like a secret all the same",
    ),
    Option("check", RECORD, Flag(), "judge what passes by the rules, and tell what is violated"),
    Option("only", VERIFY, Texts(), "only rules with this prefix (repeatable)", "PREFIX"),
    Option("skip", VERIFY, Texts(), "no rules with this prefix (repeatable)", "PREFIX"),
    Option(
        "fail-on",
        JUDGING,
        Choice("must", "should"),
        "the weakest level that fails the run (default: must)",
        default="must",
    ),
    Option(
        "min-tested",
        VERIFY,
        Number(0, 100, "percent"),
        "fail when less of the rules that apply could be tested",
        "PERCENT",
        default=0.0,
    ),
    Option(
        "require",
        VERIFY,
        Texts(),
        "fail unless every rule with this prefix could be tested (repeatable)",
        "PREFIX",
    ),
    Option("baseline", VERIFY, File(), "YAML list of known findings to excuse", "FILE"),
    Option(
        "report",
        (*JUDGING, *DRIFT),
        ReportFiles(),
        "also write a report: html, json, junit, sarif, markdown; of verify also badge or "
        "transcript, of fuzz schemathesis, a folder of that one's own (repeatable)",
        "FORMAT=FILE",
        configured=VERIFY,
    ),
    Option("quiet", (*JUDGING, *DRIFT), Flag(), "print only what is wrong, and counts"),
    Option(
        "matchers",
        DRIFT,
        File(),
        "a YAML file that says of places in answers what is compared there: the value, a regular "
        "expression or nothing instead of the type",
        "FILE",
    ),
    Option(
        "max-examples",
        FUZZ,
        WholeNumber(0, 1_000_000),
        "generated inputs of each operation, besides its boundary cases (default: 100)",
        "N",
        default=100,
    ),
    Option(
        "time",
        FUZZ,
        Number(0, LONGEST_RUN, "seconds", above=True),
        "end after so many seconds; what was not tried by then is told",
        "SECONDS",
    ),
    Option(
        "seed",
        FUZZ,
        WholeNumber(0, 2**32 - 1),
        "what the generated inputs begin with (default: 0): the same seed gives the same inputs",
        "N",
        default=0,
    ),
    Option(
        "rate",
        FUZZ,
        Number(0, 1_000_000, "calls a second", above=True),
        "calls in a second at most",
        "N",
    ),
    Option(
        "case",
        FUZZ,
        Text(),
        "send only this, as the reproduction of a failure has it",
        "CASE",
        configured=(),
    ),
    Option(
        "corpus",
        FUZZ,
        File(),
        "the folder of inputs that failed before, which are tried first (default: "
        ".mcp-proof/corpus)",
        "DIR",
        default=".mcp-proof/corpus",
    ),
    Option(
        "contract",
        FUZZ,
        Text(),
        "a contract file, or a bundled name: its examples and its `fuzz` are tried",
        "NAME|FILE",
    ),
    Option(
        "hooks",
        FUZZ,
        File(),
        "a Python file that registers strategies for tools, properties or formats",
        "FILE",
    ),
    Option(
        "served",
        MOCK,
        Text(),
        "a contract file, or a bundled name; or the http URL of a server to stand in front of",
        "NAME|FILE|URL",
        written="alone",
        configured=(),
    ),
    Option(
        "schema",
        MOCK,
        Flag(),
        "print the JSON Schema of contract files, for editors, and end",
        configured=(),
    ),
    Option(
        "port",
        LISTENING,
        WholeNumber(0, LAST_PORT),
        "TCP port; 0 takes a free one (default)",
        "PORT",
    ),
    Option("host", LISTENING, Text(), "address to listen on (default: 127.0.0.1)", "ADDRESS"),
    Option("stdio", (*MOCK, *REPLAY), Flag(), "serve standard input and output", configured=()),
    Option(
        "mode",
        REPLAY,
        Choice("none", "once", "new", "all"),
        "none (default): the cassette answers; else the server does, once, what is new, or all",
        configured=(),
    ),
    Option(
        "order", REPLAY, Choice("free", "ordered"), "of requests (default: free)", configured=()
    ),
    Option(
        *("timing", REPLAY, Text(), "how long answers take (default: zero)"),
        "zero|recorded|FACTOR",
        configured=(),
    ),
    Option(
        "redis",
        (*MOCK, *REPLAY),
        Text(),
        "the Redis through which a queue is served (default: redis://localhost:6379/0)",
        "URL",
    ),
    Option(
        "fault",
        MOCK,
        Texts(),
        "misbehave in this way, see below (repeatable)",
        "NAME[:KEY=VALUE,…]",
    ),
    Option("journal", MOCK, File(), "keep all that crosses the wire, as a transcript", "FILE"),
    Option(
        "control",
        MOCK,
        Flag(),
        "let programs on this machine change the faults at /_mock/faults while it runs",
    ),
    # A mock behind a relay of stream faults is told so: the relay has those of the contract too.
    Option("no-stream-faults", MOCK, Flag(), "", configured=()),
    Option(
        "header",
        (*ALL, *REPLAY),
        Texts(),
        "an HTTP header; for a mock, of its requests to the server that it passes through to",
        "'NAME: VALUE'",
        configured=REACHING,
    ),
    Option(
        "header-env",
        (*ALL, *REPLAY),
        Texts(),
        "an HTTP header whose value is in an environment variable",
        "NAME=VARIABLE",
        configured=REACHING,
    ),
    Option(
        "timeout",
        DRIVING,
        Number(0, LONGEST_TIMEOUT, "seconds", above=True),
        "patience for one answer (default: 15); four times as much for the very first one",
        "SECONDS",
        default=15.0,
    ),
)

TARGETS: Final = ("url", "image", "command", "config")
"""The options that name targets, each by itself."""
OF_A_TARGET: Final = (*TARGETS, "endpoint", "server", "header", "header-env")
"""The options that have a meaning for one target only."""


def options_of(command: str) -> Iterator[Option]:
    """Yield the options that a command has."""
    return (option for option in OPTIONS if command in option.commands)
