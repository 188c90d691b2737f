"""The lines of a load process."""

import sys

import orjson

from mcp_proof_contracts.json_value import Json


def tell(what: str, **members: Json) -> None:
    """Write a line about something that happened."""
    _write(orjson.dumps({"what": what, **members}))


def pass_on(report: bytes) -> None:
    """Write the line of a report."""
    _write(b'{"what":"report","report":' + report + b"}")


def _write(line: bytes) -> None:
    assert sys.__stdout__ is not None
    sys.__stdout__.buffer.write(line + b"\n")
    sys.__stdout__.buffer.flush()
