"""What is compared with what."""

from typing import Final

from mcp_proof.options.commands import DIFF
from mcp_proof.options.kinds import Text
from mcp_proof.options.option import Option

COMPARISONS: Final = (
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
