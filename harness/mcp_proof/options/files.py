"""What a command reads and writes, besides a server."""

from typing import Final

from mcp_proof.options.commands import DIFF, DRIFT, LOCK, RECORD, REPLAY
from mcp_proof.options.kinds import File, Text
from mcp_proof.options.option import Option

FILES: Final = (
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
)
