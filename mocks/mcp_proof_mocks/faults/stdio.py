"""Servers that misuse standard output, read input badly, or do not go when they are told."""

import orjson

from mcp_proof_mocks.fault import fault


def _pretty(data: bytes) -> bytes:
    if b'"tools":[' not in data:
        return data
    return orjson.dumps(orjson.loads(data), option=orjson.OPT_INDENT_2) + b"\n"


def _log(data: bytes) -> bytes:
    return b"INFO: answering\n" + data


fault("stdio-one-message-per-line", output=_pretty)
fault("stdio-stdout-clean", output=_log)
fault("stdio-concurrent-requests")
fault("stdio-large-and-split-messages")
fault("stdio-server-exits-on-eof")
fault("stdio-server-exits-on-sigterm")
