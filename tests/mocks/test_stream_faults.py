"""What each stream fault does to bytes, in whatever pieces they come; time passes at once."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Iterator
from itertools import count, pairwise

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_proof_mocks.stream.choice import chosen_fault
from mcp_proof_mocks.stream.connection import Connection, CutShort, Received
from mcp_proof_mocks.stream.messages import HttpMessages, LineMessages
from mcp_proof_mocks.stream.stream_fault import ConnectionReset

STREAMED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"d\r\nid: 1\ndata: \n\n\r\n"
    b'2b\r\ndata: {"jsonrpc":"2.0","method":"n/first"}\n\n\r\n'
    b'2c\r\ndata: {"jsonrpc":"2.0","method":"n/second"}\n\n\r\n0\r\n\r\n'
)
LINES = b'{"jsonrpc":"2.0","id":1,"result":{}}\n{"short":1}\n{"jsonrpc":"2.0","id":2,"result":{}}\n'


class AtOnce(selectors.DefaultSelector):
    """Lets an event loop's time pass without waiting."""

    now = 0.0

    def select(self, timeout=None):
        assert timeout is not None, "nothing will ever happen again"
        self.now += timeout
        return super().select(0)


def at_once(work: Awaitable[None]) -> None:
    """Run with a clock that moves only when everybody waits."""
    selector = AtOnce()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.now
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(work)


class Wire:
    """One direction of a connection: what is fed to it, and what came out of it when."""

    def __init__(self, *moments: bytes | float) -> None:
        self.moments = list(moments)
        self.arrived: list[tuple[float, bytes]] = []
        self.end = ""
        """How it ended: closed, cut, reset, or closed early while the source went on."""
        self.ended_at = 0.0

    async def read(self, _size: int) -> bytes:
        while self.moments:
            moment = self.moments.pop(0)
            if isinstance(moment, bytes):
                return moment
            await asyncio.sleep(moment)
        return b""

    def write(self, data: bytes) -> None:
        if data:
            self.arrived.append((asyncio.get_running_loop().time(), data))

    async def drain(self) -> None:
        pass

    def write_eof(self) -> None:
        self._ended("closed early" if self.moments else "closed")

    async def carry(self, connection: Connection, direction: str = "down") -> None:
        try:
            await connection.carry(direction, Received(self.read), self)
        except CutShort:
            self._ended("cut")
        except ConnectionReset:
            self._ended("reset")

    def _ended(self, end: str) -> None:
        self.end, self.ended_at = end, round(asyncio.get_running_loop().time(), 6)

    @property
    def data(self) -> bytes:
        return b"".join(piece for _, piece in self.arrived)

    @property
    def times(self) -> list[float]:
        return [round(at, 6) for at, _ in self.arrived]


def connections(*texts: str, messages: Callable = LineMessages) -> Iterator[Connection]:
    """Connections of one relay with these faults."""
    chosen = [chosen_fault(text) for text in texts]
    numbers = count(1)
    while True:
        yield Connection(chosen, messages, numbers)


def through(*moments: bytes | float, faults: str, direction: str = "down") -> Wire:
    """Send these bytes, with these pauses, through faults written one after the other."""
    wire = Wire(*moments)
    at_once(wire.carry(next(connections(*faults.split())), direction))
    return wire


# Time


def test_latency_moves_everything_by_the_same_time_and_the_end_too():
    wire = through(b"a", 0.03, b"b", 0.5, b"c", faults="latency:ms=200")
    assert wire.times == [0.2, 0.23, 0.73]
    assert (wire.data, wire.end, wire.ended_at) == (b"abc", "closed", 0.73)


def test_latency_does_not_slow_down_what_follows_closely():
    wire = through(*[b"x", 0.001] * 500, faults="latency:ms=200")
    assert len(wire.arrived) == 500
    assert wire.ended_at == pytest.approx(0.7)


def test_jitter_keeps_the_order_and_the_bound_and_repeats_with_its_seed():
    pieces = [bytes([65 + number]) for number in range(20)]
    moments = [moment for piece in pieces for moment in (piece, 0.01)]
    wire = through(*moments, faults="jitter:ms=50")
    assert wire.data == b"".join(pieces)
    delays = [at - 0.01 * number for number, at in enumerate(wire.times)]
    assert all(0 <= delay <= 0.05 for delay in delays)
    assert len({round(delay, 4) for delay in delays}) > 10
    assert through(*moments, faults="jitter:ms=50").times == wire.times
    assert through(*moments, faults="jitter:ms=50,seed=1").times != wire.times


def test_bandwidth_takes_its_time_and_lets_bytes_flow_meanwhile():
    wire = through(b"x" * 20_000, faults="bandwidth:rate=10000")
    assert wire.ended_at == pytest.approx(2.0)
    assert len(wire.arrived) == 40
    assert wire.times[0] == pytest.approx(0.05)


def test_what_bandwidth_cannot_carry_yet_is_left_with_the_sender():
    wire = Wire(*[b"x" * 100] * 10)

    async def look_after_a_while() -> None:
        carrying = asyncio.create_task(wire.carry(next(connections("bandwidth:rate=100"))))
        await asyncio.sleep(2.5)
        assert len(wire.moments) == 7
        await carrying

    at_once(look_after_a_while())


def test_a_slicer_cuts_and_pauses():
    wire = through(b"abcdefg", faults="slicer:bytes=3,ms=10")
    assert wire.arrived == [(0.0, b"abc"), (0.01, b"def"), (0.02, b"g")]


# Ends


def test_a_truncated_stream_is_cut_after_its_bytes():
    wire = through(b"abc", b"def", b"ghi", faults="truncate:after=4")
    assert (wire.data, wire.end) == (b"abcd", "cut")


@pytest.mark.parametrize("fault", ["truncate", "reset", "half-close", "garbage"])
def test_a_stream_that_ends_before_its_fault_is_left_alone(fault):
    wire = through(b"abc", b"def", faults=f"{fault}:after=6")
    assert (wire.data, wire.end) == (b"abcdef", "closed")


def test_a_reset_comes_instead_of_the_next_byte():
    wire = through(b"abc", 1.0, b"def", faults="reset:after=3")
    assert (wire.data, wire.end, wire.ended_at) == (b"abc", "reset", 1.0)


def test_half_closing_ends_the_stream_and_swallows_the_rest():
    wire = through(b"abc", b"def", 1.0, b"ghi", faults="half-close:after=2")
    assert (wire.data, wire.end) == (b"ab", "closed early")
    assert wire.moments == []


# Content


def test_garbage_is_inserted_once_and_repeats_for_the_same_connection():
    first = through(b"abcdef", b"ghi", faults="garbage:after=2,bytes=5")
    assert (first.data[:2], len(first.data), first.data[7:]) == (b"ab", 14, b"cdefghi")
    assert through(b"abcdefghi", faults="garbage:after=2,bytes=5").data == first.data
    assert through(b"abcdefghi", faults="garbage:after=2,bytes=5,seed=9").data != first.data


def test_garbage_differs_from_connection_to_connection():
    relay = connections("garbage:bytes=8")
    wires = [Wire(b"abc") for _ in range(3)]
    for wire in wires:
        at_once(wire.carry(next(relay)))
    assert len({wire.data for wire in wires}) == 3


def test_a_stalled_stream_passes_its_events_and_then_nothing_until_it_ends():
    wire = through(STREAMED, 60.0, b"more", faults="stalled-stream:after=1")
    assert b"n/first" in wire.data
    assert wire.data.endswith(b"data: {")
    assert (wire.end, wire.ended_at) == ("closed", 60.0)


def test_a_cut_comes_inside_an_event_that_has_data():
    wire = through(STREAMED, faults="cut-mid-event:into=10")
    assert wire.data.endswith(b'\r\n2b\r\ndata: {"jsonrpc')
    assert wire.end == "cut"


def test_what_is_no_event_stream_is_neither_stalled_nor_cut():
    answer = (
        b'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"text":"\\ndata: not an event", "data":1}'
    )
    for fault in ("stalled-stream", "cut-mid-event"):
        assert through(answer, faults=fault).data == answer


def test_a_half_written_line_is_continued_by_the_next():
    wire = through(LINES, faults="half-written-line:after=1,into=20")
    first, short, third = LINES.splitlines(keepends=True)
    assert wire.data == first + short + third[:20]
    again = through(LINES, LINES, faults="half-written-line:into=20")
    assert again.data == first[:20] + short + third + LINES


@given(cuts=st.lists(st.integers(1, len(STREAMED) - 1), unique=True))
@pytest.mark.parametrize(
    "fault",
    [
        "truncate:after=150",
        "garbage:after=150",
        "stalled-stream:after=1",
        "cut-mid-event:after=1",
        "half-written-line:after=3,into=9",
        "slicer:bytes=7",
        "reset:after=99",
    ],
)
def test_it_does_not_matter_in_which_pieces_bytes_come(fault, cuts):
    places = [0, *sorted(cuts), len(STREAMED)]
    pieces = [STREAMED[start:end] for start, end in pairwise(places)]
    whole, cut = through(STREAMED, faults=fault), through(*pieces, faults=fault)
    assert whole.arrived != [(0.0, STREAMED)]
    assert (cut.data, cut.end) == (whole.data, whole.end)


# Several faults


def test_faults_act_in_the_order_in_which_they_are_given():
    cut_then_late = through(b"abcdef", faults="truncate:after=3 latency:ms=100")
    assert cut_then_late.arrived == [(0.1, b"abc")]
    late_then_cut = through(b"abcdef", faults="latency:ms=100 truncate:after=3")
    assert (late_then_cut.data, late_then_cut.ended_at) == (b"abc", 0.1)
    noise_then_cut = through(b"abcdef", faults="garbage:bytes=2 truncate:after=3")
    assert noise_then_cut.data[2:] == b"a"


def test_a_reset_does_not_overtake_what_was_sent_before_it():
    wire = through(b"abc", b"def", faults="reset:after=4 latency:ms=100")
    assert (wire.data, wire.end, wire.ended_at) == (b"abcd", "reset", 0.1)


# Selection


def request(method: str, number: int = 1, **params: object) -> bytes:
    asked = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    return orjson.dumps(asked) + b"\n"


def posted(message: bytes) -> bytes:
    return b"POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(message) + message


def conversation(connection: Connection, *said: bytes, answer: bytes = b"answer;") -> Wire:
    """Say one thing per second, and have each answered half a second later."""
    down = Wire(0.5, *[answer, 1.0] * len(said))
    up = Wire(*(moment for message in said for moment in (message, 1.0)))

    async def both() -> None:
        await asyncio.gather(down.carry(connection), up.carry(connection, "up"))
        if down.end == "closed":
            assert up.data == b"".join(said)

    at_once(both())
    return down


ASKED = [
    request("ping"),
    request("tools/call", name="echo"),
    request("ping"),
    request("tools/call", name="other"),
    request("tools/call", name="echo"),
]


@pytest.mark.parametrize(
    ("selection", "met"),
    [
        ("tool=echo", [1, 4]),
        ("method=tools/call", [1, 3, 4]),
        ("method=tools/call,call=2", [3]),
        ("tool=echo,call=2..", [4]),
        ("call=1", [0]),
        ("method=tools/call,probability=0", []),
        ("tool=none", []),
    ],
)
@pytest.mark.parametrize("framing", [LineMessages, HttpMessages])
def test_a_fault_acts_on_the_answers_to_chosen_messages_only(framing, selection, met):
    connection = next(connections(f"garbage:bytes=3,{selection}", messages=framing))
    said = ASKED if framing is LineMessages else [posted(message) for message in ASKED]
    down = conversation(connection, *said)
    answers = [piece for _, piece in down.arrived]
    expected = [b"answer;"] * 5
    for place in reversed(met):
        expected.insert(place, b"")
    assert [piece if len(piece) > 3 else b"" for piece in answers] == expected


def test_a_message_is_found_in_any_pieces_and_before_the_server_can_answer():
    wanted = posted(request("tools/call", name="echo"))
    connection = next(connections("truncate:after=0,tool=echo", messages=HttpMessages))
    halves = wanted[:70], wanted[70:]
    down = conversation(connection, posted(request("ping")), *halves)
    assert (down.data, down.end) == (b"answer;answer;", "cut")


def test_a_client_that_answers_the_server_does_not_end_the_fault():
    reply = b'{"jsonrpc":"2.0","id":"asked","result":{}}\n'
    connection = next(connections("slicer:bytes=1,tool=echo"))
    down = conversation(connection, ASKED[1], reply, request("ping"))
    assert [len(piece) for _, piece in down.arrived] == [1] * 14 + [7]


def test_what_is_neither_http_nor_a_line_that_ends_passes_unread():
    noise = bytes(range(256)) * 300
    for framing in (HttpMessages, LineMessages):
        connection = next(connections("truncate:tool=echo", messages=framing))
        assert conversation(connection, noise, noise).data == b"answer;answer;"


def test_connections_count_from_the_first_thing_said_on_them():
    relay = connections("truncate:after=0,connection=2")
    silent, first, second, third = (next(relay) for _ in range(4))
    at_once(Wire().carry(silent))
    wires = [Wire(b"abc") for _ in range(3)]
    for wire, connection in zip(wires, (first, second, third), strict=True):
        at_once(wire.carry(connection))
    assert [wire.data for wire in wires] == [b"abc", b"", b"abc"]


def test_probability_chooses_connections_and_repeats_with_its_seed():
    def cut(seed: int) -> list[bool]:
        relay = connections(f"truncate:after=0,probability=0.3,seed={seed}")
        wires = [Wire(b"abc") for _ in range(100)]
        for wire in wires:
            at_once(wire.carry(next(relay)))
        return [wire.end == "cut" for wire in wires]

    assert 15 <= sum(cut(1)) <= 45
    assert cut(1) == cut(1)
    assert cut(1) != cut(2)


def test_a_direction_is_left_alone_unless_it_is_chosen():
    for direction, other in (("down", "up"), ("up", "down")):
        text = f"truncate:after=1,direction={direction}"
        assert through(b"abc", faults=text, direction=direction).data == b"a"
        assert through(b"abc", faults=text, direction=other).data == b"abc"
