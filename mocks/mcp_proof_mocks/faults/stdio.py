"""Servers that misuse standard output, read input badly, or do not go when they are told."""

from mcp_proof_mocks.fault import fault


def _two_lines(data: bytes) -> bytes:
    return data.replace(b'"progressToken":', b'\n"progressToken":')


def _log(data: bytes) -> bytes:
    return b"INFO: answering\n" + data


fault("stdio-one-message-per-line", output=_two_lines)
fault("stdio-stdout-clean", output=_log)
fault("stdio-concurrent-requests")
fault("stdio-large-and-split-messages")
fault("stdio-no-messages-after-cancel", shown_by="slow")
fault("stdio-server-exits-on-eof")
fault("stdio-server-exits-on-sigterm", at_start=True)
