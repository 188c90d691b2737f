"""A server of MCP at 2025-11-25, healthy but for one defect that is named on the command line.

`frail.py stdio DEFECT`, or `frail.py http DEFECT`, which prints its port.
"""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DEFECT = sys.argv[2]
VERSION = "2025-11-25"
AT_ONCE = 20


class BadJsonError(Exception):
    """What came is no JSON."""


def read(text):
    """Return the message; every defect in reading is here."""
    if DEFECT == "dies-on-depth" and text.count(b"[") > 1000:
        os.kill(os.getpid(), signal.SIGSEGV)
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        if DEFECT == "hangs-on-truncated":
            signal.pause()
        if DEFECT == "exits-with-code":
            sys.stderr.write("bad line\n")
            sys.exit(3)
        if DEFECT == "exits-cleanly":
            sys.exit(0)
        raise BadJsonError from error
    if DEFECT == "dies-on-surrogate":
        json.dumps(message, ensure_ascii=False).encode()
    return message


def answer(message):
    """Return the response; `None` for what has none."""
    if isinstance(message, dict) and "method" not in message and {"result", "error"} & set(message):
        return None
    if not is_valid(message):
        return failure(None, -32600, "Invalid Request")
    if "id" not in message:
        return failure(None, -32601, "no") if DEFECT == "answers-notifications" else None
    if "__proto__" in message["method"] and DEFECT == "ignores-odd-methods":
        return None
    if "__proto__" in message["method"] and DEFECT == "forgets-the-id":
        return failure("server-error", -32601, "Method not found")
    return called(message["method"], message.get("params", {}), message["id"])


def is_valid(message):
    return (
        isinstance(message, dict)
        and message.get("jsonrpc") == "2.0"
        and isinstance(message.get("method"), str)
        and type(message.get("id", "")) in (str, int)
    )


def called(method, params, request_id):
    if not isinstance(params, dict):
        return failure(request_id, -32602, "params")
    if method == "initialize":
        info = {"name": "frail", "version": "1"}
        result = {"protocolVersion": VERSION, "capabilities": {"tools": {}}, "serverInfo": info}
    elif method == "ping":
        result = {}
    elif method == "tools/list":
        hints = {"readOnlyHint": True}
        tool = {"name": "look", "inputSchema": {"type": "object"}, "annotations": hints}
        result = {"tools": [tool]}
    elif method == "tools/call" and params.get("name") == "look":
        result = {"content": []}
    else:
        return failure(request_id, -32601, "Method not found")
    return {"jsonrpc": "2.0", "id": request_id, "result": result}


def failure(request_id, code, text):
    if DEFECT == "tells-the-trace":
        text = f'Traceback (most recent call last):\n  File "frail.py", line 1\n{text}'
    return {"jsonrpc": "2.0", "id": request_id, "error": {"code": code, "message": text}}


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def over_stdio():
    refused = 0
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        try:
            response = answer(read(line))
        except BadJsonError:
            if DEFECT == "prints-garbage":
                say("cannot parse that")
                continue
            refused += 1
            response = failure(None, -32700, "Parse error")
        if DEFECT == "refuses-for-ever" and refused and response and "result" in response:
            response = failure(response["id"], -32603, "out of order")
        if response is not None:
            say(json.dumps(response))


class Endpoint(BaseHTTPRequestHandler):
    """The endpoint; nothing is kept alive."""

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            return self.said(411, None)
        body = self.rfile.read(int(length))
        try:
            response = answer(read(body))
        except BadJsonError:
            return self.refuse()
        except UnicodeEncodeError:
            return self.said(500, None)
        if DEFECT == "stops-listening" and response is not None and "error" in response:
            os._exit(0)
        return self.said(202 if response is None else 200, response)

    def refuse(self):
        if DEFECT == "answers-500":
            return self.said(500, None)
        if DEFECT == "hangs-up":
            return self.connection.close()
        if DEFECT == "shows-a-page":
            trace = "SyntaxError: bad<br> &nbsp; &nbsp;at parse (/srv/app/index.js:77:19)<br>"
            return self.page(400, trace)
        return self.said(400, failure(None, -32700, "Parse error"))

    def page(self, status, text):
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(text.encode())

    def said(self, status, response):
        body = b"" if response is None else json.dumps(response).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.said(405, None)

    def log_message(self, *_):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Takes what comes at once, and says nothing of connections that break."""

    request_queue_size = AT_ONCE

    def handle_error(self, *_):
        """Say nothing."""


if sys.argv[1] == "stdio":
    over_stdio()
else:
    with Server(("127.0.0.1", 0), Endpoint) as server:
        say(str(server.server_address[1]))
        server.serve_forever()
