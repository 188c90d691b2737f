"""Recordings: what is written, how it is replayed, and how it is compared."""

from typing import Final

from mcp_proof.options.commands import DRIFT, RECORD, REPLAY
from mcp_proof.options.kinds import Choice, File, Flag, Text, Texts
from mcp_proof.options.option import Option

RECORDINGS: Final = (
    Option(
        "redact",
        (*RECORD, *REPLAY),
        Texts(),
        "hide this too: /NAME or /OUTER/NAME is a member or a header, anything else a regular "
        "expression (repeatable)",
        "PATTERN",
    ),
    Option(
        "strict",
        (*RECORD, *REPLAY),
        Flag(),
        "end the recording before something is written that looks like a secret all the same",
    ),
    Option("check", RECORD, Flag(), "judge what passes by the rules, and tell what is violated"),
    Option(
        "mode",
        REPLAY,
        Choice("none", "once", "new", "all"),
        "who answers: the cassette (none, default), or the server, which is recorded: where there "
        "is no cassette yet (once), what is not in it (new), or everything (all)",
        configured=(),
    ),
    Option(
        "order", REPLAY, Choice("free", "ordered"), "of requests (default: free)", configured=()
    ),
    Option(
        "timing",
        REPLAY,
        Text(),
        "how long answers take: zero (default), as recorded, or FACTOR times that",
        "zero|recorded|FACTOR",
        configured=(),
    ),
    Option(
        "matchers",
        DRIFT,
        File(),
        "a YAML file that says of places in answers what is compared there: the value, a regular "
        "expression or nothing instead of the type",
        "FILE",
    ),
)
