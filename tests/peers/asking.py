"""A server on stdio (MCP 2025-11-25) whose tools ask the client; with `--broken` some answers
end it.

    ask_user   elicits a name; broken, it dies when the user declines
    consult    samples a text; broken, it dies when it gets an image
"""

import json
import sys

ASKED = {
    "ask_user": (
        "elicitation/create",
        {
            "message": "What is your name?",
            "requestedSchema": {
                "type": "object",
                "properties": {"name": {"type": "string"}},
                "required": ["name"],
            },
        },
    ),
    "consult": (
        "sampling/createMessage",
        {
            "messages": [{"role": "user", "content": {"type": "text", "text": "Who are you?"}}],
            "maxTokens": 20,
        },
    ),
}
SCHEMA = {
    "type": "object",
    "properties": {"greeting": {"type": "string"}},
    "additionalProperties": False,
}


def said(result, *, broken):
    """What the client said, as a text; `None` where it is not what was asked for."""
    if broken and result.get("action") == "decline":
        return result["content"]["name"]
    content = result.get("content")
    if not isinstance(content, dict):
        return None
    if broken and content.get("type") == "image":
        return content["text"]
    text = content.get("name", content.get("text"))
    return text if isinstance(text, str) else None


class Server:
    """One client's conversation."""

    def __init__(self, *, broken):
        self.broken = broken

    def send(self, **members):
        sys.stdout.write(json.dumps({"jsonrpc": "2.0", **members}) + "\n")
        sys.stdout.flush()

    def refuse(self, identifier, code, text):
        self.send(id=identifier, error={"code": code, "message": text})

    def serve(self):
        while (message := self.heard()) is not None:
            self.take(message)

    def heard(self):
        """The next message, whatever it is; `None` at the end."""
        for line in sys.stdin.buffer:
            try:
                message = json.loads(line.decode())
            except (ValueError, RecursionError):
                self.refuse(None, -32700, "Parse error")
                continue
            if isinstance(message, dict):
                return message
            self.refuse(None, -32600, "A message is an object")
        return None

    def take(self, message):
        identifier, method = message.get("id"), message.get("method")
        params = message.get("params", {})
        if "method" not in message and ("result" in message or "error" in message):
            return
        known = isinstance(identifier, str | int) and not isinstance(identifier, bool)
        right = message.get("jsonrpc") == "2.0" and isinstance(method, str)
        if not right or ("id" in message and not known):
            self.refuse(identifier if known else None, -32600, "Invalid request")
        elif known and not isinstance(params, dict):
            self.refuse(identifier, -32602, "params must be an object")
        elif known:
            self.answer(identifier, method, params)

    def answer(self, identifier, method, params):
        results = {"initialize": self.initialize, "ping": dict, "tools/list": self.list_tools}
        if method == "tools/call":
            self.call(identifier, params)
        elif method in results:
            self.send(id=identifier, result=results[method]())
        else:
            self.refuse(identifier, -32601, "Method not found")

    def initialize(self):
        return {
            "protocolVersion": "2025-11-25",
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "asking", "version": "1"},
        }

    def list_tools(self):
        hints = {"readOnlyHint": True}
        return {"tools": [{"name": n, "inputSchema": SCHEMA, "annotations": hints} for n in ASKED]}

    def call(self, identifier, params):
        name, given = params.get("name"), params.get("arguments", {})
        if not isinstance(name, str) or name not in ASKED or not isinstance(given, dict):
            self.refuse(identifier, -32602, "no such tool, or no arguments")
            return
        if set(given) - {"greeting"} or not isinstance(given.get("greeting", ""), str):
            self.fail(identifier, "only a greeting can be given, as a text")
            return
        method, asked = ASKED[name]
        self.send(id=f"asked-{identifier}", method=method, params=asked)
        answer = self.answer_to(f"asked-{identifier}")
        text = None if "error" in answer else said(answer["result"], broken=self.broken)
        if text is None:
            self.fail(identifier, "the client does not say it")
        else:
            content = [{"type": "text", "text": f"{given.get('greeting', 'Hello')} {text}"}]
            self.send(id=identifier, result={"content": content})

    def answer_to(self, identifier):
        """Wait for the client's answer, serving what else it says."""
        while (message := self.heard()) is not None:
            if message.get("id") == identifier and "method" not in message:
                return message
            self.take(message)
        sys.exit()

    def fail(self, identifier, text):
        content = [{"type": "text", "text": text}]
        self.send(id=identifier, result={"content": content, "isError": True})


if __name__ == "__main__":
    Server(broken="--broken" in sys.argv).serve()
