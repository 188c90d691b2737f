"""Notifications that came with answers: they are not counted, but some must come if some did."""

from collections.abc import Iterator, Sequence

from mcp_proof.drift.json_rpc_recording import HEARD, LOG
from mcp_proof.drift.recorded import Request
from mcp_proof.recorder import Recorder
from mcp_proof_contracts.transcript import Sender


class Heard:
    """Compares what came with the answers in the recording, and now."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._looked = len(recorder.transcript.events)
        self._expected: set[str] = set()
        self._came: set[str] = set()
        self._all_was_sent = True

    def left_out(self) -> None:
        """Note that something of the recording was not sent: it may be what makes others come."""
        self._all_was_sent = False

    def asked(self, same: Sequence[Request]) -> None:
        """Note what was recorded with these requests, of which one was sent just now."""
        self._expected |= set(HEARD).intersection(*(request.told for request in same))
        events = self._recorder.transcript.events
        for event in events[self._looked :]:
            if event.message is not None and event.sender is Sender.SERVER:
                self._came.add(event.message.method)
        self._looked = len(events)

    def missing(self) -> Iterator[str]:
        """Yield the methods of which not one came, though some should have."""
        for method in HEARD:
            certain = method != LOG or self._all_was_sent
            if certain and method in self._expected - self._came:
                yield method
