"""A server over stdio whose tools depend on what happened before, or happens meanwhile.

Healthy, unless `--broken NAME` names what is broken; `--lock FILE` is what its processes share.
Where calls in flight together break it, they are read as long as one follows the other at once, and
only then answered.
"""

import argparse
import fcntl
import itertools
import json
import os
import random
import select
import sys

AT_ONCE = 0.03
"""Seconds within which another message comes at once."""
TEXT = {"type": "string"}
INVALID_PARAMS = -32602
MOST_PAGES = 3
IN_COMPANY = {"crossed", "busy"}
"""What is broken where calls are in flight together."""


def takes(*names, **optional):
    properties = dict.fromkeys(names, TEXT) | optional
    required = list(names)
    closed = {"additionalProperties": False}
    return {"type": "object", "properties": properties, "required": required, **closed}


TOOLS = {
    "say": takes("words"),
    "count": takes(),
    "roll": takes(),
    "make_order": takes(),
    "cancel_order": takes("order_id"),
    "browse": takes(cursor=TEXT),
    "publish": takes(),
    "check_out": takes(),
    "hide": takes(),
    "hidden": takes(),
}


class RefusalError(Exception):
    """A call that fails as it may."""


class Server:
    """One session."""

    def __init__(self, broken, lock):
        self.broken = broken
        self.lock = lock
        self.held = None
        self.orders = {}
        self.pages = {}
        self.published = set()
        self.numbers = itertools.count(1)
        self.hides = False
        self.cancelled = False
        self.buffer = b""
        self.last_words = ""

    # Lines

    def lines(self, wait):
        """Return the messages that are there; `None` at the end of all."""
        ready, _, _ = select.select([0], [], [], wait)
        if not ready:
            return []
        read = os.read(0, 1 << 20)
        if not read:
            return None
        *whole, self.buffer = (self.buffer + read).split(b"\n")
        return [json.loads(line) for line in whole if line.strip()]

    def run(self):
        while (messages := self.lines(None)) is not None:
            wait = AT_ONCE if any(map(is_call, messages)) and self.broken & IN_COMPANY else 0
            while more := self.lines(wait):
                messages += more
            calls = [message for message in messages if is_call(message)]
            for call in calls:
                self.last_words = call["params"]["arguments"].get("words", self.last_words)
            for message in messages:
                self.take(message, company=len(calls) > 1)

    def take(self, message, *, company):
        if message.get("method") == "notifications/cancelled":
            self.cancelled = True
            if "cancelling" in self.broken:
                os._exit(3)
        if "id" not in message:
            return
        try:
            if message["method"] == "tools/call":
                if "stuck" in self.broken and self.cancelled:
                    return
                answer = {"result": self.called(message["params"], company=company)}
            else:
                answer = {"result": self.asked(message["method"], message.get("params", {}))}
        except LookupError as error:
            answer = {"error": {"code": INVALID_PARAMS, "message": f"unknown: {error.args[0]}"}}
        say({"jsonrpc": "2.0", "id": message["id"], **answer})

    def asked(self, method, params):
        match method:
            case "initialize":
                version = params["protocolVersion"]
                capabilities = {"tools": {"listChanged": True}, "resources": {}}
                info = {"name": "remembering", "version": "1"}
                return {
                    "protocolVersion": version,
                    "capabilities": capabilities,
                    "serverInfo": info,
                }
            case "tools/list":
                return {"tools": [listed(name) for name in TOOLS if self.is_listed(name)]}
            case "resources/list":
                return {"resources": []}
            case "resources/templates/list":
                return {"resourceTemplates": []}
            case "resources/read":
                return self.read(params["uri"])
            case "ping":
                return {}
        raise LookupError(method)

    def is_listed(self, name):
        return name != "hidden" or not self.hides

    # Tools

    def called(self, params, *, company):
        name, given = params["name"], params["arguments"]
        if name not in TOOLS:
            raise LookupError(name)
        wanted = TOOLS[name]
        names = given.keys()
        if not {*wanted["required"]} <= names <= wanted["properties"].keys() or not all(
            isinstance(value, str) for value in given.values()
        ):
            return failed("wrong arguments")
        try:
            value = getattr(self, name)(given, company)
        except RefusalError as error:
            return failed(str(error))
        if isinstance(value, dict) and "type" in value:
            return {"content": [value]}
        text = value if isinstance(value, str) else json.dumps(value)
        return {"content": [{"type": "text", "text": text}]}

    def say(self, given, company):
        if company and "busy" in self.broken:
            raise RefusalError("one at a time")
        return self.last_words if company and "crossed" in self.broken else given["words"]

    def count(self, _given, _company):
        return f"call {next(self.numbers)}"

    def roll(self, _given, _company):
        if random.random() < 0.3:
            raise RefusalError("it fell off the table")
        return str(random.randint(1, 6))

    def make_order(self, _given, _company):
        name = f"ord-{random.getrandbits(32)}"
        self.orders[name] = "open"
        return {"order": {"id": name}}

    def cancel_order(self, given, _company):
        state = self.orders.get(given["order_id"])
        if state == "cancelled" and "twice" in self.broken:
            os._exit(3)
        if state != "open":
            raise RefusalError("there is no such order")
        self.orders[given["order_id"]] = "cancelled"
        return "cancelled"

    def browse(self, given, _company):
        page = self.pages.get(given["cursor"]) if "cursor" in given else 1
        if page is None:
            raise RefusalError("no such page")
        if page == MOST_PAGES:
            if "pages" in self.broken:
                os._exit(3)
            return {"items": [page]}
        cursor = f"page-{random.getrandbits(32)}"
        self.pages[cursor] = page + 1
        return {"items": [page], "nextCursor": cursor}

    def publish(self, _given, _company):
        uri = f"note:///{random.getrandbits(32)}"
        self.published.add(uri)
        return {"type": "resource_link", "uri": uri, "name": "note"}

    def read(self, uri):
        if uri not in self.published:
            raise LookupError(uri)
        if "link" in self.broken:
            os._exit(3)
        return {"contents": [{"uri": uri, "text": "published"}]}

    def check_out(self, _given, _company):
        if self.lock is None:
            return "nobody else is there"
        if self.held is None:
            self.held = os.open(self.lock, os.O_CREAT | os.O_RDWR)
        try:
            fcntl.flock(self.held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if "shared" in self.broken:
                os._exit(3)
            raise RefusalError("somebody else has it") from None
        return "yours"

    def hide(self, _given, _company):
        if "hiding" in self.broken or "vanished" in self.broken:
            self.hides = not self.hides
            say({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"})
        return "done"

    def hidden(self, _given, _company):
        if self.hides and "vanished" in self.broken:
            os._exit(3)
        if self.hides:
            raise LookupError("hidden")
        return "here"


def is_call(message):
    return message.get("method") == "tools/call"


def listed(name):
    hints = {"readOnlyHint": True}
    return {"name": name, "inputSchema": TOOLS[name], "annotations": hints}


def failed(text):
    return {"content": [{"type": "text", "text": text}], "isError": True}


def say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--broken", action="append", default=[])
    parser.add_argument("--lock")
    options = parser.parse_args()
    Server(set(options.broken), options.lock).run()


if __name__ == "__main__":
    main()
