"""What is served, where, and how it misbehaves."""

from typing import Final

from mcp_proof.options.commands import JUDGE, LISTENING, LOAD, MOCK, REPLAY
from mcp_proof.options.kinds import File, Flag, Text, Texts, WholeNumber
from mcp_proof.options.option import Option

LAST_PORT: Final = 65535
SERVED: Final = (
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
        (*LISTENING, *LOAD),
        WholeNumber(0, LAST_PORT),
        "TCP port; 0 takes a free one (default); of load the master's (default: 5557)",
        "PORT",
    ),
    Option(
        "host", (*LISTENING, *LOAD), Text(), "address to listen on (default: 127.0.0.1)", "ADDRESS"
    ),
    Option(
        "stdio",
        (*MOCK, *REPLAY, *JUDGE),
        Flag(),
        "serve standard input and output; of judge: the client speaks it to its server",
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
)
