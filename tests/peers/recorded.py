"""A recorder in the test's own process, and what it has recorded."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from anyio.from_thread import start_blocking_portal
from jsonschema_rs import Draft202012Validator

import mcp_proof_contracts.transcript as format_of_transcripts
from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof.record.recording import Place, recording_url
from mcp_proof.targets import header_of, target_of
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.redaction import Redaction
from mcp_proof_contracts.redaction_rule import redaction_rule
from mcp_proof_contracts.secrets.mask import Mask
from mcp_proof_contracts.transcript import Event, EventKind, Transcript, from_ndjson

SCHEMA = Draft202012Validator(
    json.loads(Path(format_of_transcripts.__file__).with_suffix(".schema.json").read_bytes())
)


@asynccontextmanager
async def recorder(
    url: str,
    file: Path,
    *,
    headers: dict[str, str] | None = None,
    redact: Sequence[str] = (),
    strict: bool = False,
    told: list[str] | None = None,
    dialect: Dialect | None = None,
) -> AsyncIterator[tuple[str, CassetteWriter]]:
    """Stand in front of a server; gives the URL to use instead, and the cassette."""
    rules = [redaction_rule(text) for text in redact]
    redaction = Redaction(mask=Mask(), rules=rules, strict=strict)
    cassette = CassetteWriter(
        file, header_of(target_of(url)), redaction, given=frozenset(map(str.lower, headers or {}))
    )
    tell = [].append if told is None else told.append
    served = recording_url(
        cassette, url, Place(), headers=headers or {}, dialect=dialect, tell=tell
    )
    try:
        async with served as own:
            yield own, cassette
    finally:
        cassette.close()


def read_back(file: Path) -> Transcript:
    """Return what a file holds; every line that is whole is valid by the schema."""
    lines = file.read_bytes().splitlines(keepends=True)
    whole = [line for line in lines if line.endswith(b"\n")]
    invalid = [line for line in whole if not SCHEMA.is_valid(json.loads(line))]
    assert invalid == []
    return from_ndjson(lines)


def said(transcript: Transcript) -> list[tuple[str, Any]]:
    """Return who said what, as JSON."""
    return [
        (event.sender.value, event.message.value)
        for event in transcript.events
        if event.message is not None
    ]


def of_kind(transcript: Transcript, kind: EventKind) -> list[Event]:
    """Return the events of one kind."""
    return [event for event in transcript.events if event.kind is kind]


@contextmanager
def recording(url: str, file: Path, **options: Any) -> Iterator[str]:
    """The same beside code that has no event loop; gives the URL to use instead."""
    with start_blocking_portal() as portal:
        served = portal.wrap_async_context_manager(recorder(url, file, **options))
        with served as (own, _):
            yield own
