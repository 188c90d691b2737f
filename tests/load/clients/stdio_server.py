"""A server of MCP at 2025-11-25 over stdio, healthy but for what the command line names.

Its one tool gives back its text.
"""

import json
import os
import signal
import sys

DEFECT = sys.argv[1]
TOGETHER = 3
"""Calls that are kept back, to be answered in reverse order."""
ASKED = ("ping", "roots/list", "sampling/createMessage", "no/such/method")
INFO = {"protocolVersion": "2025-11-25", "capabilities": {}, "serverInfo": {"name": DEFECT}}
NOISE = "noise " * 300_000
kept = []
replies = {}


def write(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def say(message):
    write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")


def answered(request, text=None, **members):
    said = request["params"]["arguments"]["text"] if text is None else text
    content = [{"type": "text", "text": said}]
    return {"jsonrpc": "2.0", "id": request["id"], "result": {"content": content}} | members


def result(request, text=None, **members):
    say(answered(request, text, **members))


def reverse(request):
    kept.append(request)
    if len(kept) == TOGETHER:
        for each in reversed(kept):
            result(each)


def batches(request):
    kept.append(request)
    if len(kept) == TOGETHER:
        write(json.dumps([answered(each) for each in kept]) + "\n")


def half_a_line(_request):
    write('{"jsonrpc": "2.0", "id"')
    sys.exit(3)


def hung_half_a_line(_request):
    write('{"jsonrpc": "2.0", "id"')


def asks(request):
    kept.append(request)
    for name in ASKED:
        say({"id": name, "method": name, "params": {}})


def late(request):
    if not kept:
        kept.append(request)
        return
    result(kept[0])
    result(request)


def twice(request):
    result(request)
    result(request, "again")


def strays(request):
    result(request, "nobody's", id=4711)
    say({"method": "notifications/message", "params": {}})
    write("no JSON at all\n\n[]\n")
    result(request, "nobody's", id="nobody")
    result(request)


def floods_stderr(request):
    sys.stderr.write(NOISE)
    result(request)


CALLED = {
    "batches": batches,
    "stops-reading": lambda _request: signal.pause(),
    "reverse": reverse,
    "half-a-line": half_a_line,
    "hung-half-a-line": hung_half_a_line,
    "asks": asks,
    "late": late,
    "twice": twice,
    "strays": strays,
    "floods-stderr": floods_stderr,
    "never-answers": lambda _request: None,
    "ids-as-text": lambda request: result(request, id=str(request["id"])),
    "ids-as-floats": lambda request: result(request, id=float(request["id"])),
    "forgets-ids": lambda request: result(request, id=None),
    "tells-its-pid": lambda request: result(request, str(os.getpid())),
    "fails": lambda request: result(request, result={"content": [], "isError": True}),
    "endless-line": lambda _request: [write("x" * (1 << 20)) for _ in range(40)],
}


def take(message):
    if "method" not in message:
        replies[message["id"]] = message.get("error", message.get("result"))
        if len(replies) == len(ASKED):
            result(kept[0], json.dumps(replies))
    elif message["method"] == "initialize":
        refusal = {"error": {"code": -32602, "message": "no version of mine"}}
        say({"id": message["id"], **(refusal if DEFECT == "refuses" else {"result": INFO})})
    elif message["method"] == "tools/call":
        CALLED.get(DEFECT, result)(message)


if DEFECT == "dies-at-once":
    sys.exit("the configuration is missing")
if DEFECT == "stays":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
for line in sys.stdin:
    take(json.loads(line))
while DEFECT == "stays":
    signal.pause()
