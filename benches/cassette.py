"""Cassettes beside the standard library: opening one, asking it, its memory; and a served one.

    python benches/cassette.py [--interactions N] [--rounds N] [open] [lookup] [memory] [http]

Both sides of each comparison take turns in one process; figures are CPU time, medians of the
rounds. The cassette is written by the project's own journal: calls whose answers are structured,
as SDKs give them, over stdio (two lines an interaction) and over HTTP (five lines).
"""

import argparse
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, TypeAlias

from measuring import interleaved
from mock_server import http_row, interleave
from rivals import MOCK, OUR_CORE, http_server, modern_call

from mcp_proof_contracts.transcript import Header, Sender, event_line, header_line
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse
from mcp_proof_mocks.journal.rows import Row, events_of, request_row, response_row, text_row
from mcp_proof_mocks.replay.cassette import Cassette
from mcp_proof_mocks.replay.playback import Playback

LEAST_FASTER_OPEN: Final = 7
LEAST_FASTER_LOOKUP: Final = 2.5
MOST_MEMORY: Final = 2
LEAST_OF_MOCK: Final = 0.5
CITIES: Final = 70_000
LOOKUPS: Final = 20_000

Json: TypeAlias = dict[str, Any]
Parsed: TypeAlias = dict[bytes, list[list[Any]]]


def call(number: int) -> bytes:
    """A request as an SDK writes it."""
    arguments = {"city": f"city-{number % CITIES}", "days": 3}
    params = {"name": "weather", "arguments": arguments, "_meta": {"progressToken": number}}
    return encode({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params})


def answer(number: int, chance: random.Random) -> bytes:
    """Its answer: structured, and as text."""
    told = {
        "city": f"city-{number % CITIES}",
        "degrees": chance.randrange(300) / 10,
        "sky": chance.choice(["clear", "cloudy", "rain"]),
        "wind": {"from": "west", "kmh": chance.randrange(40)},
    }
    content = [{"type": "text", "text": encode(told).decode()}]
    result: Json = {"content": content, "structuredContent": told, "isError": False}
    return encode({"jsonrpc": "2.0", "id": number, "result": result})


def lines(interactions: int) -> Iterator[Row]:
    """What a journal keeps of calls over stdio."""
    chance = random.Random(1)
    for number in range(interactions):
        at, where = number / 1000, ("stdio-1", "stdio-1")
        yield text_row(at, *where, Sender.CLIENT, call(number))
        yield text_row(at + 0.0003, *where, Sender.SERVER, answer(number, chance))


def exchanges(interactions: int) -> Iterator[Row]:
    """Likewise over HTTP."""
    chance = random.Random(1)
    fields = [("content-type", "application/json"), ("mcp-session-id", "mock-a1b2c3d4e5f6g7h8")]
    for number in range(interactions):
        at, where = number / 1000, ("session-1", f"post-{number}")
        request = HttpRequest("POST", "/mcp", dict(fields), call(number), fields)
        response = HttpResponse(status=200, headers=JSON, body=answer(number, chance))
        yield request_row(at, *where, request)
        yield response_row(at + 0.0003, *where, response)


def written(rows: Iterator[Row], file: Path) -> Path:
    """A cassette of rows."""
    header = Header(peer="bench", side=Sender.SERVER, transport="stdio", started="2026-11-22")
    with file.open("wb") as sink:
        sink.write(header_line(header))
        sink.writelines(map(event_line, events_of(rows, 0.0)))
    return file


def meaning(message: Json) -> bytes:
    """By what the standard library finds a request."""
    params = {name: value for name, value in message["params"].items() if name != "_meta"}
    text = json.dumps([message["method"], params], sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def parsed(file: Path) -> Parsed:
    """The records of a cassette as the standard library reads them."""
    records: Parsed = {}
    waiting: dict[tuple[str, Any], list[Any]] = {}
    with file.open(encoding="utf-8") as sink:
        next(sink)
        for line in sink:
            event = json.loads(line)
            if event["kind"] != "message":
                continue
            message = json.loads(event["raw"])
            if event["sender"] == "client":
                record = [event, message, None]
                records.setdefault(meaning(message), []).append(record)
                waiting[event["session"], message["id"]] = record
            else:
                waiting.pop((event["session"], message["id"]))[2] = message
    return records


def asked(records: Parsed, raw: bytes) -> bytes:
    """The answer to a message, from parsed records."""
    message = json.loads(raw)
    told = records[meaning(message)][0][2]
    return json.dumps({**told, "id": message["id"]}).encode()


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of some work; what it makes is thrown away."""
    before = time.process_time()
    made = work()
    after = time.process_time()
    del made
    return after - before


def compared(rounds: int, ours: Callable[[], object], theirs: Callable[[], object]) -> list[float]:
    """CPU seconds of two sides that take turns, and by what factor ours is faster."""
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for name, work in interleaved([("ours", ours), ("theirs", theirs)], rounds):
        times[name].append(spent(work))
    mine, other = (statistics.median(each) for each in times.values())
    return [mine, other, other / mine]


def verdict(*, kept: bool) -> str:
    """Nothing, or that a target was missed."""
    return "" if kept else "  missed"


def opening(file: Path, rounds: int, *, least: float) -> None:
    """Open a cassette."""
    size = file.stat().st_size / 1e6
    mine, other, faster = compared(rounds, lambda: Cassette(file), lambda: parsed(file))
    print(
        f"open {file.stem:10} {size:6.1f} MB {mine * 1000:8.0f} ms, standard library "
        f"{other * 1000:6.0f} ms: {faster:.1f}x{verdict(kept=faster >= least)}"
    )


def lookup(file: Path, rounds: int) -> None:
    """Ask a cassette: a message in, the bytes of its answer out."""
    records, playback = parsed(file), Playback(Cassette(file))
    chance = random.Random(2)
    raws = [call(chance.randrange(CITIES)) for _ in range(LOOKUPS)]
    for raw in raws[:100]:
        told = playback.lookup(raw)
        assert told is not None
        assert json.loads(told) == json.loads(asked(records, raw))
    playback = Playback(playback.cassette)
    mine, other, faster = compared(
        rounds,
        lambda: [playback.lookup(raw) for raw in raws],
        lambda: [asked(records, raw) for raw in raws],
    )
    missed = verdict(kept=faster >= LEAST_FASTER_LOOKUP)
    print(
        f"lookup {mine / LOOKUPS * 1e6:5.1f} µs, parsed records {other / LOOKUPS * 1e6:5.1f} µs: "
        f"{faster:.1f}x{missed}"
    )


def memory(file: Path) -> None:
    """The most memory that opening needs, beyond the interpreter's own."""
    script = (
        "import re, sys; from pathlib import Path\n"
        "from mcp_proof_mocks.replay.cassette import Cassette\n"
        "status = Path('/proc/self/status')\n"
        "most = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', status.read_text())[1]) * 1024\n"
        "before = most(); kept = Cassette(Path(sys.argv[1])); print(most() - before)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(file)], capture_output=True, check=True, text=True
    )
    times = int(ran.stdout) / file.stat().st_size
    missed = verdict(kept=times < MOST_MEMORY)
    print(f"memory {int(ran.stdout) / 1e6:.0f} MB: {times:.2f} times the file{missed}")


def http(rounds: int, folder: Path) -> None:
    """Serve a cassette over HTTP, beside the mock that it was recorded from."""
    file = folder / "served.ndjson"
    with http_server([*MOCK, "--journal", str(file), "--port"]) as mock:
        row = http_row("recorded", *mock, modern_call)
        row.run()
    with ExitStack() as stack:
        os.sched_setaffinity(0, {OUR_CORE})
        replay = [sys.executable, "-m", "mcp_proof", "replay", str(file), "--port"]
        mock = stack.enter_context(http_server([*MOCK, "--port"]))
        played = stack.enter_context(http_server(replay))
        rows = [http_row("mock", *mock, modern_call), http_row("replay", *played, modern_call)]
        interleave(rows, rounds)
    share = rows[0].cost / rows[1].cost
    missed = verdict(kept=share >= LEAST_OF_MOCK)
    print(
        f"tools/call over HTTP: replay {rows[1].cost:.1f} µs CPU, mock {rows[0].cost:.1f} µs: "
        f"{share:.0%} of the mock's throughput{missed}"
    )


def main() -> None:
    """Run the comparisons that were asked for, or all."""
    known = ("open", "lookup", "memory", "http")
    parser = argparse.ArgumentParser()
    parser.add_argument("--interactions", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("what", nargs="*", metavar="|".join(known))
    options = parser.parse_args()
    chosen = options.what or known
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stdio = written(lines(options.interactions), folder / "lines.ndjson")
        if "open" in chosen:
            over_http = written(exchanges(options.interactions), folder / "exchanges.ndjson")
            opening(stdio, options.rounds, least=LEAST_FASTER_OPEN)
            opening(over_http, options.rounds, least=0)
        if "lookup" in chosen:
            lookup(stdio, options.rounds)
        if "memory" in chosen:
            memory(stdio)
        if "http" in chosen:
            http(options.rounds, folder)


if __name__ == "__main__":
    main()
