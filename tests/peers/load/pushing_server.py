"""A server of 2026-07-28 that tells all listeners what callers said, so many seconds later."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Pushing(ThreadingHTTPServer):
    """It counts what it is asked; `told` counts messages that were written."""

    daemon_threads = True

    def __init__(self, delay: float, lasts: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.delay = delay
        self.lasts = lasts
        self.lock = threading.Lock()
        self.asked: dict[str, int] = {}
        self.told = 0
        self.listeners: list[Handler] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/mcp"

    def push(self, text: str) -> None:
        with self.lock:
            for listener in list(self.listeners):
                listener.tell(text)


class Handler(BaseHTTPRequestHandler):
    server: Pushing
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        method, params = asked["method"], asked["params"]
        with self.server.lock:
            self.server.asked[method] = self.server.asked.get(method, 0) + 1
        if method == "subscriptions/listen":
            self._listen()
            return
        result: dict[str, object] = {"resultType": "complete"}
        if method == "tools/list":
            result |= {"tools": [], **({} if "cursor" in params else {"nextCursor": "2"})}
        else:
            text = params["arguments"]["text"]
            result["content"] = [{"type": "text", "text": text}]
            threading.Timer(self.server.delay, self.server.push, (text,)).start()
        body = json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _listen(self) -> None:
        self.close_connection = True
        self.left = self.server.lasts
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.over = threading.Event()
        with self.server.lock:
            self.server.listeners.append(self)
            self.tell("listening")
        self.over.wait(30)

    def tell(self, text: str) -> None:
        note = {"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": text}}
        try:
            self.wfile.write(b"data: %b\n\n" % json.dumps(note).encode())
        except OSError:
            self.left = 1
        else:
            self.server.told += 1
        self.left -= 1
        if self.left == 0:
            self.server.listeners.remove(self)
            self.over.set()

    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def pushing_server(delay: float = 0.05, lasts: int = 10**9) -> Iterator[Pushing]:
    """Run one while the block does; a stream lasts for so many messages."""
    server = Pushing(delay, lasts)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        for listener in list(server.listeners):
            listener.over.set()
        time.sleep(0)
        server.server_close()
        thread.join()
