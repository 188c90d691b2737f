"""What scripted servers read and say."""

import json
import socket


def request(connection: socket.socket) -> bytes:
    """Read one HTTP request; `OSError` where there is none any more."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    size = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            size = int(line.partition(b":")[2])
    while len(body) < size:
        body += some(connection)
    return head + b"\r\n\r\n" + body


def some(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise OSError("closed")
    return data


def result(number: object, text: str = "done", **members: object) -> bytes:
    content = [{"type": "text", "text": text}]
    message = {"jsonrpc": "2.0", "id": number, "result": {"content": content, **members}}
    return json.dumps(message).encode()


def response(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", "Content-Type: application/json", *headers)
    return "\r\n".join((*lines, f"Content-Length: {len(body)}", "", "")).encode() + body


def chunked(kind: str, *pieces: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head.encode() + b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in pieces)


END = b"0\r\n\r\n"


def event(body: bytes, **fields: object) -> bytes:
    lines = [f"{name}: {value}\n" for name, value in fields.items()]
    return "".join(lines).encode() + (b"data: %b\n\n" % body if body else b"\n")
