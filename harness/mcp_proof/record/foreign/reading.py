"""Recognizes what a recording is, and reads it: one of ours, or one of another tool."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import orjson

from mcp_proof.errors import UsageError
from mcp_proof.record.foreign.har import har, is_har
from mcp_proof.record.foreign.mcp_cassette import is_mcp_cassette, mcp_cassette
from mcp_proof.record.foreign.mcp_recorder import is_mcp_recorder, mcp_recorder
from mcp_proof.record.foreign.place import MalformedError, Place
from mcp_proof_contracts.transcript import Transcript, from_ndjson
from mcp_proof_contracts.wire import BOM

MOST_BYTES: Final = 128 * 1024 * 1024
"""Bytes of a recording of another tool: it is one JSON text, and is read as a whole."""
LONGEST_HEADER: Final = 64 * 1024
CASSETTE: Final = ".ndjson"
"""How the names of our own cassettes end, damaged ones too."""
OURS: Final = "transcript"
"""The member by which the first line of a cassette of ours is known."""


class Format(NamedTuple):
    """A format of another tool."""

    name: str
    recognizes: Callable[[Place], bool]
    reads: Callable[[Place], Transcript]


FORMATS: Final = (
    Format("HAR 1.2", is_har, har),
    Format("mcp-cassette", is_mcp_cassette, mcp_cassette),
    Format("mcp-recorder", is_mcp_recorder, mcp_recorder),
)


def read_recording(path: Path) -> Transcript:
    """Return a recording, whoever made it.

    Raises:
        UsageError: it cannot be read, is damaged, or nobody knows what it is.
    """
    try:
        if is_ours(path):
            with path.open("rb") as lines:
                return from_ndjson(lines)
        return imported(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error


def is_ours(path: Path) -> bool:
    """Whether a path is to be read as a cassette of ours: by its beginning or its name.

    Raises:
        OSError: it cannot be read.
    """
    if not path.is_file() or _begins_like_ours(path):
        return True
    if path.suffix != CASSETTE:
        return False
    try:
        return _format_of(_parsed(path)) is None
    except UsageError:
        return True


def may_be_recording(path: Path) -> bool:
    """Whether a file of JSON is one; why it cannot be read, where it cannot, its reader tells."""
    if not path.is_file():
        return False
    try:
        return _begins_like_ours(path) or _format_of(_parsed(path)) is not None
    except (OSError, UsageError):
        return True


def imported(path: Path) -> Transcript:
    """Return the recording of another tool.

    Raises:
        UsageError: it cannot be read, is too large or damaged, or nobody knows what it is.
    """
    document = _parsed(path)
    known = _format_of(document)
    if known is None:
        names = ", ".join(each.name for each in FORMATS)
        raise UsageError(f"{path}: no recording that is known: a cassette, or one of {names}")
    try:
        transcript = known.reads(document)
    except MalformedError as error:
        raise UsageError(f"{path}: a damaged {known.name} recording: {error}") from error
    if not transcript.events:
        raise UsageError(f"{path}: a {known.name} recording without messages")
    return transcript


def _format_of(document: Place) -> Format | None:
    if not isinstance(document.value, dict):
        return None
    return next((each for each in FORMATS if each.recognizes(document)), None)


def _parsed(path: Path) -> Place:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path}: larger than {MOST_BYTES} bytes; export less of it")
        return Place(orjson.loads(path.read_bytes().removeprefix(BOM)))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error


def _begins_like_ours(path: Path) -> bool:
    with path.open("rb") as file:
        first = file.readline(LONGEST_HEADER)
    try:
        header = orjson.loads(first)
    except orjson.JSONDecodeError:
        return False
    return isinstance(header, dict) and OURS in header
