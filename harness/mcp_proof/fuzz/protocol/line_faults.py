"""The classical faults of lines: stdio has one message on each, ended by LF (transports, stdio)."""

from collections.abc import Iterator

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode


def line_faults(message: JsonObject) -> Iterator[tuple[str, bytes]]:
    """Yield faults by name. The LF after the last line is not part of them: it is always sent."""
    text = encode(message)
    again = encode({**message, "id": f"{message.get('id')}-b"})
    yield "an empty line", b""
    yield "a line of spaces", b"   \t "
    yield "100 empty lines", b"\n" * 99
    yield "CR LF", text + b"\r"
    yield "CR only", text + b"\r" + again + b"\r"
    yield "two messages on one line", text + b" " + again
    yield "a message over several lines", text.replace(b",", b",\n")
    yield "a message broken within a string", text.replace(b"method", b"met\nhod", 1)
    yield "a bad line between two good ones", text + b"\n}{\n" + again
    yield "an HTTP request", b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n" + text
    yield (
        "a header of the language server protocol",
        b"Content-Length: %d\r\n\r\n%b"
        % (
            len(text),
            text,
        ),
    )
    yield "a server-sent event", b"event: message\ndata: " + text + b"\n"
    yield "bytes that are no text", bytes(byte for byte in range(256) if byte != ord("\n"))
    yield "a form feed and a line separator", text + b"\x0c" + "\u2028".encode()
    yield "the end of a file, as a terminal has it", b"\x04\x1a"
