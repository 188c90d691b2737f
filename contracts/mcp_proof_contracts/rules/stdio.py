"""Transports, stdio: one message per line, nothing else on stdout, and an orderly end."""

import json
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from mcp_proof_contracts.client_course import failed_after, went_on
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.cancellation.work import cancelled_on_purpose
from mcp_proof_contracts.transcript import Event, EventKind, Sender
from mcp_proof_contracts.wire import PROGRESS, Kind, as_object, id_key

PAGE = "transports/stdio#stdio"
LOG_MEMBERS: Final = frozenset(
    {"level", "severity", "levelname", "msg", "message", "timestamp", "@timestamp", "time", "ts"}
)
"""What the JSON lines of logging libraries have; without `jsonrpc` beside it, one is enough."""
BANNER: Final = re.compile(rb"\s*(> |npm |npx |yarn |pnpm |added \d+ packages|Need to install)")
SPACE: Final = re.compile(r"\s*")
LARGE: Final = 1 << 20
"""Bytes of a message that is large."""
LOOKED_AT: Final = 1 << 20
"""Bytes of noise in which messages are looked for."""


@rule(
    "stdio-one-message-per-line",
    "MUST",
    PAGE,
    side="both",
    transport="stdio",
    otherwise="the peer wrote no message",
)
def one_message_per_line(read: Reading) -> Observations:
    """Each message is one line: it holds no newline, ends with one, and shares its line with none.

    Readers cut at newlines; a message in pieces is lost, and so are two that are glued together.
    Looked at: every line of output; lines that are no JSON alone but are together (pretty-printed
    messages, a raw newline inside a string); lines with more than one message; output that ends
    inside a line, unless the process was killed. A carriage return before the newline is tolerated.
    """
    forced = _killed(read)
    for events in _runs(read):
        first = events[0]
        if is_message(first):
            for event in events:
                if not _is_open(event):
                    yield Kept(event)
                elif event.session not in forced:
                    yield from _unfinished(event)
        elif _is_open(events[-1]) and first.session not in forced:
            yield from _unfinished(events[-1])
        elif len(events) > 1 and _joined(events):
            yield _finding("a message is spread over several lines", "one line", events)
        for event in events:
            if not is_message(event) and len(list(_messages_in(event))) > 1:
                yield _finding("one line holds several messages", "one message", [event])


def _unfinished(event: Event) -> Observations:
    yield _finding("the output ends inside a line", "a newline after each message", [event])


@rule(
    "stdio-stdout-clean",
    "MUST NOT",
    PAGE,
    transport="stdio",
    otherwise="the server wrote nothing",
)
def stdout_clean(read: Reading) -> Observations:
    """Standard output carries messages and nothing else.

    Whatever else is printed there, many clients fail to read, and some give up. Looked at: every
    line from the start to the exit. Log lines are found even when they are JSON, and so is what
    would be a message if it were valid JSON, such as one with NaN. Anything may be written to
    stderr. Empty lines are tolerated: they are delimiters with nothing between.
    """
    yield from nothing_but_messages(
        read, "stdout holds", "nothing on stdout but messages; logs go to stderr"
    )


def nothing_but_messages(read: Reading, where: str, expected: str) -> Observations:
    """Judge that the peer's channel carries messages alone: one finding for each session."""
    for session in dict.fromkeys(event.session for event in read.frames()):
        noise: list[Event] = []
        for events in _runs(read, session):
            if is_message(events[0]):
                yield from map(Kept, events)
            elif not _joined(events):
                noise += [event for event in events if not _is_spoilt_message(event)]
        if noise:
            yield _finding(f"{where} {_what(noise)}", expected, noise)


@rule(
    "stdio-concurrent-requests",
    "implied",
    PAGE,
    transport="stdio",
    probes=("stdio-framing",),
    otherwise="no requests were written at once",
)
def concurrent_requests(read: Reading) -> Observations:
    """Requests that arrive together are all answered.

    A client need not wait for one answer before it sends the next request, and the pipe may hand
    over several lines at once. Looked at: five requests in one write; the order of the answers is
    free.
    """
    for exchange in read.stimuli("stdio-framing", "burst"):
        yield from _parsed(exchange, "a request that arrived together with others")


@rule(
    "stdio-large-and-split-messages",
    "implied",
    PAGE,
    side="both",
    transport="stdio",
    probes=("stdio-framing",),
    otherwise="no large or split message was written",
)
def large_and_split_messages(read: Reading) -> Observations:
    """A message is read however long it is and in however many pieces it arrives.

    A newline ends a message, not the end of what one read returned. Looked at: a request that
    arrives in seven pieces (cut inside a character too), and one of a mebibyte. Any response with
    its id will do, an error too. Of a client, an answer of a mebibyte, which no pipe takes at once:
    a finding where all ends with it, and the client's user is told of a failure.
    """
    if read.peer is Sender.CLIENT:
        yield from _large_answers(read)
        return
    for case, what in (("split", "arrived in pieces"), ("large", "is a mebibyte long")):
        for exchange in read.stimuli("stdio-framing", case):
            yield from _parsed(exchange, f"a request that {what}")


@rule(
    "stdio-server-exits-on-eof",
    "SHOULD",
    "shutdown#shutdown",
    transport="stdio",
    probes=("stdio-shutdown",),
    otherwise="no server process was left to end by itself",
)
def server_exits_on_eof(read: Reading) -> Observations:
    """The server exits when its standard input is closed.

    That is how a client says goodbye, on every operating system; a server that stays is an orphan.
    Looked at: a process whose input is closed when nothing is under way, for three seconds, or as
    many as its start took. Whether it waits for an answer of ours then is its own affair, and
    proves nothing.
    """
    yield from _exits(read, "eof", "its standard input was closed")


@rule(
    "stdio-server-exits-on-sigterm",
    "implied",
    "shutdown#shutdown",
    transport="stdio",
    probes=("stdio-shutdown",),
    otherwise="no server process was told to terminate",
)
def server_exits_on_sigterm(read: Reading) -> Observations:
    """The server exits on SIGTERM.

    It is the step before SIGKILL, and the last chance to tidy up. Looked at: a process of its own
    that gets the signal after the handshake, for three seconds, or as many as its start took.
    """
    yield from _exits(read, "sigterm", "SIGTERM")


@rule(
    "stdio-no-messages-after-cancel",
    "MUST NOT",
    "transports/stdio#cancellation",
    since=Revision.R2026_07_28,
    transport="stdio",
    probes=("cancellation",),
    otherwise=needs("slow"),
)
def no_messages_after_cancel(read: Reading) -> Observations:
    """Nothing more is written for a request that was cancelled.

    All requests share the channel, and a client may give the id or the token away again. Looked
    at: a slow request that is cancelled on its way, up to the time at which it would have ended:
    its response and its progress, after the answer to a request that was sent after the
    cancellation. A request that the user did not name may be one that cannot be cancelled.
    """
    run = cancelled_on_purpose(read, "cancellation")
    if run is None or run.then.answer is None:
        return
    proof, session = run.then.answer.event.seq, run.exchange.sent.event.session
    token = run.exchange.sent.message.progress_token
    late = [said for said in run.exchange.answers if said.event.seq > proof]
    late += [
        said
        for said in read.notifications(PROGRESS)
        if said.event.seq > proof and said.message.progress_token == token
        if said.event.session == session
    ]
    if not run.in_time:
        yield Untested("the request was answered before it could be cancelled")
    elif not late:
        yield Kept(run.end.sent.event)
    elif run.exchange.case == "seen":
        yield Untested("the server may be unable to cancel the request; " + needs("slow"))
    else:
        yield Finding(
            message=f"{run.exchange.sent.message.method} was spoken of after it was cancelled",
            expected="no further message for it",
            actual=late[0].message.excerpt,
            events=(run.exchange.sent.event, run.cancel.sent.event, late[0].event),
        )


def is_message(event: Event) -> bool:
    """Whether a line is meant as JSON-RPC, well or badly: other rules look at its members."""
    if event.message is None:
        return False
    if event.message.kind is Kind.BATCH:
        return True
    members = event.message.members
    if "jsonrpc" in members:
        return True
    return event.message.kind is not Kind.INVALID and not LOG_MEMBERS & set(members)


def _exits(read: Reading, step: str, cause: str) -> Observations:
    for event in read.events(EventKind.CLOSE):
        if event.probe != f"stdio-shutdown/{step}":
            continue
        how = event.data.get("how")
        if how == step:
            yield Kept(event)
        elif how == "crashed":
            yield Untested("the server had ended by itself before")
        elif _under_way(read, event.session):
            yield Untested("a request was still unanswered when the server was told to end")
        else:
            yield Finding(
                message=f"the server went on running after {cause}",
                expected="it exits",
                actual=f"it took {str(how).upper()} to end it",
                events=(event,),
            )


def _under_way(read: Reading, session: str) -> bool:
    """Whether either side still owed an answer in this session."""
    sent = [exchange for exchange in read.exchanges() if exchange.sent.event.session == session]
    answered = {id_key(e.sent.message.id) for e in sent if e.sent.message.is_response}
    asked = (s.message.id for s in read.messages(Kind.REQUEST) if s.event.session == session)
    return any(e.silence and not e.answers for e in sent) or not answered.issuperset(
        map(id_key, asked)
    )


def _large_answers(read: Reading) -> Observations:
    for exchange in read.counterpart.exchanges():
        answer = exchange.answer
        if answer is None or len(answer.message.raw) < LARGE:
            continue
        if went_on(read, answer.event):
            yield Kept(answer.event)
        elif failure := failed_after(read, answer.event):
            yield Finding(
                message="an answer of a mebibyte was not read",
                expected="it is read like any other",
                actual=failure,
                events=(exchange.sent.event, answer.event),
            )


def _parsed(exchange: Exchange, what: str) -> Observations:
    if exchange.answer is not None:
        yield Kept(exchange.answer.event)
    elif exchange.silence is not None:
        yield Finding.about(exchange, message=f"{what} was not answered", expected="a response")


def _runs(read: Reading, session: str | None = None) -> Iterator[list[Event]]:
    """The peer's lines of each session, cut into runs of messages and runs of anything else."""
    by_session: dict[str, list[Event]] = {}
    for event in read.frames():
        if event.message is not None and event.message.raw.strip():
            by_session.setdefault(event.session, []).append(event)
    for name, events in by_session.items():
        if session in (None, name):
            for _, run in groupby(events, key=is_message):
                yield list(run)


def _is_open(event: Event) -> bool:
    return event.data.get("unfinished") is True


def _joined(events: list[Event]) -> bool:
    """Whether lines that are no messages are one when they are put together again."""
    raws = [event.message.raw for event in events if event.message is not None]
    raws = [raw for raw in raws if not _is_whole(raw)]
    for glue in (b"\n", b"\\n"):
        for value in _values(glue.join(raws)):
            if "jsonrpc" in as_object(value):
                return True
    return False


def _is_whole(line: bytes) -> bool:
    """Whether a line is one message by itself, whatever is wrong with its encoding."""
    values = list(_values(line))
    return len(values) == 1 and isinstance(values[0], dict | list)


def _messages_in(event: Event) -> Iterator[Json]:
    raw = event.message.raw if event.message is not None else b""
    return (value for value in _values(raw) if "jsonrpc" in as_object(value))


def _values(text: bytes) -> Iterator[Json]:
    """Every JSON value of a text that is nothing but JSON values, one of them a message."""
    if b'"jsonrpc"' not in text:
        return
    decoder = json.JSONDecoder(parse_constant=_no_json)
    rest = text[:LOOKED_AT].decode(errors="replace").strip()
    at = 0
    while at < len(rest):
        try:
            value, end = decoder.raw_decode(rest, at)
        except (ValueError, RecursionError):  # a number can have too many digits
            return
        yield value
        space = SPACE.match(rest, end)
        at = space.end() if space is not None else end


def _no_json(constant: str) -> Json:
    """Refuse NaN and Infinity, which Python's decoder would take."""
    raise ValueError(constant)


def _is_spoilt_message(event: Event) -> bool:
    """Whether a line is a message with broken encoding or no end, for other rules to tell."""
    assert event.message is not None
    raw = event.message.raw.lstrip()
    meant = raw.startswith((b"{", b"[{")) and b'"jsonrpc"' in raw
    return _is_open(event) or (meant and event.message.fault.startswith("not UTF-8"))


def _killed(read: Reading) -> set[str]:
    """The sessions whose process did not end by itself, so that its last line proves nothing."""
    closed = read.events(EventKind.CLOSE)
    return {e.session for e in closed if e.data.get("how") not in ("crashed", "eof")}


def _what(noise: list[Event]) -> str:
    message = noise[0].message
    raw = message.raw if message is not None else b""
    if BANNER.match(raw):
        what = "the banner of a package runner (start the program itself, or run it silently)"
    elif message is not None and message.fault and b'"jsonrpc"' in raw:
        what = f"a broken message ({message.fault})"
    elif message is not None and LOG_MEMBERS & set(message.members):
        what = "a log line in JSON"
    elif message is not None and not message.fault:
        what = "JSON that is no MCP message"
    else:
        what = "text that is no JSON"
    more = f" (and {len(noise) - 1} more lines)" if len(noise) > 1 else ""
    return f"{what}{more}"


def _finding(message: str, expected: str, events: list[Event]) -> Finding:
    first = events[0].message
    shown = first.excerpt if first is not None else ""
    return Finding(message=message, expected=expected, actual=shown, events=tuple(events[:10]))
