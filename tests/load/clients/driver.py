"""Drives clients in processes of their own, since gevent must not get into pytest.

Takes scripts, each a line of JSON on stdin, and prints for each what came of it. A script has a
process to itself, a fork of this one, which knows all modules already.
"""
# ruff: noqa: E402, T201  # gevent comes before everything else; what is printed is the result

import json
import os
import sys
import tempfile
import time
import traceback
from importlib import import_module

from gevent import monkey

monkey.patch_all()  # as locust does it, before anything else

import gevent

from mcp_proof_load.clients.client import BrokenError, SilentError
from mcp_proof_load.plan import Plan

KINDS = (
    "contextframe",
    "gateway",
    "http_sse",
    "openapi_jsonrpc",
    "queue",
    "rest",
    "stdio",
    "websocket",
)
MODULES = {name: import_module(f"mcp_proof_load.clients.{name}") for name in KINDS}


class Script:
    """What users do, and what comes of it."""

    def __init__(self, script):
        self.plan = Plan(operations=(), **script["plan"])
        self.kind = MODULES[self.plan.client]
        self.sessions = script["sessions"]
        self.strays = []
        self.steps = {
            "call": self.call,
            "call_with": self.call_with,
            "discover": self.discover,
            "listen": self.listen,
            "kill": self.kill,
        }

    def run(self):
        """Have all sessions at once; return what came of them."""
        began = time.monotonic()
        users = [gevent.spawn(self.session, n, steps) for n, steps in enumerate(self.sessions)]
        told = {"sessions": [user.get() for user in users], "strays": self.strays}
        seconds = time.monotonic() - began
        return told | {"pids": MODULES["stdio"].pids(), "seconds": seconds}

    def session(self, number, steps):
        """Be one user."""
        client = self.kind.client(self.plan, number)
        client.on_stray = lambda body: self.strays.append(body.decode())
        return [self.outcome(client, *step) for step in steps]

    def outcome(self, client, what, *arguments):
        """Do one thing; return what came of it."""
        try:
            if what in self.steps:
                return self.steps[what](client, *arguments) or {}
            getattr(client, what)(*arguments)
        except BrokenError as error:
            return {"broken": str(error)}
        except SilentError as error:
            return {"silent": str(error)}
        return {}

    def call(self, client, *arguments):
        answer = client.call(*arguments)
        told = {"body": answer.body.decode(), "failure": answer.failure}
        return told | {"others": [other.decode() for other in answer.others]}

    def call_with(self, client, size, number):
        """Call with a text of this size."""
        return self.call(client, "say", {"text": "x" * size}, number)

    def discover(self, client, number):
        """Ask which tools there are, in all parts; return what was told, and what was sent."""
        sent = []
        client.when_sent(lambda: sent.append(1))
        parts, bodies = [""], []
        while parts:
            found = client.discover(number, parts.pop(0))
            number += 1
            parts.extend(found.following)
            bodies.append(found.answer.body.decode())
        return {"bodies": bodies, "sent": len(sent), "name": client.discovery}

    def listen(self, client, stream, wanted, meanwhile=()):
        """Open a stream, do something else, and return what comes until there is enough."""
        listening = getattr(self.kind, stream)(self.plan)
        listening.open()
        if meanwhile:
            self.outcome(client, *meanwhile)
        came = []
        for message in listening.messages():
            came.append(message.body.decode())
            if len(came) == wanted:
                break
        listening.close()
        return {"came": came}

    def kill(self, _client, number):
        """End the first server by a signal."""
        os.kill(self.kind.pids()[0], number)


def run(script):
    """Run one script, in a process that does nothing else."""
    with tempfile.TemporaryFile() as errors:
        os.dup2(errors.fileno(), sys.stderr.fileno())
        try:
            told = Script(script).run()
        except Exception:  # noqa: BLE001  # told to the test, which fails
            traceback.print_exc()
            told = {}
        errors.seek(0)
        print(json.dumps(told | {"stderr": errors.read().decode()}), flush=True)
    if script["stays"]:
        gevent.sleep(script["stays"])


for line in sys.stdin:
    script = json.loads(line)
    if script["stays"]:
        run(script)
        break
    if pid := os.fork():
        os.waitpid(pid, 0)
    else:
        run(script)
        os._exit(0)
