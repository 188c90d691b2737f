"""What a text stands for: a contract file or a bundled name, a recording, a pasted listing."""

import json
import re
from pathlib import Path
from typing import Final

import orjson

from mcp_proof.diff.listing_file import is_listing, surface_of_listing
from mcp_proof.diff.side import Side
from mcp_proof.errors import UsageError
from mcp_proof.record.foreign import read_recording
from mcp_proof.targets.cassette import names_recording
from mcp_proof_contracts.contract_file import ContractError, load_contract
from mcp_proof_contracts.reading import spoken
from mcp_proof_contracts.surface_of_transcript import surface_of_transcript
from mcp_proof_contracts.wire import MAX_DEPTH, parse
from mcp_proof_mocks.contract_source import find_contract

LARGEST: Final = 256 * 1024 * 1024
"""Bytes of a file that is read."""
BEYOND_64_BITS: Final = re.compile(rb"\d{19}")


def read_side(text: str) -> Side:
    """Read what is compared.

    Raises:
        UsageError: there is no such thing, or it cannot be read.
    """
    try:
        path = find_contract(text)
    except FileNotFoundError as error:
        raise UsageError(str(error)) from error
    return side_of_file(path, path.stem if path.name != Path(text).name else text)


def side_of_file(path: Path, name: str) -> Side:
    """Read a file, whatever of these it is.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path}: it has more than {LARGEST} bytes")
        if names_recording(str(path)):
            return _recording(path, name)
        return (_listing(path, name) if path.suffix == ".json" else None) or _contract(path, name)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _contract(path: Path, name: str) -> Side:
    try:
        contract = load_contract(path)
    except ContractError as error:
        raise UsageError(str(error)) from error
    secrets = tuple(contract.secrets.values)
    return Side(name=name, content=contract, file=str(path), secrets=secrets)


def _recording(path: Path, name: str) -> Side:
    transcript = read_recording(path)
    surface = surface_of_transcript(transcript)
    return Side(name=name, content=surface, spoken=spoken(transcript), file=str(path))


def _listing(path: Path, name: str) -> Side | None:
    """What was pasted from elsewhere; `None` where it is a contract."""
    text = path.read_bytes()
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error
    if not is_listing(value):
        return None
    if fault := parse(text).fault:
        raise UsageError(f"{path}: {fault}; {MAX_DEPTH} levels are read")
    try:
        # orjson makes floats of integers beyond 64 bits, and equal ones of different integers.
        exact = json.loads(text) if BEYOND_64_BITS.search(text) else value
        surface, at = surface_of_listing(exact)
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from error
    return Side(name=name, content=surface, spoken=at, file=str(path))
