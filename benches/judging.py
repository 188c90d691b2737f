"""Messages judged for each second of CPU time, by all rules; target: 20,000, and linear growth.

A real conversation with the mock is said again and again, with new ids: in one long session, and in
many sessions. What is measured is the reading of the transcript and every rule's verdict.
"""

import asyncio
import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from mcp_proof.events import RunFinished
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import UrlTarget
from mcp_proof_contracts.judge import judge
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_contracts.transcript import Event, EventKind, Transcript
from mcp_proof_contracts.wire import as_object, encode, parse
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

SIZES = (10_000, 100_000)
REVISIONS = (Revision.R2025_11_25, Revision.R2026_07_28)
SESSION = "mcp-session-id"
ROUND = 10_000
"""Ids by which one saying differs from the next."""


async def conversation(revision: Revision) -> Transcript:
    """Have the ordinary conversation with the mock, over HTTP."""
    async with serving(MockServer("everything")) as url:
        options = VerifyOptions(revision=revision, probes=())
        async for event in Verification(UrlTarget(url), options).events():
            if isinstance(event, RunFinished):
                return event.transcript
    raise AssertionError("a run ends with RunFinished")


def repeated(said: Transcript, messages: int, *, sessions: bool) -> Transcript:
    """Say it again until there are so many messages."""
    opening = len([event for event in said.events if event.probe == "negotiation"])
    rest = [event for event in said.events[opening:] if event.kind is not EventKind.CLOSE]
    long = Transcript(said.header, said.events[:opening])
    count, number = 0, 0
    while count < messages:
        number += 1
        start = said.events[:opening] if sessions and number > 1 else []
        for event in again([*start, *rest], number, sessions=sessions):
            long.append(replace(event, seq=len(long.events)))
            count += event.kind is EventKind.MESSAGE
    return long


def again(events: Iterable[Event], number: int, *, sessions: bool) -> Iterator[Event]:
    """Say events once more, with ids, streams and sessions of their own."""
    for event in events:
        data = dict(event.data)
        if isinstance(data.get("id"), str):
            data["id"] = f"{data['id']}-{number}"
        given = as_object(data.get("headers"))
        if sessions and SESSION in given:
            own = hashlib.sha256(f"{given[SESSION]}{number}".encode()).hexdigest()
            data["headers"] = {**given, SESSION: own}
        session = f"{event.session}-{number}" if sessions else event.session
        yield replace(
            event,
            at=event.at + number,
            session=session,
            data=data,
            channel=f"{event.channel}-{number}",
            message=parse(renumbered(event, number)) if event.message is not None else None,
        )


def renumbered(event: Event, number: int) -> bytes:
    """Return a message with an id, and a progress token, of this saying."""
    assert event.message is not None
    members = dict(event.message.members)
    match members.get("id"):
        case int(own):
            members["id"] = own + number * ROUND
        case str(own):
            members["id"] = f"{own}-{number}"
        case _:
            pass
    return encode(members).replace(b'"use-', f'"use-{number}-'.encode())


def seconds(transcript: Transcript, revision: Revision) -> tuple[float, int]:
    """Judge; return the CPU time and how many rules passed."""
    started = time.process_time()
    verdicts = list(judge(transcript, revision))
    taken = time.process_time() - started
    found = {v.rule.id: v.findings[0] for v in verdicts if v.findings}
    assert not found, found
    return taken, sum(v.outcome is Outcome.PASSED for v in verdicts)


def main() -> None:
    """Print a line for each revision and kind of transcript."""
    for revision in REVISIONS:
        said = asyncio.run(conversation(revision))
        for sessions in (False, True):
            name = "many sessions" if sessions else "one session"
            taken: list[float] = []
            for size in SIZES:
                transcript = repeated(said, size, sessions=sessions)
                spent, passed = seconds(transcript, revision)
                taken.append(spent)
                print(
                    f"{revision}, {name}: {size:7,} messages, {passed} rules passed, "
                    f"{size / spent:,.0f} messages per CPU second"
                )
            print(f"{revision}, {name}: 10 times the messages, {taken[1] / taken[0]:.1f} the time")


if __name__ == "__main__":
    main()
