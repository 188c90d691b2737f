"""Recordings for tests: conversations with a server of this process, and their comparison."""

import asyncio
from pathlib import Path

from mcp_proof.approach import approach
from mcp_proof.drift.drifting import Drifting
from mcp_proof.drift.options import DriftOptions
from mcp_proof.drift.recording_of import recording_of
from mcp_proof.drift.tally import DriftTally
from mcp_proof.driver import Driver
from mcp_proof.recorder import Recorder
from mcp_proof.sessions.client import ClientProfile, answer_at_once
from mcp_proof.targets import header_of, target_of
from mcp_proof_contracts.revision import Revision

BOUND = 30.0
READ_ONLY = {"readOnlyHint": True}


def contract(*tools, **members):
    return {"info": {"name": "planted", "version": "1.0.0"}, "tools": [*tools], **members}


def tool(name="look", answer=None, **members):
    return {
        "name": name,
        "inputSchema": {"type": "object", "properties": {"at": {"type": "string"}}},
        "annotations": READ_ONLY,
        "answer": {"text": "seen"} if answer is None else answer,
        **members,
    }


def call(name="look", **arguments):
    return "tools/call", {"name": name, "arguments": arguments}


async def conversation(server, requests, recorder, wanted, answer, *, lists):
    target = target_of(server)
    async with target.started() as reachable:
        profile = ClientProfile(answer=answer)
        driven = await approach(reachable, recorder, wanted, 5.0, profile)
        try:
            if lists:
                await driven.lists()
            for request in requests:
                if isinstance(driven, Driver):
                    await (await driven.session()).call(*request)
                else:
                    await request(driven)
        finally:
            await driven.close()


def recorded(  # what there is to a conversation
    server, requests, *, wanted=None, file: Path | None = None, answer=answer_at_once, lists=False
):
    """Return the transcript of a conversation, and write it where a file is given."""

    async def talk():
        recorder = Recorder(header_of(target_of(server)), file=file)
        async with asyncio.timeout(BOUND):
            await conversation(server, requests, recorder, wanted, answer, lists=lists)
        recorder.close()
        return recorder.transcript

    return asyncio.run(talk())


def drifted(transcript, server, **options):
    """Return what a comparison with a server comes to."""

    async def compare():
        tally = DriftTally()
        recording = recording_of(transcript)
        drifting = Drifting(recording, target_of(server), DriftOptions(**options), tally.mask)
        async with asyncio.timeout(BOUND):
            async for event in drifting.events():
                tally.take(event)
        assert not tally.faults, tally.faults
        return tally

    return asyncio.run(compare())


def told(tally):
    """Return where differences are, and of which kind."""
    return [
        (drift.operation, drift.difference.path, drift.difference.change.value)
        for drift in tally.drifts
    ]


ERAS = [Revision.R2025_11_25, Revision.R2026_07_28]
