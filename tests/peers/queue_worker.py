"""A worker behind a queue, as its author would write it around redis-py: `URL [careless]`.

The careless one does what is often done: it takes for granted that entries are right, leaves
responses where they are, and tells nobody of what has failed.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import jsonschema
import redis

WORDS = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
TOOLS: dict[str, Callable[..., Any]] = {
    "count_words": lambda text: {"words": len(text.split())},
}
LISTED = [
    {
        "name": "count_words",
        "description": "Counts the words of a text.",
        "input_schema": WORDS,
        "output_schema": {"type": "object", "required": ["words"]},
        "annotations": {"readOnlyHint": True},
    }
]


class Worker:
    """Takes its requests with BRPOP, and hears them on a channel."""

    def __init__(self, url: str) -> None:
        self.redis = redis.Redis.from_url(url)

    def run(self) -> None:
        """Work until the process is ended."""
        self.redis.set("mcp:tools", json.dumps(LISTED))
        events = self.redis.pubsub(ignore_subscribe_messages=True)
        events.subscribe(**{"tool.requested": self.hear})
        events.get_message(timeout=5)  # it is subscribed to when this returns
        events.run_in_thread(sleep_time=0.1, daemon=True)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            taken: Any = self.redis.brpop(["mcp:requests"], timeout=1)
            if taken is not None:
                self.take(taken[1])

    def take(self, entry: bytes) -> None:
        """Answer one entry of the list."""
        try:
            request = json.loads(entry)
            key = f"mcp:responses:{request['id']}"
        except (ValueError, TypeError, KeyError, RecursionError):
            sys.stderr.write(f"skipped: {entry[:80]!r}\n")
            return
        answer = {"request_id": request["id"], "tool": request.get("tool")}
        answer |= self.outcome(answer["tool"], request.get("arguments"))
        self.redis.set(key, json.dumps(answer), ex=300)
        self.redis.publish("tool.completed", json.dumps(answer))

    def hear(self, message: dict[str, Any]) -> None:
        """Answer one event."""
        event = json.loads(message["data"])
        answer = {"request_id": event["request_id"], "tool": event["tool"]}
        answer |= self.outcome(event["tool"], event["arguments"])
        self.redis.publish("tool.completed", json.dumps(answer))

    def outcome(self, name: Any, arguments: Any) -> dict[str, Any]:
        """Call a tool; a failure is an answer too."""
        if not isinstance(name, str) or name not in TOOLS:
            return {"error": f"there is no tool {name!r}"}
        try:
            jsonschema.validate(arguments, WORDS)
        except jsonschema.ValidationError as error:
            return {"error": error.message}
        return {"result": TOOLS[name](**arguments)}


class Careless(Worker):
    """The same without second thoughts."""

    def take(self, entry: bytes) -> None:
        """Answer one entry of the list, if all goes well."""
        request = json.loads(entry)
        try:
            result = TOOLS[request["tool"]](**request["arguments"])
        except Exception as error:  # noqa: BLE001  # as it is often written
            sys.stderr.write(f"failed: {error}\n")
            return
        answer = {"tool": request["tool"], "result": result, "success": True}
        self.redis.set(f"mcp:responses:{request['id']}", json.dumps(answer))

    def hear(self, message: dict[str, Any]) -> None:
        """Answer one event, if all goes well."""
        event = json.loads(message["data"])
        if event["tool"] in TOOLS:
            super().hear(message)


if __name__ == "__main__":
    kind = Careless if "careless" in sys.argv else Worker
    kind(sys.argv[1]).run()
