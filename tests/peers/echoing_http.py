"""A server that repeats what it gets over HTTP: headers, path, query, cookies, credentials."""

import base64
import json
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import unquote_plus

from echoing import answer, every_spelling

SESSION = "gho_" + "Session890" * 3 + "abcdef"
"""A session id that looks like a secret of a known kind."""
OURS = {"accept", "accept-encoding", "connection", "content-length", "content-type", "host"}
LOST = "/lost"
"""The path at which nothing is answered that a client could use."""
CUT = 2000
"""Characters after which a body that is no message is cut."""


class Echo(BaseHTTPRequestHandler):
    """Answers one request with all that it held."""

    protocol_version = "HTTP/1.1"
    cookie: str
    """Set by the server for its clients."""
    pages: Iterator[int]
    """Numbers for pages: each has another text across the place where it is cut."""
    heard: Callable[[str], None] = staticmethod(lambda _method: None)
    """Called with the method of each message."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            message = json.loads(body)
        except ValueError:
            message = None
        if self.path.startswith(LOST) or not isinstance(message, dict) or "method" not in message:
            self._page(400)
            return
        self.heard(message["method"])
        if "id" not in message:
            self._send(202, "text/plain", "")
        elif message["method"] == "server/discover":
            self._page(400)
        elif message["method"] == "tools/call":
            self._stream(message)
        else:
            self._send(200, "application/json", json.dumps(answer(message, self._texts())))

    def do_GET(self) -> None:
        self._page(405)

    def do_DELETE(self) -> None:
        self._page(405)

    def log_message(self, *_unused: Any) -> None:
        """Say nothing."""

    def _texts(self) -> list[str]:
        texts = [self.path, unquote_plus(self.path)]
        for name, value in self.headers.items():
            if name.lower() not in OURS and not name.lower().startswith("mcp-"):
                texts += [value, value.rpartition(" ")[2]]
                if value.lower().startswith("basic "):
                    texts.append(base64.b64decode(value[6:]).decode())
        return [*dict.fromkeys(texts), self.cookie]

    def _stream(self, message: dict[str, Any]) -> None:
        text = json.dumps(answer(message, self._texts()))
        comment = "".join(f": {line}\n" for line in self._texts())
        self._send(200, "text/event-stream", f"{comment}id: {SESSION}\ndata: {text}\n\n")

    def _page(self, status: int) -> None:
        lines, texts = "\n".join(every_spelling(self._texts())), self._texts()
        across = texts[next(self.pages) % len(texts)]
        before = lines[: CUT - len(across) // 2].rpartition("\n")[0]
        page = f"{before:.<{CUT - len(across) // 2}}{across}\n{lines}"
        self._send(status, "text/html", page)

    def _send(self, status: int, kind: str, body: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        self.send_header("Mcp-Session-Id", SESSION)
        self.send_header("Set-Cookie", f"track={self.cookie}; Path=/; HttpOnly")
        for text in self._texts():
            if text.isascii() and text.isprintable():
                self.send_header("X-Echo", text)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def echoing(cookie: str, heard: Callable[[str], None] = lambda _method: None) -> Generator[str]:
    """Serve while the block runs; gives host and port."""
    handler = type(
        "Echo", (Echo,), {"cookie": cookie, "heard": staticmethod(heard), "pages": count()}
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
