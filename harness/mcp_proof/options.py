"""The options, each declared once: for the command line, the environment and the file.

Little is imported here, for `--help` loads this and must be quick.
"""

from collections.abc import Iterator
from typing import Final

from mcp_proof.option import Option
from mcp_proof.option_kinds import (
    Choice,
    File,
    Flag,
    Number,
    ReportFiles,
    Text,
    Texts,
    WholeNumber,
    Words,
)

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
LONGEST_TIMEOUT: Final = 3600
LONGEST_RUN: Final = 1_000_000
LAST_PORT: Final = 65535

VERIFY: Final = ("verify",)
MOCK: Final = ("mock",)
FUZZ: Final = ("fuzz",)
BRIDGE: Final = ("bridge",)
DRIFT: Final = ("drift",)
RECORD: Final = ("record",)
DIFF: Final = ("diff",)
LOCK: Final = ("lock",)
JUDGING: Final = (*VERIFY, *FUZZ)
"""The commands that say what is wrong with a server."""
CALLING: Final = (*JUDGING, *BRIDGE, *DRIFT)
"""The commands that call tools."""
DRIVING: Final = (*CALLING, *LOCK)
"""The commands that drive a server."""
ASKING: Final = (*DRIVING, *DIFF)
"""The commands that ask a server, be it only for what it shows."""
TARGETED: Final = (*DRIVING, *RECORD)
"""The commands that are about one server, which can be configured."""
REACHING: Final = (*TARGETED, *DIFF)
LISTENING: Final = (*MOCK, *BRIDGE, *RECORD)
"""The commands that listen on a port."""
ALL: Final = (*REACHING, *MOCK)


OPTIONS: Final = (
    Option(
        "recording",
        DRIFT,
        File(),
        "a cassette or another recording: what it asked is asked again",
        "FILE",
        written="alone",
        configured=(),
    ),
    Option(
        "output",
        (*RECORD, *LOCK),
        File(),
        "the file that is written; of record a new one, or an empty one; lock updates the one that "
        "is there, and writes to standard output without it",
        "FILE",
        configured=(),
        short="o",
    ),
    Option(
        "old",
        DIFF,
        Text(),
        "what there was: a contract file or a bundled name, a recording (FILE.ndjson), the JSON of "
        "a listing, or a URL",
        "OLD",
        written="alone",
        configured=(),
    ),
    Option(
        "new",
        DIFF,
        Text(),
        "what there is, as OLD; or a command after `--`, which is run and spoken to by stdio",
        "NEW",
        written="alone",
        configured=(),
    ),
    Option(
        "against",
        DIFF,
        Text(),
        "compare one file with itself at this revision of git, such as origin/main",
        "REF",
        configured=(),
    ),
    Option(
        "url",
        TARGETED,
        Text(),
        "the server's URL; or a command after `--`, which is run and spoken to by stdio",
        "URL",
        written="alone",
    ),
    Option(
        "command",
        ALL,
        Words(),
        "the server's command",
        written="after --",
        configured=TARGETED,
    ),
    Option(
        "cassettes",
        LOCK,
        Texts(),
        "further recordings, with --consumer",
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
        ASKING,
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
        CALLING,
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
        (*JUDGING, *DIFF),
        Choice("must", "should"),
        "the weakest level that fails the run (default: must); of diff, should: what could not be "
        "proved harmless fails it too",
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
        (*JUDGING, *DRIFT, *DIFF),
        ReportFiles(),
        "also write a report: html, json, junit, sarif, markdown; of verify also badge or "
        "transcript, of fuzz schemathesis, a folder of that one's own (repeatable)",
        "FORMAT=FILE",
        configured=VERIFY,
    ),
    Option("quiet", (*JUDGING, *DRIFT, *DIFF), Flag(), "print only what is wrong, and counts"),
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
        JUDGING,
        Text(),
        "a contract file, or a bundled name: verify demands that it is kept, fuzz tries its "
        "examples and its `fuzz`",
        "NAME|FILE",
    ),
    Option(
        "consumer",
        (*VERIFY, *LOCK),
        Text(),
        "of verify: a folder of consumer contracts, which all must be kept; of lock: the name of "
        "the client whose needs recordings show",
        "DIR|NAME",
        configured=VERIFY,
    ),
    Option(
        "state-hook",
        VERIFY,
        Text(),
        "a command that brings the server into the state that a consumer needs; it is told as JSON",
        "COMMAND",
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
    Option("stdio", MOCK, Flag(), "serve standard input and output", configured=()),
    Option(
        "redis",
        MOCK,
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
        ALL,
        Texts(),
        "an HTTP header; for a mock, of its requests to the server that it passes through to",
        "'NAME: VALUE'",
        configured=TARGETED,
    ),
    Option(
        "header-env",
        ALL,
        Texts(),
        "an HTTP header whose value is in an environment variable",
        "NAME=VARIABLE",
        configured=TARGETED,
    ),
    Option(
        "timeout",
        ASKING,
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
